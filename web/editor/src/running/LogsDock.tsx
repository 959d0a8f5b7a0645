import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronUp, SquareArrowOutUpRight } from "lucide-react";
import { lazy, type PointerEvent, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { keysOf, useCommand } from "~/keys/keys";
import { Button, Loading } from "~/ui";
import { Elapsed } from "./Elapsed";
import { LEAST_PX, resize, turnLogs, useLogs } from "./logs";
import { isOver } from "./run";
import css from "./running.module.css";
import { StatusBadge } from "./StatusBadge";
import { useRun } from "./scope";

const LogsInside = lazy(async () => ({ default: (await import("./LogsInside")).LogsInside }));

/** The logs of the run, below the canvas: the steps, and the data of one of them. */
export function LogsDock() {
  const { t } = useTranslation();
  const open = useLogs((logs) => logs.open);
  const height = useLogs((logs) => logs.height);
  useCommand("panel.logs", () => turnLogs());
  const side = (wanted: "input" | "output") => () => useLogs.setState({ open: true, side: wanted });
  useCommand("logs.input", side("input"));
  useCommand("logs.output", side("output"));
  return (
    <section
      className={css.dock}
      aria-label={t("running.logs")}
      style={open ? { height } : undefined}
    >
      {open ? <Grip /> : null}
      <header className={css.dockHead}>
        <Button
          look="quiet"
          aria-expanded={open}
          title={keysOf("panel.logs")}
          onClick={() => turnLogs()}
        >
          {open ? <ChevronDown aria-hidden /> : <ChevronUp aria-hidden />}
          {t("running.logs")}
        </Button>
        <Summary />
      </header>
      {open ? (
        <Suspense fallback={<Loading />}>
          <LogsInside />
        </Suspense>
      ) : null}
    </section>
  );
}

/** Makes the dock higher or lower. */
function Grip() {
  const { t } = useTranslation();
  const height = useLogs((logs) => logs.height);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) {
      const bottom = event.currentTarget.parentElement?.getBoundingClientRect().bottom ?? 0;
      resize(bottom - event.clientY);
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line that can be moved is no <hr>
    <div
      className={css.grip}
      role="separator"
      aria-orientation="horizontal"
      aria-label={t("running.resize")}
      aria-valuenow={height}
      aria-valuemin={LEAST_PX}
      aria-valuemax={1200}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={(event) => {
        if (event.key === "ArrowUp" || event.key === "ArrowDown") {
          event.preventDefault();
          event.stopPropagation();
          resize(height + (event.key === "ArrowUp" ? 24 : -24));
        }
      }}
    />
  );
}

function Summary() {
  const { t } = useTranslation();
  const execution = useRun((run) => run.execution);
  const status = useRun((run) => run.status);
  const waitingFor = useRun((run) => run.waitingFor);
  const count = useRun((run) => run.steps.length);
  const shown = useRun((run) => run.shown?.execution);
  if (!execution) {
    return null;
  }
  return (
    <span className={css.summary}>
      <StatusBadge status={status} waitingFor={status === "waiting" ? waitingFor : ""} />
      <span>{t("running.stepCount", { count })}</span>
      {shown ? (
        <Elapsed
          startedMs={shown.started_ms || shown.created_ms}
          finishedMs={isOver(status) ? shown.finished_ms : 0}
        />
      ) : null}
      <Link
        className={css.summaryLink}
        to="/executions/$execution"
        params={{ execution }}
        aria-label={t("running.openExecution")}
        title={t("running.openExecution")}
      >
        <SquareArrowOutUpRight size={16} aria-hidden />
      </Link>
    </span>
  );
}
