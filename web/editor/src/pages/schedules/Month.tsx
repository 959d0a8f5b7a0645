import { useTranslation } from "react-i18next";
import { dayOf, type Entry } from "./calendar";
import { EntryButton } from "./EntryButton";
import css from "./schedules.module.css";

export interface DaysProps {
  readonly days: readonly number[];
  readonly at: number;
  readonly entries: ReadonlyMap<number, readonly Entry[]>;
  readonly nameOf: (schedule: string) => string;
  readonly onOpen: (schedule: string) => void;
}

/** Weeks below each other, one column for each day. */
export function Month({ days, at, entries, nameOf, onOpen, week }: DaysProps & { week: boolean }) {
  const { i18n } = useTranslation();
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: "short" });
  const whole = new Intl.DateTimeFormat(i18n.language, { dateStyle: "full" });
  const today = dayOf(Date.now());
  const month = new Date(at).getMonth();
  const weeks = Array.from({ length: days.length / 7 }, (_, row) =>
    days.slice(row * 7, row * 7 + 7),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
    <div className={css.scroll} tabIndex={0}>
      <table className={css.month} data-week={week || undefined}>
        <thead>
          <tr>
            {days.slice(0, 7).map((day) => (
              <th key={day} scope="col">
                {weekday.format(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((row) => (
            <tr key={row[0]}>
              {row.map((day) => (
                <td
                  key={day}
                  data-today={day === today || undefined}
                  data-other={(!week && new Date(day).getMonth() !== month) || undefined}
                  data-past={day < today || undefined}
                >
                  <time
                    className={css.day}
                    dateTime={new Date(day).toISOString()}
                    title={whole.format(day)}
                  >
                    {new Date(day).getDate()}
                  </time>
                  {(entries.get(day) ?? []).map((entry) => (
                    <EntryButton
                      key={`${entry.schedule}${entry.moments[0]}`}
                      entry={entry}
                      name={nameOf(entry.schedule)}
                      onOpen={onOpen}
                    />
                  ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
