import { Check } from "lucide-react";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import type { End } from "~/model/document";
import { folded } from "~/model/search";
import { Dialog, Input, Select } from "~/ui";
import css from "../canvas.module.css";
import { focusNode } from "../commands/useReveal";
import { NodeIcon } from "../icons/NodeIcon";
import type { Scene } from "../view/useScene";
import { type Connecting, NOBODY, useConnecting } from "./connecting";
import { useWire } from "./useConnect";
import { type Candidate, candidates } from "./wiring";

/** Connecting without a pointer: what the end fits, in a list. */
export function ConnectDialog({ scene }: { readonly scene: Scene }) {
  const connecting = useConnecting();
  return connecting.node ? (
    <Choosing key={connecting.node + connecting.side} scene={scene} connecting={connecting} />
  ) : null;
}

interface Props {
  readonly scene: Scene;
  readonly connecting: Connecting;
}

function Choosing({ scene, connecting }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const wire = useWire(scene);
  const view = scene.steps.get(connecting.node);
  const ports = (connecting.side === "out" ? view?.outputs : view?.inputs) ?? [];
  const port = connecting.port || (ports[0]?.name ?? "");
  const document = useEditing((editing) => editing.history.document);
  const { node, side } = connecting;
  const all = useMemo(
    () => candidates(document, scene.steps, { node, port }, side),
    [document, scene.steps, node, port, side],
  );
  const wanted = folded(query);
  const found = all.filter((one) => folded(nameOf(one)).includes(wanted));
  const close = () => {
    useConnecting.setState(NOBODY);
    focusNode(connecting.node);
  };
  const choose = (other: End | undefined) => {
    if (other) {
      const own = { node, port };
      side === "out" ? wire(own, other) : wire(other, own);
      close();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((now) => Math.min(Math.max(now + step, 0), found.length - 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(found[at]?.end);
    }
  };
  return (
    <Dialog
      open
      title={t(side === "out" ? "canvas.connectTo" : "canvas.connectFrom", {
        node: view?.spec.name ?? "",
      })}
      onClose={close}
    >
      {ports.length > 1 ? (
        <Select
          aria-label={t("canvas.port")}
          value={port}
          onChange={(event) => useConnecting.setState({ port: event.target.value })}
        >
          {ports.map((one) => (
            <option key={one.name} value={one.name}>
              {one.title || one.name}
            </option>
          ))}
        </Select>
      ) : null}
      <Input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
        aria-label={t("canvas.findTarget")}
        placeholder={t("canvas.findTarget")}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div role="listbox" id={id} aria-label={t("canvas.targets")} className={css.targets}>
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={one.end.node + one.end.port}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={css.target}
            onClick={() => choose(one.end)}
          >
            <NodeIcon name={one.view.icon} size={16} />
            {nameOf(one)}
            {index === at ? <Check aria-hidden size={16} className={css.atEnd} /> : null}
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className={css.quiet}>{t("canvas.noTargets")}</p> : null}
    </Dialog>
  );
}

/** With the port, where there are several. */
function nameOf({ view, port, end }: Candidate): string {
  const several = view.inputs.some((one) => one.name === end.port)
    ? view.inputs.length > 1
    : view.outputs.length > 1;
  return several ? `${view.spec.name} · ${port.title || port.name}` : view.spec.name;
}
