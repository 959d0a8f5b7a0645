import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Button, Failure, Field, Input, Loading, tell, When } from "~/ui";
import css from "./schedules.module.css";
import { refreshSchedules, type Schedule, useMoments } from "./timetable";

const DAY_MS = 86_400_000;
const SHOWN = 60;

interface Props {
  readonly schedule: Schedule;
  readonly onDone: () => void;
}

/** A moment as a field of the browser has it, in the time zone of who looks. */
function local(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Makes up for a time: shows for which moments, before anything starts. */
export function Backfill({ schedule, onDone }: Props) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(() => local(Date.now() - DAY_MS));
  const [until, setUntil] = useState(() => local(Date.now()));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const time = { from_ms: new Date(from).getTime(), until_ms: new Date(until).getTime() };
  const right = time.until_ms >= time.from_ms;
  const read = useMoments(right ? time.from_ms : 1, right ? time.until_ms : 0, schedule.id);
  const told = right ? read.data?.find((one) => one.schedule === schedule.id) : undefined;
  const moments = told?.moments ?? [];
  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      const { items } = await api().backfillSchedule(schedule.id, time);
      tell(t("schedules.backfilled", { count: items.length }));
      onDone();
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
    await refreshSchedules();
  };
  return (
    <section className={css.backfill} aria-label={t("schedules.backfill")}>
      <p>{t("schedules.backfillText")}</p>
      <div className={css.halves}>
        <Field label={t("schedules.from")}>
          <Input
            type="datetime-local"
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
        </Field>
        <Field label={t("schedules.until")} wrong={right ? "" : t("schedules.wrongTime")}>
          <Input
            type="datetime-local"
            value={until}
            onChange={(event) => setUntil(event.target.value)}
          />
        </Field>
      </div>
      {right && read.isPending ? <Loading lines={2} /> : null}
      {read.isError ? <Failure error={read.error} /> : null}
      {error ? <Failure error={error} /> : null}
      {told ? (
        <>
          <p aria-live="polite">
            {told.more
              ? t("schedules.tooMany")
              : t("schedules.momentsThen", { count: moments.length })}
          </p>
          <ol className={css.chips}>
            {moments.slice(0, SHOWN).map((moment) => (
              <li key={moment}>
                <When ms={moment} />
              </li>
            ))}
            {moments.length > SHOWN ? <li>…</li> : null}
          </ol>
          <Button
            look="primary"
            busy={busy}
            disabled={told.more || moments.length === 0}
            onClick={() => void start()}
          >
            {t("schedules.backfillStart", { count: moments.length })}
          </Button>
        </>
      ) : null}
    </section>
  );
}
