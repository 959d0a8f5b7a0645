import { Link } from "@tanstack/react-router";
import { Ban, CircleCheck, CircleSlash, CircleX, Pause, Play, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { Badge, Button, Dialog, Failure, Loading, type Tone, tell, tellFailure, When } from "~/ui";
import { Backfill } from "./Backfill";
import { StateOf } from "./ScheduleList";
import css from "./schedules.module.css";
import { refreshSchedules, type Schedule, useSchedule } from "./timetable";
import { useRuleText } from "./useRuleText";

type Outcome = models.Fired["outcome"];

const OUTCOMES: Readonly<Record<Outcome, readonly [Tone, typeof Ban]>> = {
  started: ["good", CircleCheck],
  missed: ["warn", CircleSlash],
  skipped: ["plain", Ban],
  refused: ["bad", CircleX],
};

interface Props {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** One schedule: its rule, what comes, what was, and what can be done. */
export function ScheduleDialog({ id, name, onClose }: Props) {
  const { t } = useTranslation();
  const read = useSchedule(id);
  const mayChange = useGrant("schedule:write");
  const [filling, setFilling] = useState(false);
  const schedule = read.data;
  const pause = async () => {
    try {
      const paused = schedule?.paused ?? false;
      await (paused ? api().resumeSchedule(id) : api().pauseSchedule(id));
      tell(t(paused ? "schedules.resumed" : "schedules.pausedNow"));
    } catch (error) {
      tellFailure(error);
    }
    await refreshSchedules();
  };
  const foot =
    schedule && mayChange ? (
      <>
        {schedule.kind === "poll" ? null : (
          <Button onClick={() => setFilling(!filling)} aria-expanded={filling}>
            <RotateCcw aria-hidden /> {t("schedules.backfill")}
          </Button>
        )}
        <Button onClick={() => void pause()}>
          {schedule.paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {t(schedule.paused ? "schedules.resume" : "schedules.pause")}
        </Button>
      </>
    ) : undefined;
  return (
    <Dialog open wide title={name} onClose={onClose} foot={foot}>
      {read.isPending ? <Loading lines={6} /> : null}
      {read.isError ? <Failure error={read.error} /> : null}
      {schedule ? (
        <>
          {filling ? <Backfill schedule={schedule} onDone={() => setFilling(false)} /> : null}
          <Rule schedule={schedule} />
          <div className={css.halves}>
            <Coming schedule={schedule} />
            <Past fires={schedule.fires} />
          </div>
        </>
      ) : null}
    </Dialog>
  );
}

function Rule({ schedule }: { readonly schedule: Schedule }) {
  const { t } = useTranslation();
  const ruleText = useRuleText();
  const { rule, kind, last_error } = schedule;
  const facts = [
    ["rule", kind === "poll" ? t("schedules.polls") : ruleText(rule)],
    ["zone", rule.timezone ?? "UTC"],
    ["overlap", t(`schedules.overlap_${rule.overlap ?? "allow"}`)],
    ["catchUp", t("schedules.catchUpOf", { count: rule.catch_up ?? 1 })],
    ...(rule.jitter_s ? [["jitter", t("schedules.jitterOf", { count: rule.jitter_s })]] : []),
  ];
  return (
    <>
      <dl className={css.facts}>
        {facts.map(([fact, text]) => (
          <div key={fact}>
            <dt>{t(`schedules.${fact}`)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div>
          <dt>{t("schedules.state")}</dt>
          <dd>
            <StateOf schedule={schedule} />
          </dd>
        </div>
      </dl>
      {last_error ? <p className={css.wrong}>{last_error}</p> : null}
    </>
  );
}

function Coming({ schedule }: { readonly schedule: Schedule }) {
  const { t, i18n } = useTranslation();
  const zone = schedule.rule.timezone ?? "UTC";
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const there = new Intl.DateTimeFormat(i18n.language, {
    weekday: "short",
    timeStyle: undefined,
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  });
  return (
    <section>
      <h3>{t("schedules.nextFive")}</h3>
      {schedule.next.length ? (
        <ol className={css.moments}>
          {schedule.next.map((moment) => (
            <li key={moment}>
              <When ms={moment} />{" "}
              {zone === here ? null : (
                <span className={css.quiet}>
                  {t("schedules.there", { time: there.format(moment), zone })}
                </span>
              )}
            </li>
          ))}
        </ol>
      ) : (
        <p className={css.quiet}>{t("schedules.noNext")}</p>
      )}
    </section>
  );
}

function Past({ fires }: { readonly fires: readonly models.Fired[] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t("schedules.past")}</h3>
      {fires.length === 0 ? <p className={css.quiet}>{t("schedules.pastNone")}</p> : null}
      <ol className={css.moments}>
        {fires.map((one) => {
          const [tone, Icon] = OUTCOMES[one.outcome];
          return (
            <li key={one.moment_ms}>
              <When ms={one.moment_ms} />{" "}
              <Badge tone={tone}>
                <Icon aria-hidden /> {t(`schedules.outcome_${one.outcome}`)}
              </Badge>{" "}
              {one.execution ? (
                <Link to="/executions/$execution" params={{ execution: one.execution }}>
                  {t("schedules.execution")}
                </Link>
              ) : null}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
