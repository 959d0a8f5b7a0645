import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { Dialog, When } from "~/ui";
import css from "../settings.module.css";
import { usePeople } from "./usePeople";

interface Props {
  readonly event: models.Recorded;
  readonly onClose: () => void;
}

/** All that was written down about an event. */
export function AuditDetail({ event, onClose }: Props) {
  const { t } = useTranslation();
  const { nameOf } = usePeople();
  const who = nameOf(event.actor.replace(/^user:/, ""));
  return (
    <Dialog open wide title={event.action} onClose={onClose}>
      <dl className={css.facts}>
        <dt>{t("settings.number")}</dt>
        <dd>{event.id}</dd>
        <dt>{t("settings.when")}</dt>
        <dd>
          <When ms={event.at_ms} />
        </dd>
        <dt>{t("settings.actor")}</dt>
        <dd>
          {who} {who === event.actor ? null : <code className={css.muted}>{event.actor}</code>}
        </dd>
        <dt>{t("settings.target")}</dt>
        <dd>
          <code>{event.target || "–"}</code>
        </dd>
        <dt>{t("settings.address")}</dt>
        <dd>{event.address || "–"}</dd>
      </dl>
      <div className={css.gap} />
      <h3>{t("settings.detail")}</h3>
      <pre className={css.detail}>{JSON.stringify(event.detail, null, 2)}</pre>
    </Dialog>
  );
}
