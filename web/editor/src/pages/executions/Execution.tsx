import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { About } from "~/api/queries";
import type { Document } from "~/model/document";
import { RunScope, useRun } from "~/running/scope";
import type { Step } from "~/running/step";
import { RunViews } from "~/running/steps/RunViews";
import { type Side, StepDetail } from "~/running/steps/StepDetail";
import { useShownStep } from "~/running/steps/useShownStep";
import { classOf, Empty, Failure, Loading } from "~/ui";
import { ExecutionFacts } from "./ExecutionFacts";
import { ExecutionHead } from "./ExecutionHead";
import css from "./execution.module.css";
import { useExecution } from "./useExecution";
import { Waits } from "./Waits";

const Canvas = lazy(async () => ({ default: (await import("~/canvas/Canvas")).Canvas }));

/** One execution: what ran, how it went, and what can be done about it. */
export function Execution() {
  const { execution = "" } = useParams({ strict: false });
  return <Watched key={execution} execution={execution} />;
}

function Watched({ execution }: { readonly execution: string }) {
  const { store, document, documentError } = useExecution(execution);
  return (
    <RunScope value={store}>
      <Shown document={document} documentError={documentError} />
    </RunScope>
  );
}

interface ShownProps {
  readonly document: Document;
  readonly documentError: unknown;
}

function Shown({ document, documentError }: ShownProps) {
  const { t } = useTranslation();
  const shown = useRun((run) => run.shown);
  const failure = useRun((run) => run.failure);
  const name = shown?.execution.workflow_name ?? "";
  useEffect(() => {
    window.document.title = `${t("executions.one", { name })} · Penstock`;
  }, [name, t]);
  if (!shown) {
    return (
      <main id="content" tabIndex={-1} className={css.page}>
        {failure ? (
          <div className={css.missing}>
            <Failure error={failure} />
            <Link className={classOf()} to="/executions">
              {t("executions.toList")}
            </Link>
          </div>
        ) : (
          <Loading lines={10} />
        )}
      </main>
    );
  }
  return (
    <main id="content" tabIndex={-1} className={css.page}>
      <About value={shown.execution.workflow_id}>
        <Body document={document} documentError={documentError} />
      </About>
    </main>
  );
}

function Body({ document, documentError }: ShownProps) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<Step | null>(null);
  const [side, setSide] = useState<Side>("output");
  const failure = useRun((run) => run.failure);
  const step = useShownStep(wanted);
  const nodes = useRun((run) => run.nodes);
  const steps = useRun((run) => run.steps);
  const chooseNode = (node: string) => {
    const last = nodes[node]?.last;
    const found = steps.find(
      (one) => one.nodeId === node && one.runIndex === last?.runIndex && one.body === last?.body,
    );
    setWanted(found ?? null);
  };
  const facts = {
    id: "facts",
    title: t("executions.facts"),
    body: () => <ExecutionFacts document={document} />,
  };
  return (
    <>
      <ExecutionHead document={document} step={step} />
      <Waits document={document} />
      {failure ? <Failure error={failure} /> : null}
      <div className={css.canvas}>
        {documentError ? <Failure error={documentError} /> : null}
        {document.nodes ? (
          <Suspense fallback={<Loading />}>
            <Canvas document={document} chosen={step?.nodeId ?? ""} onChoose={chooseNode} />
          </Suspense>
        ) : null}
      </div>
      <div className={css.below}>
        <div className={css.views}>
          <RunViews document={document} chosen={step} onChoose={setWanted} more={[facts]} />
        </div>
        <div className={css.side}>
          {step ? (
            <StepDetail document={document} step={step} side={side} onSide={setSide} />
          ) : (
            <Empty title={t("running.noSteps")} />
          )}
        </div>
      </div>
    </>
  );
}
