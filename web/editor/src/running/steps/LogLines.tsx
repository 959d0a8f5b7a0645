import type { models } from "@penstock/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useFigures } from "~/i18n/useFigures";
import { type Document, findNode } from "~/model/document";
import { Button, Empty, Failure, Input, Loading, Select } from "~/ui";
import { isOver } from "../run";
import { useRun } from "../scope";
import type { Step } from "../step";
import css from "./steps.module.css";

interface Props {
  readonly document: Document;
  /** Only the lines of this step. */
  readonly step?: Step | undefined;
}

const LEVELS = ["debug", "info", "warning", "error", "effect"] as const;

/** What the steps of the execution wrote, in the order of time. */
export function LogLines({ document, step }: Props) {
  const { t } = useTranslation();
  const [level, setLevel] = useState("");
  const [text, setText] = useState("");
  const execution = useRun((run) => run.execution);
  const live = useRun((run) => !isOver(run.status));
  const asked = step?.body || execution;
  const lines = useInfiniteQuery({
    queryKey: ["logs", asked],
    queryFn: async ({ pageParam }) =>
      await api().listLogs(asked, { limit: 500, cursor: pageParam }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: live ? 2_000 : false,
    enabled: asked !== "",
    staleTime: 0,
  });
  useAtEnd(lines.refetch);
  const shown = useMemo(() => {
    const wanted = text.toLowerCase();
    return (lines.data?.pages ?? [])
      .flatMap((page) => page.items)
      .filter(
        (one) =>
          (!step || (one.node_id === step.nodeId && one.run_index === step.runIndex)) &&
          (!level || one.line.level === level) &&
          (!wanted || one.line.message.toLowerCase().includes(wanted)),
      );
  }, [lines.data, step, level, text]);
  if (lines.isPending) {
    return <Loading />;
  }
  if (lines.isError) {
    return <Failure error={lines.error} onRetry={() => void lines.refetch()} />;
  }
  return (
    <div className={css.logs}>
      <div className={css.filters}>
        <Input
          type="search"
          aria-label={t("running.logSearch")}
          placeholder={t("running.logSearch")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Select
          aria-label={t("running.logLevel")}
          value={level}
          onChange={(event) => setLevel(event.target.value)}
        >
          <option value="">{t("running.allLevels")}</option>
          {LEVELS.map((one) => (
            <option key={one} value={one}>
              {t(`running.level.${one}`)}
            </option>
          ))}
        </Select>
        {lines.hasNextPage ? (
          <Button busy={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>
            {t("running.moreLines")}
          </Button>
        ) : null}
      </div>
      {shown.length === 0 ? (
        <Empty title={t(level || text ? "running.noLinesFound" : "running.noLines")} />
      ) : (
        <Lines lines={shown} document={document} named={!step} />
      )}
    </div>
  );
}

/** The last lines are written down with the end of the run, after which nothing is asked again. */
function useAtEnd(read: () => unknown): void {
  const complete = useRun((run) => run.complete);
  const was = useRef(complete);
  useEffect(() => {
    if (complete && !was.current) {
      read();
    }
    was.current = complete;
  }, [complete, read]);
}

interface LinesProps {
  readonly lines: readonly models.StepLog[];
  readonly document: Document;
  readonly named: boolean;
}

function Lines({ lines, document, named }: LinesProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 28,
    overscan: 20,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
    <div ref={scroll} className={css.lines} role="log" tabIndex={0} aria-label={t("running.logs")}>
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((place) => {
          const one = lines[place.index];
          return one ? (
            <div
              key={place.key}
              ref={virtual.measureElement}
              data-index={place.index}
              className={css.line}
              data-level={one.line.level}
              style={{ transform: `translateY(${place.start}px)` }}
            >
              <time>{figures.clock(one.line.at_ms)}</time>
              <span className={css.level}>
                {t(`running.level.${one.line.level}`, { defaultValue: one.line.level })}
              </span>
              {named ? <b>{findNode(document, one.node_id)?.name ?? one.node_id}</b> : null}
              <span className={css.words}>{one.line.message}</span>
              <LineData data={one.line.data} />
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}

function LineData({ data }: { readonly data: models.LogLine["data"] }) {
  if (!data || Object.keys(data).length === 0) {
    return null;
  }
  return <code className={css.lineData}>{JSON.stringify(data)}</code>;
}
