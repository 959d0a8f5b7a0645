import { useTranslation } from "react-i18next";
import type { Entry } from "./calendar";
import css from "./schedules.module.css";

interface Props {
  readonly entry: Entry;
  readonly name: string;
  readonly onOpen: (id: string) => void;
}

/** A moment of a schedule, or many of a day in one. */
export function EntryButton({ entry, name, onOpen }: Props) {
  const { t, i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language, { timeStyle: "short" });
  const { moments, schedule } = entry;
  const first = moments[0] ?? 0;
  const time =
    moments.length > 1 ? t("schedules.times", { count: moments.length }) : format.format(first);
  const range = moments.length > 1 ? format.formatRange(first, moments.at(-1) ?? first) : time;
  return (
    <button
      type="button"
      className={css.entry}
      title={`${range} ${name}`}
      onClick={() => onOpen(schedule)}
    >
      <span className={css.time}>{time}</span> {name}
    </button>
  );
}
