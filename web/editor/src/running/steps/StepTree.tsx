import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight, RotateCw } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Document, findNode } from "~/model/document";
import { Elapsed } from "../Elapsed";
import { StatusBadge } from "../StatusBadge";
import { itemsOut, type Step, stepKey } from "../step";
import css from "./steps.module.css";
import { failedIn, type Row } from "./tree";
import type { Tree } from "./useTree";

interface Props {
  readonly label: string;
  readonly document: Document;
  readonly tree: Tree;
  readonly chosen: Step | null;
  readonly onChoose: (step: Step) => void;
}

const ROW_PX = 30;

/** The steps of an execution: what ran, how it ended, how long it took and what came out. */
export function StepTree({ label, document, tree, chosen, onChoose }: Props) {
  const { rows, turn } = tree;
  const scroll = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    const step = rows[next]?.branch.step;
    setAt(next);
    virtual.scrollToIndex(next);
    if (step && rows[next]?.branch.kind === "step") {
      onChoose(step);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keyAct(event.key, at, rows, turn, go);
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };
  const chosenKey = chosen ? stepKey(chosen) : "";
  return (
    <div
      ref={scroll}
      className={css.tree}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={rows[at] ? rowId(rows[at].branch.key) : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((place) => {
          const row = rows[place.index];
          return row ? (
            <TreeRow
              key={row.branch.key}
              row={row}
              top={place.start}
              document={document}
              isAt={place.index === at}
              isChosen={row.branch.kind === "step" && isOf(row, chosenKey)}
              onClick={() => {
                setAt(place.index);
                if (row.branch.kind === "step" && row.branch.step) {
                  onChoose(row.branch.step);
                } else {
                  turn(row.branch, !row.open);
                }
              }}
              onTurn={() => turn(row.branch, !row.open)}
            />
          ) : null;
        })}
      </div>
    </div>
  );
}

const rowId = (key: string): string => `step-${key.replace(/[^\w-]/g, "_")}`;
const isOf = (row: Row, key: string): boolean =>
  row.branch.step !== null && stepKey(row.branch.step) === key;

function keyAct(
  key: string,
  at: number,
  rows: readonly Row[],
  turn: Tree["turn"],
  go: (index: number) => void,
): (() => void) | null {
  const row = rows[at];
  const outside = () => {
    const above = rows.slice(0, at).findLastIndex((one) => one.depth < (row?.depth ?? 0));
    go(Math.max(0, above));
  };
  const acts: Readonly<Record<string, (() => void) | undefined>> = {
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    PageDown: () => go(at + 10),
    PageUp: () => go(at - 10),
    ArrowRight: () => (row?.open === false ? turn(row.branch, true) : go(at + 1)),
    ArrowLeft: () => (row?.open ? turn(row.branch, false) : outside()),
    Enter: () => (row?.open === null || !row ? go(at) : turn(row.branch, !row.open)),
    " ": () => (row && row.open !== null ? turn(row.branch, !row.open) : go(at)),
  };
  return acts[key] ?? null;
}

interface RowProps {
  readonly row: Row;
  readonly top: number;
  readonly document: Document;
  readonly isAt: boolean;
  readonly isChosen: boolean;
  readonly onClick: () => void;
  readonly onTurn: () => void;
}

function TreeRow({ row, top, document, isAt, isChosen, onClick, onTurn }: RowProps) {
  const { branch, depth, open } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus
    <div
      id={rowId(branch.key)}
      className={css.row}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={open ?? undefined}
      aria-selected={isChosen}
      data-at={isAt || undefined}
      style={{ transform: `translateY(${top}px)`, paddingInlineStart: 8 + depth * 16 }}
      onClick={onClick}
    >
      <span
        className={css.twist}
        aria-hidden
        onClick={(event) => {
          event.stopPropagation();
          onTurn();
        }}
      >
        {open === null ? null : open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
      </span>
      {branch.kind === "iteration" ? (
        <IterationCells row={row} />
      ) : (
        <StepCells row={row} document={document} />
      )}
    </div>
  );
}

function StepCells({ row, document }: { readonly row: Row; readonly document: Document }) {
  const { t } = useTranslation();
  const { step, children } = row.branch;
  if (!step) {
    return null;
  }
  const isLoop = row.branch.kind === "loop";
  const items = isLoop ? null : itemsOut(step.counts);
  const status = isLoop && failedIn(row.branch) > 0 ? "error" : step.status;
  return (
    <>
      <StatusBadge small status={status} waitingFor={step.waitingFor} />
      <span className={css.name}>{findNode(document, step.nodeId)?.name ?? step.nodeId}</span>
      {children.length > 0 ? (
        <span className={css.note}>{t("running.iterations", { count: children.length })}</span>
      ) : null}
      {step.attempt > 1 ? (
        <span className={css.note}>
          <RotateCw size={12} aria-hidden /> {t("running.attempt", { number: step.attempt })}
        </span>
      ) : null}
      <span className={css.grow} />
      {items === null ? null : (
        <span className={css.note}>{t("running.itemCount", { count: items })}</span>
      )}
      {isLoop ? null : (
        <span className={css.took}>
          <Elapsed
            startedMs={step.startedMs}
            finishedMs={step.status === "started" ? 0 : step.finishedMs || step.startedMs}
          />
        </span>
      )}
    </>
  );
}

function IterationCells({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  const failed = failedIn(row.branch);
  const status = row.branch.body?.status ?? (failed > 0 ? "error" : "");
  return (
    <>
      {status ? <StatusBadge small status={status} /> : null}
      <span className={css.name}>{t("running.iteration", { number: row.branch.index + 1 })}</span>
      <span className={css.note}>
        {row.branch.children.length > 0
          ? t("running.stepCount", { count: row.branch.children.length })
          : ""}
      </span>
    </>
  );
}
