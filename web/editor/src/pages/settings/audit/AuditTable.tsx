import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { Button, Table, When } from "~/ui";
import css from "../settings.module.css";
import { usePeople } from "./usePeople";

interface Props {
  readonly rows: readonly models.Recorded[];
  readonly onShow: (event: models.Recorded) => void;
}

/** Events, one in a line. */
export function AuditTable({ rows, onShow }: Props) {
  const { t } = useTranslation();
  const { nameOf } = usePeople();
  const named = (who: string) => nameOf(who.replace(/^user:/, ""));
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">{t("settings.when")}</th>
          <th scope="col">{t("settings.action")}</th>
          <th scope="col">{t("settings.actor")}</th>
          <th scope="col" className={css.wideOnly}>
            {t("settings.target")}
          </th>
          <th scope="col">
            <span className="visually-hidden">{t("settings.actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((event) => (
          <tr key={event.id}>
            <td className={css.tight}>
              <When ms={event.at_ms} />
            </td>
            <td className={css.tight}>
              <code>{event.action}</code>
            </td>
            <td>{named(event.actor)}</td>
            <td className={`${css.wideOnly} ${css.cut}`} title={event.target}>
              {named(event.target)}
            </td>
            <td className={css.right}>
              <Button look="quiet" onClick={() => onShow(event)}>
                {t("settings.detail")}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
