import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight, Diff, Equal } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFigures } from "~/i18n/useFigures";
import { type Document, findNode } from "~/model/document";
import { StatusBadge } from "~/running/StatusBadge";
import { type Step, tookMs } from "~/running/step";
import { Badge, Empty } from "~/ui";
import { ComparedItems } from "./ComparedItems";
import { itemsIn, type Pair, slower } from "./compare";
import css from "./executions.module.css";

interface Props {
  readonly a: string;
  readonly b: string;
  readonly pairs: readonly Pair[];
  readonly document: Document;
}

/** Each step of both: how it ended, how long it took, how many items, and where these differ. */
export function ComparedSteps({ a, b, pairs, document }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState("");
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: pairs.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 44,
    getItemKey: (index) => pairs[index]?.key ?? index,
    overscan: 10,
  });
  if (pairs.length === 0) {
    return <Empty title={t("executions.nothingToCompare")} />;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
    <div ref={scroll} className={css.rows} tabIndex={0}>
      <ul
        className={css.list}
        aria-label={t("executions.compareTitle")}
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map((place) => {
          const pair = pairs[place.index];
          return pair ? (
            <li
              key={place.key}
              ref={virtual.measureElement}
              data-index={place.index}
              className={css.place}
              style={{ transform: `translateY(${place.start}px)` }}
            >
              <PairRow
                pair={pair}
                name={findNode(document, pair.nodeId)?.name ?? pair.nodeId}
                isOpen={open === pair.key}
                onTurn={() => setOpen(open === pair.key ? "" : pair.key)}
              />
              {open === pair.key ? <ComparedItems a={a} b={b} pair={pair} /> : null}
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
}

interface RowProps {
  readonly pair: Pair;
  readonly name: string;
  readonly isOpen: boolean;
  readonly onTurn: () => void;
}

function PairRow({ pair, name, isOpen, onTurn }: RowProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const more = slower(pair);
  return (
    <button type="button" className={css.pairRow} aria-expanded={isOpen} onClick={onTurn}>
      {isOpen ? <ChevronDown size={16} aria-hidden /> : <ChevronRight size={16} aria-hidden />}
      <span className={css.pairName}>
        {name}
        {pair.runIndex > 0 ? ` · ${t("executions.run", { number: pair.runIndex + 1 })}` : ""}
      </span>
      <Half step={pair.a} name="A" />
      <Half step={pair.b} name="B" />
      <span className={css.fact}>
        {more === null ? "" : `${more < 0 ? "−" : "+"}${figures.duration(Math.abs(more) / 1_000)}`}
      </span>
      <span className={css.verdict}>
        {pair.differs.length === 0 ? (
          <Badge>
            <Equal aria-hidden />
            {t("executions.same")}
          </Badge>
        ) : (
          <Badge tone="warn">
            <Diff aria-hidden />
            {pair.differs.map((one) => t(`executions.differs.${one}`)).join(", ")}
          </Badge>
        )}
      </span>
    </button>
  );
}

function Half({ step, name }: { readonly step: Step | null; readonly name: string }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const count = itemsIn(step);
  return (
    <span className={css.half}>
      <b>{name}</b>
      {step ? (
        <>
          <StatusBadge small status={step.status} />
          <span>{figures.duration(tookMs(step, Date.now()) / 1_000)}</span>
          <span>{count === null ? "" : t("running.itemCount", { count })}</span>
        </>
      ) : (
        <span>{t("executions.didNotRun")}</span>
      )}
    </span>
  );
}
