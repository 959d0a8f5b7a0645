import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Failure, Loading, tellFailure } from "~/ui";
import { DataBody } from "./DataBody";
import { DataFoot } from "./DataFoot";
import { DataHead } from "./DataHead";
import css from "./data.module.css";
import { PortTabs } from "./PortTabs";
import type { Origin } from "./paths";
import type { DataSource } from "./source";
import { useChosenView } from "./useChosenView";
import { useFetched } from "./useFetched";
import { useParts } from "./useParts";

export interface DataViewProps {
  /** What it is of, read aloud: "Output of Fetch". */
  readonly label: string;
  readonly source: DataSource;
  /** What a field is called in an expression; without it nothing can be dragged. */
  readonly origin?: Origin | undefined;
  /** Beside the views: buttons such as pin. */
  readonly actions?: ReactNode;
  /** The item that is looked at. */
  readonly chosen?: number | undefined;
  readonly onChoose?: ((index: number) => void) | undefined;
  /** Put the path of a field where somebody writes. */
  readonly onPick?: ((expression: string) => void) | undefined;
  /** What to show where there are no items. */
  readonly empty?: ReactNode;
}

/** Items: their schema, as a table, as JSON, their files, as a chart. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: it is called so everywhere; nobody reads bytes here
export function DataView(props: DataViewProps) {
  const { t } = useTranslation();
  const { label, source, actions } = props;
  const [port, setPort] = useState("");
  const [search, setSearch] = useState("");
  const ports = source.ports ?? [];
  const current = ports.some((one) => one.name === port) ? port : firstWithItems(source);
  const parts = useParts(source, current);
  const [items, fetchOne] = useFetched(source, current, parts.part);
  const [view, setView] = useChosenView(items);
  if (parts.error && !parts.part) {
    return <Failure error={parts.error} onRetry={parts.retry} />;
  }
  return (
    <section className={css.data} aria-label={label}>
      <DataHead
        view={view}
        onView={setView}
        hasFiles={items.some((item) => item?.binary)}
        search={search}
        onSearch={setSearch}
        actions={actions}
      />
      {ports.length > 1 ? <PortTabs ports={ports} chosen={current} onChoose={setPort} /> : null}
      {parts.isLoading ? <Loading /> : null}
      {parts.part && parts.part.total === 0
        ? (props.empty ?? <Empty title={t("data.noItems")} text={t("data.noItemsText")} />)
        : null}
      {items.length > 0 ? (
        <DataBody
          view={view}
          items={items}
          start={parts.part?.start ?? 0}
          search={search}
          origin={props.origin}
          chosen={props.chosen}
          onChoose={props.onChoose}
          onPick={props.onPick}
          onFetch={fetchOne && ((index) => void fetchOne(index).catch(tellFailure))}
        />
      ) : null}
      {parts.part ? <DataFoot part={parts.part} before={parts.before} after={parts.after} /> : null}
    </section>
  );
}

function firstWithItems(source: DataSource): string {
  const ports = source.ports ?? [];
  return (ports.find((one) => (one.count ?? 0) > 0) ?? ports[0])?.name ?? "";
}
