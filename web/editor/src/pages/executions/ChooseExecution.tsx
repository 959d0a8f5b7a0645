import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { executionAsked } from "~/api/executions";
import { useFigures } from "~/i18n/useFigures";
import { Elapsed } from "~/running/Elapsed";
import { StatusBadge } from "~/running/StatusBadge";
import { Failure, Select } from "~/ui";
import css from "./executions.module.css";

interface Props {
  readonly name: "A" | "B";
  readonly chosen: string;
  /** The other one: those of its workflow are offered. */
  readonly like: string;
  readonly onChoose: (execution: string) => void;
}

/** One of the two that are compared, and how it went. */
export function ChooseExecution({ name, chosen, like, onChoose }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const shown = useQuery(executionAsked(chosen));
  const other = useQuery(executionAsked(like));
  const workflow = shown.data?.workflow_id ?? other.data?.workflow_id ?? "";
  const latest = useQuery({
    queryKey: ["executions", "latest", workflow],
    queryFn: async () => (await api().listExecutions({ workflow, limit: 50 })).items,
    enabled: chosen !== "" || workflow !== "",
  });
  const rows = latest.data ?? [];
  const isListed = rows.some((one) => one.id === chosen);
  const one = shown.data;
  const text = (ms: number, status: string, version: number | null) => {
    const which =
      version === null ? t("executions.draft") : t("executions.version", { number: version });
    return `${figures.exact(ms)} · ${t(`running.status.${status}`)} · ${which}`;
  };
  return (
    <section className={css.side} aria-label={t("executions.sideOf", { name })}>
      <h2>{name}</h2>
      <Select
        aria-label={t("executions.sideOf", { name })}
        value={chosen}
        onChange={({ target }) => onChoose(target.value)}
      >
        <option value="">{t("executions.chooseOne")}</option>
        {one && !isListed ? (
          <option value={one.id}>{text(one.created_ms, one.status, one.version)}</option>
        ) : null}
        {rows.map((row) => (
          <option key={row.id} value={row.id}>
            {text(row.created_ms, row.status, row.version)}
          </option>
        ))}
      </Select>
      {shown.isError ? <Failure error={shown.error} /> : null}
      {one ? (
        <p className={css.sideFacts}>
          <StatusBadge status={one.status} />
          <Elapsed startedMs={one.started_ms} finishedMs={one.finished_ms} />
          <Link to="/executions/$execution" params={{ execution: one.id }}>
            {one.workflow_name}
          </Link>
        </p>
      ) : null}
    </section>
  );
}
