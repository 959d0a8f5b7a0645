import { useTranslation } from "react-i18next";
import { Copy } from "~/ui";
import css from "./credentials.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly large?: boolean;
}

/** A text that is to be entered somewhere else. */
export function Copyable({ label, value, large = false }: Props) {
  const { t } = useTranslation();
  return (
    <div>
      <span className={css.label}>{label}</span>
      <div className={css.copyable}>
        <code className={large ? css.large : ""}>{value}</code>
        <Copy text={value} label={`${t("common.copy")}: ${label}`} />
      </div>
    </div>
  );
}
