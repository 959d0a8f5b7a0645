import { useTranslation } from "react-i18next";
import { useFigures } from "~/i18n/useFigures";

interface Props {
  /** Milliseconds since 1970; nothing: never. */
  readonly ms: number | null | undefined;
  /** Say how long ago it is; the moment itself is in the tip. */
  readonly ago?: boolean;
}

/** A moment, in the words of the language and the time zone of the reader. */
export function When({ ms, ago = false }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  if (!ms) {
    return <>{t("common.never")}</>;
  }
  const whole = figures.moment(ms);
  return (
    <time dateTime={new Date(ms).toISOString()} title={whole}>
      {ago ? figures.ago(ms) : whole}
    </time>
  );
}
