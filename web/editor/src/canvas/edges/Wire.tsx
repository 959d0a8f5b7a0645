import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { CircleAlert, MessageSquare } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useRun } from "~/running/scope";
import { useEdgeCount } from "~/running/useEdgeCount";
import { Tip } from "~/ui";
import { openComments } from "../comments/open";
import { useMode } from "../mode";
import { usePointed } from "../pointed";
import type { CanvasEdge } from "../view/types";
import { useIsNear } from "../view/useIsNear";
import css from "./edges.module.css";
import { pathOf } from "./path";
import { WireTools } from "./WireTools";

/** An edge: what goes along it, what is wrong with it, and what can be done with it. */
export const Wire = memo(function Wire(props: EdgeProps<CanvasEdge>) {
  const { id, data, selected = false, source, target } = props;
  const { editable } = useMode();
  const count = useEdgeCount(id);
  const runs = useRun(
    (run) => run.nodes[target]?.status === "started" && run.nodes[source]?.status === "ok",
  );
  const pointed = usePointed((now) => now.edge === id);
  const near = useIsNear();
  if (!data) {
    return null;
  }
  const [path, x, y] = pathOf(props);
  const tools = editable && (pointed || selected);
  const state = {
    "data-back": data.back || undefined,
    "data-wrong": data.wrong ? true : undefined,
    "data-selected": selected || undefined,
    "data-carried": count !== undefined && count > 0 ? true : undefined,
    "data-runs": runs || undefined,
    "data-kind": data.kind === "main" ? undefined : data.kind,
    "data-mark": data.mark || undefined,
  };
  const shows =
    near && (tools || count !== undefined || data.wrong || data.label || data.comments > 0);
  return (
    <>
      <BaseEdge
        path={path}
        className={css.wire ?? ""}
        interactionWidth={24}
        {...(data.kind === "main" ? { markerEnd: "url(#penstock-arrow)" } : {})}
        {...state}
      />
      {shows ? (
        <EdgeLabelRenderer>
          <div
            className={`${css.middle} nodrag nopan`}
            data-tools={tools || undefined}
            style={{ translate: `${x}px ${y}px` }}
          >
            {tools ? (
              <WireTools id={id} edge={data.edge} selected={selected} />
            ) : (
              <WireLabel data={data} count={count} />
            )}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
});

interface LabelProps {
  readonly data: NonNullable<CanvasEdge["data"]>;
  readonly count: number | undefined;
}

function WireLabel({ data, count }: LabelProps) {
  const { t } = useTranslation();
  if (data.wrong) {
    return (
      <Tip text={data.wrong}>
        <span className={css.label} data-tone="bad" role="img" aria-label={data.wrong}>
          <CircleAlert aria-hidden size={14} />
        </span>
      </Tip>
    );
  }
  const said = t("canvas.comments", { count: data.comments });
  return (
    <>
      {data.comments > 0 ? (
        <button
          type="button"
          tabIndex={-1}
          className={css.label}
          data-tone="info"
          aria-label={said}
          title={said}
          onClick={() => openComments({ edge: data.edge })}
        >
          <MessageSquare aria-hidden size={12} /> {data.comments}
        </button>
      ) : null}
      {count !== undefined ? (
        <span className={css.label} data-tone={count > 0 ? "good" : undefined}>
          {t("canvas.items", { count })}
        </span>
      ) : null}
      {data.label && count === undefined ? <span className={css.label}>{data.label}</span> : null}
    </>
  );
}
