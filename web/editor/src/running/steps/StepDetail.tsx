import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { stepSource } from "~/data/stepSource";
import { type Document, findNode } from "~/model/document";
import { Loading, Tabs } from "~/ui";
import { useRun } from "../scope";
import { hasEnded, type Step, stepKey } from "../step";
import { ErrorNote } from "./ErrorNote";
import { LogLines } from "./LogLines";
import { StepCost } from "./StepCost";
import css from "./steps.module.css";

const Items = lazy(async () => ({ default: (await import("~/data/DataView")).DataView }));

export const SIDES = ["output", "input", "logs", "cost"] as const;
export type Side = (typeof SIDES)[number];

interface Props {
  readonly document: Document;
  readonly step: Step;
  readonly side: Side;
  readonly onSide: (side: Side) => void;
}

/** One step: what came out, what went in, what it wrote, and what it took. */
export function StepDetail({ document, step, side, onSide }: Props) {
  const { t } = useTranslation();
  const name = findNode(document, step.nodeId)?.name ?? step.nodeId;
  const bodies = {
    output: () => <StepItems step={step} name={name} side="output" />,
    input: () => <StepItems step={step} name={name} side="input" />,
    logs: () => <LogLines document={document} step={step} />,
    cost: () => <StepCost step={step} document={document} />,
  };
  return (
    <section className={css.detail} aria-label={name}>
      {step.error ? <ErrorNote error={step.error} /> : null}
      <Tabs
        label={t("running.detail", { name })}
        chosen={side}
        onChoose={(id) => onSide(SIDES.find((one) => one === id) ?? "output")}
        tabs={SIDES.map((id) => ({
          id,
          title: t(`running.side.${id}`),
          body: bodies[id],
        }))}
      />
    </section>
  );
}

interface ItemsProps {
  readonly step: Step;
  readonly name: string;
  readonly side: "input" | "output";
}

function StepItems({ step, name, side }: ItemsProps) {
  const { t } = useTranslation();
  const execution = useRun((run) => run.execution);
  const ports =
    side === "output"
      ? Object.entries(step.counts ?? {}).map(([port, count]) => ({
          ...{ name: port, title: port, count },
        }))
      : Object.keys(step.sources).map((port) => ({ name: port, title: port, count: null }));
  const source = stepSource({
    execution: step.body || execution,
    node: step.nodeId,
    run: step.runIndex,
    side,
    ...(ports.length > 0 ? { ports } : {}),
    live: !hasEnded(step.status),
  });
  return (
    <Suspense fallback={<Loading />}>
      <Items
        key={`${stepKey(step)}/${side}/${step.status}`}
        label={t(`running.sideOf.${side}`, { name })}
        source={source}
      />
    </Suspense>
  );
}
