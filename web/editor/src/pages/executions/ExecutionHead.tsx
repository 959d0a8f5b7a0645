import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFigures } from "~/i18n/useFigures";
import type { Document } from "~/model/document";
import { Elapsed } from "~/running/Elapsed";
import { isOver } from "~/running/run";
import { StatusBadge } from "~/running/StatusBadge";
import { useRun } from "~/running/scope";
import type { Step } from "~/running/step";
import { ErrorNote } from "~/running/steps/ErrorNote";
import { ExecutionActions } from "./ExecutionActions";
import css from "./execution.module.css";

interface Props {
  readonly document: Document;
  readonly step: Step | null;
}

/** Of which workflow, since when, how it stands, and what can be done with it. */
export function ExecutionHead({ document, step }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const shown = useRun((run) => run.shown?.execution);
  const status = useRun((run) => run.status);
  const waitingFor = useRun((run) => run.waitingFor);
  const error = useRun((run) => run.error);
  const hasFailedStep = useRun((run) => run.steps.some((one) => one.status === "error"));
  if (!shown) {
    return null;
  }
  return (
    <>
      <header className={css.head}>
        <div className={css.title}>
          <h1>
            <Link to="/workflows/$workflow" params={{ workflow: shown.workflow_id }}>
              {shown.workflow_name}
            </Link>
          </h1>
          <p className={css.facts}>
            <span role="status">
              <StatusBadge status={status} waitingFor={status === "waiting" ? waitingFor : ""} />
            </span>
            <span>{figures.exact(shown.created_ms)}</span>
            <Elapsed
              startedMs={shown.started_ms}
              finishedMs={isOver(status) ? shown.finished_ms || shown.started_ms : 0}
            />
            <span>{t(`executions.mode.${shown.mode}`, { defaultValue: shown.mode })}</span>
            <span>
              {shown.version === null
                ? t("executions.draft")
                : t("executions.version", { number: shown.version })}
            </span>
            {shown.retry_of ? (
              <Link to="/executions/$execution" params={{ execution: shown.retry_of }}>
                {t("executions.retryOf")}
              </Link>
            ) : null}
            {shown.parent_id ? (
              <Link to="/executions/$execution" params={{ execution: shown.parent_id }}>
                {t("executions.calledBy")}
              </Link>
            ) : null}
          </p>
        </div>
        <ExecutionActions document={document} step={step} />
      </header>
      {error && !hasFailedStep ? <ErrorNote error={error} /> : null}
    </>
  );
}
