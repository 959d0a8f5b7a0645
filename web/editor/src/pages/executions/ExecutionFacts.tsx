import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Figures, useFigures } from "~/i18n/useFigures";
import { type Document, findNode } from "~/model/document";
import { isBody } from "~/running/journal";
import { StatusBadge } from "~/running/StatusBadge";
import { useRun } from "~/running/scope";
import css from "./execution.module.css";

/** What is known of an execution besides its steps: where it ran, what it spent, what it called. */
export function ExecutionFacts({ document }: { readonly document: Document }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const shown = useRun((run) => run.shown);
  if (!shown) {
    return null;
  }
  const { execution, custom_data, vars, fixtures, parts } = shown;
  const names = (ids: readonly (string | null)[]) =>
    ids.map((id) => findNode(document, id ?? "")?.name ?? id ?? "").join(", ");
  const moment = (ms: number) => (ms ? figures.exact(ms) : "–");
  const called = parts.filter((part) => !isBody(part, execution.workflow_id));
  return (
    <dl className={css.list}>
      <Fact name={t("executions.fact.id")}>
        <code>{execution.id}</code>
      </Fact>
      <Fact name={t("executions.fact.created")}>{moment(execution.created_ms)}</Fact>
      <Fact name={t("executions.fact.started")}>{moment(execution.started_ms)}</Fact>
      <Fact name={t("executions.fact.finished")}>{moment(execution.finished_ms)}</Fact>
      {execution.due_ms ? (
        <Fact name={t("executions.fact.due")}>{moment(execution.due_ms)}</Fact>
      ) : null}
      <Fact name={t("executions.fact.worker")}>{execution.worker_id ?? "–"}</Fact>
      <Fact name={t("executions.fact.pool")}>
        {execution.pool} · {t("executions.priority", { number: execution.priority })}
      </Fact>
      <Fact name={t("executions.fact.dispatches")}>{execution.dispatches}</Fact>
      <Fact name={t("executions.fact.steps")}>{execution.steps}</Fact>
      <Spent />
      {shown.start_node ? (
        <Fact name={t("executions.fact.start")}>{names([shown.start_node])}</Fact>
      ) : null}
      {shown.target_node ? (
        <Fact name={t("executions.fact.target")}>{names([shown.target_node])}</Fact>
      ) : null}
      {fixtures.length > 0 ? (
        <Fact name={t("executions.fact.fixtures")}>{names(fixtures)}</Fact>
      ) : null}
      {Object.entries(custom_data).map(([name, value]) => (
        <Fact key={`custom/${name}`} name={name}>
          {value}
        </Fact>
      ))}
      {Object.keys(vars).length > 0 ? (
        <Fact name={t("executions.fact.vars")}>
          <code>{JSON.stringify(vars)}</code>
        </Fact>
      ) : null}
      {called.length > 0 ? (
        <Fact name={t("executions.fact.called")}>
          <ul className={css.called}>
            {called.map((part) => (
              <li key={part.id}>
                <StatusBadge small status={part.status} />{" "}
                <Link to="/executions/$execution" params={{ execution: part.id }}>
                  {part.workflow_name}
                </Link>
              </li>
            ))}
          </ul>
        </Fact>
      ) : null}
    </dl>
  );
}

/** What all steps together spent. */
function Spent() {
  const { t } = useTranslation();
  const figures = useFigures();
  const steps = useRun((run) => run.steps);
  const sums: Record<string, number> = {};
  for (const step of steps) {
    for (const [name, value] of Object.entries(step.spent)) {
      const before = sums[name] ?? 0;
      sums[name] = name === "memory_bytes" ? Math.max(before, value) : before + value;
    }
  }
  return Object.entries(sums).map(([name, value]) => (
    <Fact key={name} name={t(`running.spent.${name}`, { defaultValue: name })}>
      {amount(name, value, figures)}
    </Fact>
  ));
}

function amount(name: string, value: number, figures: Figures): string {
  if (name.endsWith("_bytes")) {
    return figures.bytes(value);
  }
  return name.endsWith("_ms") ? figures.duration(value / 1_000) : figures.count(value);
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
