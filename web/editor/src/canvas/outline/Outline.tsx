import { useVirtualizer } from "@tanstack/react-virtual";
import { X } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { keysOf } from "~/keys/keys";
import { IconButton, Input } from "~/ui";
import { useReveal } from "../commands/useReveal";
import { NodeIcon } from "../icons/NodeIcon";
import { toggleLook } from "../look";
import { placed } from "../view/placed";
import type { Scene } from "../view/useScene";
import { type Line, outlineOf, type Places, placesOf } from "./outline";
import css from "./outline.module.css";

const ROW = 52;

/** The flow as a list, to read, to search, and to go to a node. */
export function Outline({ scene }: { readonly scene: Scene }) {
  const { t } = useTranslation();
  const document = useEditing((editing) => editing.history.document);
  const [query, setQuery] = useState("");
  const lines = useMemo(() => outlineOf(placed(document, scene.boxes)), [document, scene.boxes]);
  const places = useMemo(() => placesOf(document, query), [document, query]);
  const found = places ? lines.filter(({ node }) => places.has(node.id)) : lines;
  return (
    <aside className={css.outline} aria-label={t("canvas.outline")} data-keys="panel">
      <header className={css.head}>
        <h2>{t("canvas.outline")}</h2>
        <IconButton
          label={t("common.close")}
          keys={keysOf("outline")}
          onClick={() => toggleLook("outline")}
        >
          <X />
        </IconButton>
      </header>
      <Input
        type="search"
        aria-label={t("canvas.findNode")}
        placeholder={t("canvas.findNode")}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {found.length === 0 ? <p className={css.quiet}>{t("canvas.noNodes")}</p> : null}
      <Lines lines={found} places={places} scene={scene} />
    </aside>
  );
}

interface LinesProps {
  readonly lines: readonly Line[];
  readonly places: Places | null;
  readonly scene: Scene;
}

function Lines({ lines, places, scene }: LinesProps) {
  const { t } = useTranslation();
  const reveal = useReveal(scene);
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const go = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = Number((event.target as HTMLElement).dataset.line);
    if (step && Number.isFinite(at)) {
      event.preventDefault();
      rows.scrollToIndex(at + step);
      requestAnimationFrame(() =>
        scroll.current?.querySelector<HTMLElement>(`[data-line="${at + step}"]`)?.focus(),
      );
    }
  };
  return (
    <div ref={scroll} className={css.scroll}>
      <ol className={css.lines} style={{ height: rows.getTotalSize() }} onKeyDown={go}>
        {rows.getVirtualItems().map((row) => {
          const line = lines[row.index];
          return line ? (
            <li
              key={line.node.id}
              aria-setsize={lines.length}
              aria-posinset={row.index + 1}
              className={css.line}
              style={{ transform: `translateY(${row.start}px)`, height: ROW }}
            >
              <LineButton
                line={line}
                found={places?.get(line.node.id) ?? ""}
                index={row.index}
                scene={scene}
                onGo={reveal}
                t={t}
              />
            </li>
          ) : null;
        })}
      </ol>
    </div>
  );
}

interface LineProps {
  readonly line: Line;
  /** Where in its config something was found. */
  readonly found: string;
  readonly index: number;
  readonly scene: Scene;
  readonly onGo: (id: string) => void;
  readonly t: ReturnType<typeof useTranslation>["t"];
}

function LineButton({ line, found, index, scene, onGo, t }: LineProps) {
  const { node, depth, from, to } = line;
  const current = useEditing((editing) => editing.selected.has(node.id));
  const openNode = useEditing((editing) => editing.openNode);
  const view = scene.steps.get(node.id);
  const wires = [
    from.length > 0 ? t("canvas.outlineFrom", { nodes: from.join(", ") }) : "",
    to.length > 0 ? t("canvas.outlineTo", { nodes: to.join(", ") }) : t("canvas.outlineEnd"),
  ].filter(Boolean);
  return (
    <button
      type="button"
      data-line={index}
      className={css.button}
      aria-current={current || undefined}
      style={{ paddingInlineStart: 10 + Math.min(depth, 8) * 14 }}
      onClick={() => onGo(node.id)}
      onDoubleClick={() => openNode(node.id)}
    >
      <NodeIcon name={view?.icon ?? ""} size={16} />
      <span className={css.words}>
        <span className={css.name}>{node.name}</span>
        <span className={css.quiet}>{found || wires.join(" · ")}</span>
      </span>
    </button>
  );
}
