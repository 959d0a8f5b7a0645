import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useRunOf } from "~/running/useRunOf";
import { NodeIcon } from "../icons/NodeIcon";
import { worstOf } from "../view/issues";
import { heightOf } from "../view/sizes";
import type { StepNode } from "../view/types";
import { useIsNear } from "../view/useIsNear";
import { Badges } from "./Badges";
import { BodyStart } from "./BodyStart";
import css from "./nodes.module.css";
import { Ports } from "./Ports";
import { RunMark } from "./RunMark";
import { StepName } from "./StepName";
import { StepTools } from "./StepTools";

/** One node: what it is called, what it does, its ports, and how it goes. */
export const StepCard = memo(
  function StepCard({ id, data, selected }: NodeProps<StepNode>) {
    const run = useRunOf(id);
    const near = useIsNear();
    const { spec } = data;
    return (
      <div
        className={css.card}
        data-trigger={data.trigger || undefined}
        data-container={data.container || undefined}
        data-unknown={data.unknown || undefined}
        data-disabled={spec.settings?.disabled || undefined}
        data-selected={selected || undefined}
        data-finding={worstOf(data.findings) || undefined}
        data-mark={data.mark || undefined}
        data-run={run?.status}
      >
        <div className={css.head} style={{ height: heightOf(data) }}>
          <div className={css.title}>
            <span className={css.icon}>
              <NodeIcon name={data.icon} size={20} />
            </span>
            <span className={css.names}>
              <StepName id={id} name={spec.name} />
              <span className={css.subtitle}>{data.subtitle}</span>
            </span>
          </div>
          {near ? <Ports id={id} view={data} selected={selected} /> : null}
        </div>
        {data.hollow ? <BodyStart container={id} /> : null}
        {near ? <Badges id={id} view={data} /> : null}
        {near && run ? <RunMark id={id} run={run} /> : null}
        {near ? <StepTools id={id} view={data} /> : null}
      </div>
    );
  },
  // The canvas passes places too, which a card has no use for while it is dragged.
  (before, after) => before.data === after.data && before.selected === after.selected,
);
