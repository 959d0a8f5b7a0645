import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Loading, Table } from "~/ui";
import { type Chart, isEmpty } from "./chart";
import css from "./dashboard.module.css";

const Plot = lazy(() => import("./Plot"));

interface Props {
  readonly title: string;
  readonly chart: Chart;
  /** Beside the title. */
  readonly choice?: ReactNode;
}

/** A chart with its title, and the same as a table. */
export function ChartCard({ title, chart, choice }: Props) {
  const { t } = useTranslation();
  return (
    <section className={css.card} aria-label={title}>
      <header className={css.cardHead}>
        <h2>{title}</h2>
        {choice}
      </header>
      {isEmpty(chart) ? (
        <p className={css.nothing}>{t("dashboard.nothingInRange")}</p>
      ) : (
        <>
          <Suspense fallback={<Loading lines={5} />}>
            <Plot chart={chart} label={t("dashboard.chartOf", { title })} />
          </Suspense>
          <details className={css.asTable}>
            <summary>{t("dashboard.asTable")}</summary>
            <ChartTable title={title} chart={chart} />
          </details>
        </>
      )}
    </section>
  );
}

function ChartTable({ title, chart }: { readonly title: string; readonly chart: Chart }) {
  const steps = chart.moments
    .map((moment, at) => ({ moment, values: chart.rows.map((row) => row.values[at] ?? null) }))
    .filter((step) => step.values.some((one) => one))
    .toReversed();
  return (
    <Table aria-label={title}>
      <thead>
        <tr>
          <th scope="col">{chart.timeName}</th>
          {chart.rows.map((row) => (
            <th key={row.name} scope="col" className={css.number}>
              {row.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.moment}>
            <td>{chart.when(step.moment)}</td>
            {chart.rows.map((row, at) => {
              const value = step.values[at];
              return (
                <td key={row.name} className={css.number}>
                  {value === null || value === undefined ? "–" : chart.format(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
