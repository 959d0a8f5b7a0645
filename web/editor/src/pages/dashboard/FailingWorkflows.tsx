import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { nameAsked } from "~/api/workflows";
import { useFigures } from "~/i18n/useFigures";
import { Table } from "~/ui";
import css from "./dashboard.module.css";
import { failing } from "./series";

const MOST = 8;

/** The workflows that failed most often in the range. */
export function FailingWorkflows({ course }: { readonly course: readonly models.Course[] }) {
  const { t } = useTranslation();
  const { count, share, duration } = useFigures();
  const worst = failing(course, MOST);
  const names = useQueries({
    queries: worst.map((one) => nameAsked(one.workflow_id)),
  });
  const title = t("dashboard.failing");
  return (
    <section className={css.section} aria-label={title}>
      <header className={css.cardHead}>
        <h2>{title}</h2>
      </header>
      {worst.length === 0 ? (
        <p className={css.nothing}>{t("dashboard.noneFailed")}</p>
      ) : (
        <Table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t("dashboard.workflow")}</th>
              <th scope="col" className={css.number}>
                {t("dashboard.failed")}
              </th>
              <th scope="col" className={css.number}>
                {t("dashboard.executions")}
              </th>
              <th scope="col" className={css.number}>
                {t("dashboard.failureRate")}
              </th>
              <th scope="col" className={css.number}>
                {t("dashboard.p95")}
              </th>
            </tr>
          </thead>
          <tbody>
            {worst.map((one, at) => (
              <tr key={one.workflow_id}>
                <td>
                  <Link
                    to="/workflows/$workflow/executions"
                    params={{ workflow: one.workflow_id }}
                    search={{ status: "error" }}
                  >
                    {names[at]?.data ?? one.workflow_id}
                  </Link>
                </td>
                <td className={css.number}>{count(one.failed)}</td>
                <td className={css.number}>{count(one.executions)}</td>
                <td className={css.number}>{share(one.failure_rate)}</td>
                <td className={css.number}>{one.p95_s === null ? "–" : duration(one.p95_s)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}
