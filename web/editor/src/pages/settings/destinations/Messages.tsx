import { RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { Badge, Dialog, Empty, IconButton, Table, type Tone, When } from "~/ui";
import { Listed } from "../Listed";
import css from "../settings.module.css";
import { useDoing } from "../useDoing";
import { useList } from "../useList";

const TONES: Readonly<Record<string, Tone>> = {
  delivered: "good",
  sent: "good",
  dead: "bad",
  failed: "bad",
  given_up: "bad",
  due: "wait",
  queued: "wait",
};

interface Props {
  readonly destination: models.Destination;
  readonly onClose: () => void;
}

/** What a destination was told in the last week, and what it answered. */
export function Messages({ destination, onClose }: Props) {
  const { t } = useTranslation();
  const key = ["destination-messages", destination.id] as const;
  const query = useList(key, () => api().listDestinationMessages(destination.id));
  const again = useDoing((id: string) => api().sendMessageAgain(destination.id, id), {
    changes: [key],
    told: t("settings.sentAgain"),
  });
  const title = t("settings.messagesOf", { name: destination.name });
  return (
    <Dialog open wide title={title} onClose={onClose}>
      <Listed query={query} empty={<Empty title={t("settings.noMessages")} />}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("settings.event.title")}</th>
                <th scope="col">{t("settings.state")}</th>
                <th scope="col">{t("settings.when")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((one) => (
                <tr key={one.id}>
                  <td>{t(`settings.event.${one.kind}`, one.kind)}</td>
                  <td>
                    <Badge tone={TONES[one.status] ?? "plain"}>
                      {t(`settings.messageState.${one.status}`, one.status)}
                    </Badge>{" "}
                    <span className={css.muted}>
                      {[one.answered, one.error].filter(Boolean).join(" · ")}
                    </span>
                  </td>
                  <td>
                    <When ms={one.created_ms} />
                  </td>
                  <td className={css.right}>
                    <IconButton
                      label={t("settings.sendAgain")}
                      disabled={again.isPending}
                      onClick={() => again.mutate(one.id)}
                    >
                      <RotateCw />
                    </IconButton>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
    </Dialog>
  );
}
