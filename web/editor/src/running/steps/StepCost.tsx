import { useTranslation } from "react-i18next";
import { useFigures } from "~/i18n/useFigures";
import { type Document, findNode } from "~/model/document";
import { StatusBadge } from "../StatusBadge";
import { type Step, tookMs } from "../step";
import { useNow } from "../useNow";
import css from "./steps.module.css";

interface Props {
  readonly step: Step;
  readonly document: Document;
}

/** How a step went: when, how often, from where, and what it spent. */
export function StepCost({ step, document }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const now = useNow(step.status === "started");
  const sources = Object.entries(step.sources).filter(([, one]) => one !== null);
  return (
    <dl className={css.facts}>
      <dt>{t("running.fact.status")}</dt>
      <dd>
        <StatusBadge status={step.status} waitingFor={step.waitingFor} />
      </dd>
      <dt>{t("running.fact.started")}</dt>
      <dd>{step.startedMs ? figures.exact(step.startedMs) : "–"}</dd>
      <dt>{t("running.fact.took")}</dt>
      <dd>{figures.duration(tookMs(step, now) / 1_000)}</dd>
      {step.dueMs ? (
        <>
          <dt>{t("running.fact.due")}</dt>
          <dd>{figures.exact(step.dueMs)}</dd>
        </>
      ) : null}
      <dt>{t("running.fact.attempts")}</dt>
      <dd>{step.attempt}</dd>
      <dt>{t("running.fact.run")}</dt>
      <dd>{step.runIndex + 1}</dd>
      {sources.length > 0 ? (
        <>
          <dt>{t("running.fact.from")}</dt>
          <dd>
            {sources
              .map(([, one]) => findNode(document, one?.step.node_id ?? "")?.name ?? "")
              .join(", ")}
          </dd>
        </>
      ) : null}
      {Object.entries(step.spent).map(([name, value]) => (
        <Spent key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

/** What guests spent, as the journal names it. */
function Spent({ name, value }: { readonly name: string; readonly value: number }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const shown = /bytes/.test(name)
    ? figures.bytes(value)
    : /_ms$/.test(name)
      ? figures.duration(value / 1_000)
      : figures.count(value);
  return (
    <>
      <dt>{t(`running.spent.${name}`, { defaultValue: name })}</dt>
      <dd>{shown}</dd>
    </>
  );
}
