import { EllipsisVertical, FlaskConical, Power } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Entry, IconButton, Menu, When } from "~/ui";
import type { Version } from "./history";
import css from "./versions.module.css";

interface Props {
  readonly version: Version;
  readonly active: boolean;
  readonly onTrial: boolean;
  readonly from: boolean;
  readonly to: boolean;
  readonly author: string;
  readonly entries: readonly (Entry | null)[];
  readonly onChoose: () => void;
}

/** A version of the list. */
export function VersionRow(props: Props) {
  const { version, active, onTrial, from, to, author, entries, onChoose } = props;
  const { t } = useTranslation();
  const { number, name, note, created_ms } = version;
  return (
    <li className={css.version} data-chosen={from || to || undefined}>
      <button type="button" className={css.face} aria-pressed={from || to} onClick={onChoose}>
        <span className={css.head}>
          <strong>{name || t("versions.number", { number })}</strong>
          {name ? <span className={css.quiet}>{t("versions.number", { number })}</span> : null}
          {active ? (
            <Badge tone="good">
              <Power aria-hidden /> {t("versions.active")}
            </Badge>
          ) : null}
          {onTrial ? (
            <Badge tone="info">
              <FlaskConical aria-hidden /> {t("versions.trial")}
            </Badge>
          ) : null}
          {from ? <Badge>{t("versions.isFrom")}</Badge> : null}
          {to ? <Badge>{t("versions.isTo")}</Badge> : null}
        </span>
        {note ? <span className={css.note}>{note}</span> : null}
        <span className={css.quiet}>
          <When ms={created_ms} ago /> {author ? `· ${author}` : ""}
        </span>
      </button>
      <Menu entries={entries}>
        <IconButton label={t("versions.menu", { number })}>
          <EllipsisVertical />
        </IconButton>
      </Menu>
    </li>
  );
}
