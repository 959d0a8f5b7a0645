import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChartLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { classOf, Empty, Failure, Loading, Page } from "~/ui";
import { Charts } from "./Charts";
import { DeadLetters } from "./DeadLetters";
import css from "./dashboard.module.css";
import { FailingWorkflows } from "./FailingWorkflows";
import { Queue } from "./Queue";
import { RangeChoice } from "./RangeChoice";
import { StepCache } from "./StepCache";
import { rangeOf } from "./series";
import { Tiles } from "./Tiles";
import { useCourse } from "./useCourse";
import { Workers } from "./Workers";

/** How the workspace does: what ran, what failed, what waits, what it cost. */
export function Dashboard() {
  const { t } = useTranslation();
  const asked: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const range = rangeOf(asked.range);
  const navigate = useNavigate();
  const course = useCourse(range);
  const maySeeWorkers = useGrant("worker:read");
  const maySeeExecutions = useGrant("execution:read");
  const found = course.data;
  return (
    <Page
      title={t("dashboard.title")}
      text={t("dashboard.text")}
      actions={
        <RangeChoice
          chosen={range}
          onChoose={(one) =>
            void navigate({ to: "/dashboard", search: { range: one }, replace: true })
          }
        />
      }
    >
      <Tiles overall={found?.overall} known={found !== undefined} />
      {course.isPending ? <Loading lines={8} /> : null}
      {course.isError ? (
        <Failure error={course.error} onRetry={() => void course.refetch()} />
      ) : null}
      {found && !found.overall ? (
        <div className={css.card}>
          <Empty
            icon={<ChartLine aria-hidden />}
            title={t("dashboard.empty")}
            text={t("dashboard.emptyText")}
          >
            <Link className={classOf("primary")} to="/workflows">
              {t("dashboard.toWorkflows")}
            </Link>
          </Empty>
        </div>
      ) : null}
      {found?.overall ? (
        <>
          <Charts span={found.span} course={found.course} used={found.used} />
          <FailingWorkflows course={found.workflows} />
        </>
      ) : null}
      {maySeeExecutions ? <DeadLetters /> : null}
      {maySeeExecutions ? <Queue /> : null}
      {maySeeWorkers ? <Workers /> : null}
      {maySeeExecutions ? <StepCache /> : null}
    </Page>
  );
}
