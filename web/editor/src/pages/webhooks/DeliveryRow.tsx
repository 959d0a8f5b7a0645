import type { models } from "@penstock/client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { executionAsked } from "~/api/executions";
import { useFigures } from "~/i18n/useFigures";
import { isOver } from "~/running/run";
import { StatusBadge } from "~/running/StatusBadge";
import { Button } from "~/ui";
import { Method } from "./Method";
import css from "./webhooks.module.css";

interface Props {
  readonly one: models.StoredDelivery;
  readonly onOpen: () => void;
}

/** A call that came in, and what became of it. */
export function DeliveryRow({ one, onOpen }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const execution = useQuery({
    ...executionAsked(one.execution_id),
    retry: false,
    refetchInterval: ({ state }) => (state.data && isOver(state.data.status) ? false : 4_000),
    staleTime: 60_000,
  });
  return (
    <li className={css.delivery}>
      <Method method={one.method} />
      <code className={css.path}>{one.path}</code>
      <span className={css.note}>{figures.exact(one.received_ms)}</span>
      {execution.data ? (
        <Link to="/executions/$execution" params={{ execution: one.execution_id }}>
          <StatusBadge status={execution.data.status} />
        </Link>
      ) : (
        <span className={css.note}>{execution.isError ? t("webhooks.executionGone") : ""}</span>
      )}
      <Button onClick={onOpen}>{t("webhooks.look")}</Button>
    </li>
  );
}
