import type { models } from "@penstock/client";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFigures } from "~/i18n/useFigures";
import { Elapsed } from "~/running/Elapsed";
import { isOver } from "~/running/run";
import { StatusBadge } from "~/running/StatusBadge";
import { useNow } from "~/running/useNow";
import { Button } from "~/ui";
import css from "./executions.module.css";

interface Props {
  readonly rows: readonly models.OverviewListed[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
  /** Of several workflows: each row says of which. */
  readonly named: boolean;
  readonly more: boolean;
  readonly busy: boolean;
  readonly onMore: () => void;
  /** Somebody comes near the end of what is there. */
  readonly onNear: () => void;
}

/** A line for each execution; a card, where there is no room for a line. */
export function ExecutionRows(props: Props) {
  const { rows, chosen, onChoose, named, more, busy, onMore, onNear } = props;
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 52,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 10,
  });
  const places = virtual.getVirtualItems();
  const last = places.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 5) {
      onNear();
    }
  }, [last, rows.length, onNear]);
  const now = useNow(true, 10_000);
  const latest = useRef(chosen);
  latest.current = chosen;
  const turn = useCallback(
    (id: string) => {
      const next = new Set(latest.current);
      next.delete(id) || next.add(id);
      onChoose(next);
    },
    [onChoose],
  );
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key */}
      <div ref={scroll} className={css.rows} tabIndex={0} aria-busy={busy}>
        <ul
          className={css.list}
          aria-label={t("executions.title")}
          style={{ height: virtual.getTotalSize() }}
        >
          {places.map((place) => {
            const one = rows[place.index];
            return one ? (
              <li
                key={place.key}
                ref={virtual.measureElement}
                data-index={place.index}
                className={css.place}
                style={{ transform: `translateY(${place.start}px)` }}
              >
                <ExecutionRow
                  one={one}
                  isChosen={chosen.has(one.id)}
                  onTurn={turn}
                  named={named}
                  now={now}
                />
              </li>
            ) : null;
          })}
        </ul>
      </div>
      {more ? (
        <Button busy={busy} onClick={onMore}>
          {t("executions.more")}
        </Button>
      ) : null}
    </>
  );
}

interface RowProps {
  readonly one: models.OverviewListed;
  readonly isChosen: boolean;
  readonly onTurn: (id: string) => void;
  readonly named: boolean;
  readonly now: number;
}

const ExecutionRow = memo(function ExecutionRow({ one, isChosen, onTurn, named, now }: RowProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  // What came after the last look at the clock did not come from the future.
  const when = figures.ago(one.created_ms, Math.max(now, one.created_ms));
  const name = named ? one.workflow_name : figures.exact(one.created_ms);
  const label = `${name}, ${t(`running.status.${one.status}`)}, ${when}`;
  return (
    <div className={css.row} data-chosen={isChosen || undefined}>
      <label className={css.box}>
        <input type="checkbox" checked={isChosen} onChange={() => onTurn(one.id)} />
        <span className="visually-hidden">{t("executions.choose", { name: label })}</span>
      </label>
      <span className={css.status}>
        <StatusBadge
          status={one.status}
          waitingFor={one.status === "waiting" ? one.waiting_for : ""}
        />
      </span>
      <span className={css.what}>
        <Link
          className={css.link}
          to="/executions/$execution"
          params={{ execution: one.id }}
          aria-label={label}
        >
          {name}
        </Link>
        {one.error ? <span className={css.message}>{one.error.message}</span> : null}
      </span>
      <span className={css.fact} title={figures.exact(one.created_ms)}>
        {when}
      </span>
      <span className={css.fact}>
        <Elapsed
          startedMs={one.started_ms}
          finishedMs={isOver(one.status) ? one.finished_ms || one.started_ms : 0}
        />
      </span>
      <span className={css.fact}>
        {t(`executions.mode.${one.mode}`, { defaultValue: one.mode })}
      </span>
      <span className={css.fact}>
        {one.version === null
          ? t("executions.draft")
          : t("executions.version", { number: one.version })}
      </span>
    </div>
  );
});
