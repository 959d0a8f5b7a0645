import { Link } from "@tanstack/react-router";
import { Bug, Clock, LoaderCircle } from "lucide-react";
import { lazy, Suspense } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { useEditing } from "~/editing/store";
import { findNode } from "~/model/document";
import { classOf } from "~/ui";
import { Elapsed } from "./Elapsed";
import { isOver, type Run } from "./run";
import css from "./running.module.css";
import { useRun } from "./scope";
import type { Step } from "./step";

const Debugging = lazy(async () => ({ default: (await import("./Debugging")).Debugging }));

/** What a run is doing that has not ended: how long already, where, and what it waits for. */
export function RunBanner() {
  const execution = useRun((run) => run.execution);
  const status = useRun((run) => run.status);
  if (!execution || isOver(status)) {
    return null;
  }
  return createPortal(<Banner />, document.body);
}

/** The steps that stand at a breakpoint. */
const standing = (run: Run): readonly Step[] =>
  run.waitingFor === "debug" ? run.steps.filter((step) => step.waitingFor === "debug") : [];

function Banner() {
  const { t } = useTranslation();
  const status = useRun((run) => run.status);
  const waitingFor = useRun((run) => run.waitingFor);
  const shown = useRun((run) => run.shown?.execution);
  const steps = useRun(useShallow(standing));
  const isStopped = waitingFor === "debug";
  const icon = isStopped ? (
    <Bug aria-hidden />
  ) : status === "running" ? (
    <LoaderCircle aria-hidden className={css.turning} />
  ) : (
    <Clock aria-hidden />
  );
  return (
    <section
      className={css.banner}
      data-tone={isStopped ? "warn" : "info"}
      aria-label={t("running.banner")}
    >
      <span className={css.bannerText} role="status">
        {icon}
        {isStopped ? <Where steps={steps} /> : <Doing status={status} waitingFor={waitingFor} />}
      </span>
      <span className={css.bannerNote}>
        <Elapsed startedMs={shown?.started_ms || shown?.created_ms || 0} finishedMs={0} />
        {shown?.worker_id && status === "running" ? (
          <span>{t("running.worker", { worker: shown.worker_id.slice(0, 8) })}</span>
        ) : null}
      </span>
      <Suspense>
        {isStopped ? <Debugging steps={steps} /> : <Elsewhere waitingFor={waitingFor} />}
      </Suspense>
    </section>
  );
}

function Doing({ status, waitingFor }: { status: string; waitingFor: string }) {
  const { t } = useTranslation();
  if (status === "waiting" && waitingFor) {
    return <>{t(`running.waitingFor.${waitingFor}`, { defaultValue: waitingFor })}</>;
  }
  return <>{t(`running.status.${status}`, { defaultValue: status })}</>;
}

function Where({ steps }: { readonly steps: readonly Step[] }) {
  const { t } = useTranslation();
  const names = useEditing(
    useShallow((editing) =>
      steps.map((step) => findNode(editing.history.document, step.nodeId)?.name ?? step.nodeId),
    ),
  );
  return <>{t("running.stoppedBefore", { names: names.join(", ") })}</>;
}

function Elsewhere({ waitingFor }: { readonly waitingFor: string }) {
  const { t } = useTranslation();
  const execution = useRun((run) => run.execution);
  if (waitingFor === "approval") {
    return (
      <Link className={classOf()} to="/approvals">
        {t("running.openApprovals")}
      </Link>
    );
  }
  return (
    <Link className={classOf()} to="/executions/$execution" params={{ execution }}>
      {t("running.openExecution")}
    </Link>
  );
}
