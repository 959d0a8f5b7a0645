import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDocument, useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { findNode, type Node } from "~/model/document";
import { useRunOf } from "~/running";
import { nodesBefore } from "./before";
import { Middle } from "./Middle";
import { PanelHead } from "./PanelHead";
import { Panes, type Side } from "./Panes";
import css from "./panel.module.css";
import { InputPane } from "./panes/InputPane";
import { OutputPane } from "./panes/OutputPane";
import { useNodeForm } from "./useNodeForm";

/** The node whose details are open: what comes in, what it is set to, what comes out. */
export function NodePanel() {
  const node = useEditing((state) => findNode(state.history.document, state.opened));
  return node ? <Opened key={node.id} node={node} /> : null;
}

function Opened({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const document = useDocument();
  const place = useRef<HTMLElement>(null);
  const [from, setFrom] = useState(0);
  const [item, setItem] = useState(0);
  const failed = useRunOf(node.id)?.status === "error";
  const [side, setSide] = useState<Side>(failed ? "output" : "middle");
  const [tab, setTab] = useState("parameters");
  const toParameters = () => {
    setSide("middle");
    setTab("parameters");
  };
  const before = useSame(useMemo(() => nodesBefore(document, node.id), [document, node.id]));
  const chosen = before[from] ?? before[0];
  const form = useNodeForm(node, before, chosen, item);
  const openNode = useEditing((state) => state.openNode);
  const close = useCallback(() => openNode(""), [openNode]);
  useCommand("panel.close", close);
  useCommand("panel.focus", () => focusFirst(place.current));
  return (
    <section
      ref={place}
      className={css.panel}
      data-keys="panel"
      aria-label={t("panel.title", { name: node.name })}
    >
      <PanelHead node={node} onClose={close} onTest={() => setSide("output")} />
      <Panes
        side={side}
        onSide={setSide}
        input={
          <InputPane
            before={before}
            chosen={chosen}
            onChoose={setFrom}
            item={item}
            onItem={setItem}
          />
        }
        middle={<Middle form={form} tab={tab} onTab={setTab} />}
        output={<OutputPane node={node.id} onParameters={toParameters} />}
      />
    </section>
  );
}

/** Go to the first field, or, where there is none, to the first button. */
function focusFirst(panel: HTMLElement | null): void {
  const fields = "input, select, textarea, [contenteditable=true]";
  const field = panel?.querySelector<HTMLElement>(`[data-field] :is(${fields})`);
  (field ?? panel?.querySelector<HTMLElement>("button:enabled"))?.focus();
}

/** The same list as before while it says the same, whatever else of the document has changed. */
function useSame<T>(value: T): T {
  const known = useRef(value);
  if (JSON.stringify(known.current) !== JSON.stringify(value)) {
    known.current = value;
  }
  return known.current;
}
