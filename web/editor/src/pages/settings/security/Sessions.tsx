import { LogOut } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Badge, Button, IconButton, Table, When } from "~/ui";
import { Listed } from "../Listed";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useDoing } from "../useDoing";
import { useList } from "../useList";
import { browserOf } from "./browserOf";

const SESSIONS = ["sessions"] as const;

/** The browsers that one has signed in with. */
export function Sessions() {
  const { t } = useTranslation();
  const query = useList(SESSIONS, () => api().listSessions());
  const end = useDoing((id: string) => api().endSession(id), { changes: [SESSIONS] });
  const endAll = useDoing(() => api().endSessions(), {
    changes: [SESSIONS],
    told: t("settings.sessionsEnded"),
  });
  const others = (query.data ?? []).some((one) => !one.this);
  return (
    <Section
      title={t("settings.sessions")}
      text={t("settings.sessionsText")}
      actions={
        others ? (
          <Button busy={endAll.isPending} onClick={() => endAll.mutate(undefined)}>
            {t("settings.sessionsEnd")}
          </Button>
        ) : null
      }
    >
      <Listed query={query} empty={null}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("settings.browser")}</th>
                <th scope="col">{t("settings.address")}</th>
                <th scope="col">{t("settings.seen")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map(({ session, this: here }) => (
                <tr key={session.id}>
                  <td title={session.agent}>{browserOf(session.agent) || t("settings.unknown")}</td>
                  <td>{session.address}</td>
                  <td>
                    {here ? (
                      <Badge tone="info">{t("settings.thisBrowser")}</Badge>
                    ) : (
                      <When ms={session.seen_ms} ago />
                    )}
                  </td>
                  <td className={css.right}>
                    {here ? null : (
                      <IconButton
                        label={t("settings.sessionEnd")}
                        onClick={() => end.mutate(session.id)}
                      >
                        <LogOut />
                      </IconButton>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
    </Section>
  );
}
