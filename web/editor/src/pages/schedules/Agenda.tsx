import { useTranslation } from "react-i18next";
import { EntryButton } from "./EntryButton";
import type { DaysProps } from "./Month";
import css from "./schedules.module.css";

/** Day after day, without those on which nothing happens. */
export function Agenda({ days, entries, nameOf, onOpen }: DaysProps) {
  const { t, i18n } = useTranslation();
  const whole = new Intl.DateTimeFormat(i18n.language, {
    weekday: "long",
    day: "numeric",
    month: "long",
  });
  const shown = days.filter((day) => entries.has(day) && (entries.get(day)?.length ?? 0) > 0);
  if (shown.length === 0) {
    return <p className={css.quiet}>{t("schedules.agendaNone")}</p>;
  }
  return (
    <ol className={css.agenda}>
      {shown.map((day) => (
        <li key={day}>
          <h3>{whole.format(day)}</h3>
          {(entries.get(day) ?? []).map((entry) => (
            <EntryButton
              key={`${entry.schedule}${entry.moments[0]}`}
              entry={entry}
              name={nameOf(entry.schedule)}
              onOpen={onOpen}
            />
          ))}
        </li>
      ))}
    </ol>
  );
}
