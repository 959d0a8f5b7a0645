import { useSearch } from "@tanstack/react-router";
import { ClipboardCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Empty, Failure, Loading, Page } from "~/ui";
import { ApprovalCard } from "./ApprovalCard";
import css from "./approvals.module.css";
import { idOf, useApprovals } from "./useApprovals";

/** What waits for a decision; `?execution=` shows that of one execution alone. */
export function Approvals() {
  const { t } = useTranslation();
  const read = useApprovals();
  const { execution } = useSearch({ from: "/inside/approvals" });
  const shown = (read.data ?? []).filter((one) => !execution || one.execution_id === execution);
  return (
    <Page title={t("approvals.title")} text={t("approvals.text")}>
      {read.isPending ? <Loading lines={6} /> : null}
      {read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.isSuccess && shown.length === 0 ? (
        <Empty
          icon={<ClipboardCheck aria-hidden />}
          title={t("approvals.none")}
          text={t("approvals.noneText")}
        />
      ) : null}
      <p className="visually-hidden" aria-live="polite">
        {read.isSuccess ? t("approvals.count", { count: shown.length }) : ""}
      </p>
      {shown.length ? (
        <ul className={css.list} data-state="full">
          {shown.map((one) => (
            <li key={idOf(one)}>
              <ApprovalCard asked={one} />
            </li>
          ))}
        </ul>
      ) : null}
    </Page>
  );
}
