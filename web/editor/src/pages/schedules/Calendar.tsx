import { ChevronLeft, ChevronRight } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Button, Failure, IconButton, Loading } from "~/ui";
import { Agenda } from "./Agenda";
import { dayOf, daysOf, entriesOf, firstDayOf, later, stepped, type View } from "./calendar";
import { Month } from "./Month";
import css from "./schedules.module.css";
import { type Schedule, useMoments } from "./timetable";
import { useRuleText } from "./useRuleText";

interface Props {
  readonly view: View;
  readonly at: number;
  readonly schedules: readonly Schedule[];
  readonly names: ReadonlyMap<string, string>;
  readonly onMove: (day: number) => void;
  readonly onOpen: (id: string) => void;
}

/** When schedules will go off; what is past is in the details of each. */
export function Calendar({ view, at, schedules, names, onMove, onOpen }: Props) {
  const { t, i18n } = useTranslation();
  const ruleText = useRuleText();
  const days = useMemo(
    () => daysOf(view, at, firstDayOf(i18n.language)),
    [view, at, i18n.language],
  );
  const today = dayOf(Date.now());
  const from = Math.max(days[0] ?? 0, today);
  const until = later(days.at(-1) ?? 0, 1) - 1;
  const read = useMoments(from, until);
  const running = useMemo(
    () => new Map(schedules.filter((one) => !one.paused).map((one) => [one.id, one])),
    [schedules],
  );
  const told = useMemo(
    () => (read.data ?? []).filter((one) => until >= from && running.has(one.schedule)),
    [read.data, running, from, until],
  );
  const entries = useMemo(() => {
    const now = Date.now();
    const coming = told.map((one) => ({
      ...one,
      moments: one.moments.filter((moment) => moment >= now),
    }));
    return entriesOf(coming);
  }, [told]);
  const often = told.filter((one) => one.more).map((one) => running.get(one.schedule));
  const nameOf = (id: string) => {
    const workflow = running.get(id)?.workflow_id ?? "";
    return names.get(workflow) ?? workflow;
  };
  const month = { month: "long", year: "numeric" } as const;
  const format = new Intl.DateTimeFormat(
    i18n.language,
    view === "month" ? month : { dateStyle: "medium" },
  );
  const title =
    view === "month" ? format.format(at) : format.formatRange(days[0] ?? at, days.at(-1) ?? at);
  const shown = { days, at, entries, nameOf, onOpen };
  return (
    <section className={css.calendar} aria-label={t("schedules.calendar")}>
      <div className={css.bar}>
        <IconButton label={t("schedules.earlier")} onClick={() => onMove(stepped(view, at, -1))}>
          <ChevronLeft />
        </IconButton>
        <IconButton label={t("schedules.later")} onClick={() => onMove(stepped(view, at, 1))}>
          <ChevronRight />
        </IconButton>
        <h2 aria-live="polite">{title}</h2>
        <Button onClick={() => onMove(today)}>{t("schedules.today")}</Button>
        <span className={css.quiet}>
          {t("schedules.yourZone", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
        </span>
      </div>
      {often.length ? (
        <ul className={css.often} aria-label={t("schedules.often")}>
          <li className={css.quiet}>{t("schedules.often")}</li>
          {often.map((one) =>
            one ? (
              <li key={one.id}>
                <button type="button" className={css.entry} onClick={() => onOpen(one.id)}>
                  {nameOf(one.id)} · {ruleText(one.rule)}
                </button>
              </li>
            ) : null,
          )}
        </ul>
      ) : null}
      {read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.isPending && until >= from ? <Loading lines={6} /> : null}
      {view === "agenda" ? <Agenda {...shown} /> : <Month {...shown} week={view === "week"} />}
    </section>
  );
}
