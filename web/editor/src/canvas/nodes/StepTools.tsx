import { Ellipsis, Play, Power, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { canDo, carryOut, keysOf } from "~/keys/keys";
import { IconButton } from "~/ui";
import { openMenu } from "../menu/open";
import { useMode } from "../mode";
import { leave, point, usePointed } from "../pointed";
import type { StepView } from "../view/types";
import css from "./nodes.module.css";

interface Props {
  readonly id: string;
  readonly view: StepView;
}

/** What is done most with a node, above the one that the pointer is on. */
export function StepTools({ id, view }: Props) {
  const { editable } = useMode();
  const pointed = usePointed((now) => now.node === id);
  return editable && pointed ? <Tools id={id} view={view} /> : null;
}

function Tools({ id, view }: Props) {
  const { t } = useTranslation();
  /** Commands are about what is selected. */
  const act = (command: string) => () => {
    useEditing.getState().select([id]);
    // What the command sees is what is selected after this.
    queueMicrotask(() => carryOut(command));
  };
  const disabled = view.spec.settings?.disabled === true;
  return (
    <div
      className={`${css.tools} nodrag nopan`}
      onPointerEnter={() => point({ node: id })}
      onPointerLeave={() => leave("node", id)}
    >
      {canDo("run.to") ? (
        <Tool label={t("canvas.runTo")} keys={keysOf("run.to")} act={act("run.to")}>
          <Play />
        </Tool>
      ) : null}
      <Tool
        label={t(disabled ? "canvas.enable" : "canvas.disable")}
        keys={keysOf("disable")}
        act={act("disable")}
      >
        <Power />
      </Tool>
      <Tool label={t("canvas.remove")} keys={keysOf("delete")} act={act("delete")}>
        <Trash2 />
      </Tool>
      <IconButton
        label={t("common.more")}
        tabIndex={-1}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          useEditing.getState().select([id]);
          openMenu({ kind: "node", x: box.left, y: box.bottom });
        }}
      >
        <Ellipsis />
      </IconButton>
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly keys: string;
  readonly act: () => void;
  readonly children: ReactNode;
}

function Tool({ label, keys, act, children }: ToolProps) {
  return (
    <IconButton label={label} keys={keys} tabIndex={-1} onClick={act}>
      {children}
    </IconButton>
  );
}
