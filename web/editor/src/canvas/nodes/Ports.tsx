import { Handle, Position } from "@xyflow/react";
import { Plus } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCreator } from "~/creator";
import type { Port } from "~/model/document";
import { useConnecting } from "../connect/connecting";
import { useMode } from "../mode";
import { hasRows, heightOfPort } from "../view/sizes";
import type { StepView } from "../view/types";
import css from "./nodes.module.css";

interface Props {
  readonly id: string;
  readonly view: StepView;
  readonly selected: boolean;
}

/** Where edges begin and end, and the button that adds what follows. */
export function Ports({ id, view, selected }: Props) {
  const { editable } = useMode();
  return (
    <>
      {view.inputs.map((port, index) => (
        <Plug key={port.name} side="in" {...{ id, view, port, index, selected }} />
      ))}
      {view.outputs.map((port, index) => (
        <Plug key={port.name} side="out" {...{ id, view, port, index, selected }} />
      ))}
      {editable
        ? view.outputs.map((port, index) =>
            view.loose.includes(port.name) ? (
              <Follow key={port.name} {...{ id, view, port, index, selected }} />
            ) : null,
          )
        : null}
    </>
  );
}

interface PortProps extends Props {
  readonly port: Port;
  readonly index: number;
}

function Plug({ id, view, port, index, side, selected }: PortProps & { side: "in" | "out" }) {
  const { t } = useTranslation();
  const { editable } = useMode();
  const ports = side === "in" ? view.inputs : view.outputs;
  const top = heightOfPort(ports, index);
  const words = { port: port.title || port.name, node: view.spec.name };
  const label = t(side === "in" ? "canvas.inputOf" : "canvas.outputOf", words);
  const connect = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.code === "Space") {
      event.preventDefault();
      event.stopPropagation();
      useConnecting.setState({ node: id, port: port.name, side });
    }
  };
  const button = editable
    ? { role: "button", tabIndex: selected ? 0 : -1, onKeyDown: connect }
    : { role: "img" };
  return (
    <>
      {hasRows(ports) ? (
        <span className={side === "in" ? css.inLabel : css.outLabel} style={{ top }}>
          {words.port}
        </span>
      ) : null}
      <Handle
        id={port.name}
        type={side === "in" ? "target" : "source"}
        position={side === "in" ? Position.Left : Position.Right}
        className={css.handle ?? ""}
        style={{ top }}
        isConnectable={editable}
        data-kind={port.kind === "main" ? undefined : port.kind}
        aria-label={label}
        title={port.kind === "main" ? label : `${label} (${port.kind})`}
        {...button}
      />
    </>
  );
}

/** A plus behind a port from which nothing leads on. */
function Follow({ id, view, port, index, selected }: PortProps) {
  const { t } = useTranslation();
  const openCreator = useCreator((creator) => creator.openCreator);
  const label = t("canvas.addAfter", { port: port.title || port.name, node: view.spec.name });
  return (
    <button
      type="button"
      className={`${css.follow} nodrag nopan`}
      style={{ top: heightOfPort(view.outputs, index) }}
      aria-label={label}
      title={label}
      tabIndex={selected ? 0 : -1}
      onClick={(event) => {
        event.stopPropagation();
        openCreator({ from: { node: id, port: port.name } });
      }}
    >
      <Plus aria-hidden size={14} />
    </button>
  );
}
