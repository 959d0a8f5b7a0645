import { useVirtualizer } from "@tanstack/react-virtual";
import { ZoomIn, ZoomOut } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFigures } from "~/i18n/useFigures";
import { type Document, findNode } from "~/model/document";
import { Button, Empty, IconButton } from "~/ui";
import { isOver } from "../run";
import { useRun } from "../scope";
import { type Step, stepKey, tookMs } from "../step";
import { useNow } from "../useNow";
import css from "./steps.module.css";
import { type Bar, type Lane, marksOf, timelineOf } from "./timeline";

interface Props {
  readonly document: Document;
  readonly chosen: Step | null;
  readonly onChoose: (step: Step) => void;
}

const LINE_PX = 24;
const MOST_ZOOM = 64;

/** The steps over time; what runs, waits and was tried again can be told apart. */
export function TimelineView({ document, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const steps = useRun((run) => run.steps);
  const running = useRun((run) => !isOver(run.status));
  const now = useNow(running, 500);
  const [zoom, setZoom] = useState(1);
  const made = useMemo(() => timelineOf(steps, now, zoom), [steps, now, zoom]);
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: made.lanes.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => LINE_PX * (made.lanes[index]?.lines.length ?? 1) + 6,
    overscan: 10,
  });
  if (made.lanes.length === 0) {
    return <Empty title={t("running.noSteps")} text={t("running.noStepsText")} />;
  }
  const length = made.endMs - made.startMs;
  const key = chosen ? stepKey(chosen) : "";
  return (
    <div className={css.timeline}>
      <div className={css.zoom}>
        <IconButton
          label={t("running.zoomOut")}
          disabled={zoom <= 1}
          onClick={() => setZoom(zoom / 2)}
        >
          <ZoomOut />
        </IconButton>
        <IconButton
          label={t("running.zoomIn")}
          disabled={zoom >= MOST_ZOOM}
          onClick={() => setZoom(zoom * 2)}
        >
          <ZoomIn />
        </IconButton>
        <Button look="quiet" disabled={zoom === 1} onClick={() => setZoom(1)}>
          {t("running.zoomAll")}
        </Button>
        <Legend />
      </div>
      <section ref={scroll} className={css.lanes} aria-label={t("running.timeline")}>
        <div className={css.chart} style={{ width: `${zoom * 100}%` }}>
          <Scale lengthMs={length} zoom={zoom} />
          <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {virtual.getVirtualItems().map((place) => {
              const lane = made.lanes[place.index];
              return lane ? (
                <div
                  key={lane.nodeId}
                  className={css.lane}
                  style={{ transform: `translateY(${place.start}px)` }}
                >
                  <LaneRow lane={lane} document={document} chosen={key} onChoose={onChoose} />
                </div>
              ) : null;
            })}
          </div>
        </div>
      </section>
    </div>
  );
}

function Scale({ lengthMs, zoom }: { readonly lengthMs: number; readonly zoom: number }) {
  const figures = useFigures();
  return (
    <div className={css.scale} aria-hidden>
      <span className={css.laneName} />
      <div className={css.track}>
        {marksOf(lengthMs, 6 * zoom).map((mark) => (
          <span
            key={mark}
            className={css.tick}
            style={{ insetInlineStart: `${(mark / lengthMs) * 100}%` }}
          >
            {figures.duration(mark / 1_000)}
          </span>
        ))}
      </div>
    </div>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <ul className={css.legend}>
      {(["ok", "error", "waiting", "retried"] as const).map((kind) => (
        <li key={kind}>
          <span className={css.sample} data-kind={kind} aria-hidden /> {t(`running.bar.${kind}`)}
        </li>
      ))}
    </ul>
  );
}

interface LaneProps {
  readonly lane: Lane;
  readonly document: Document;
  readonly chosen: string;
  readonly onChoose: (step: Step) => void;
}

function LaneRow({ lane, document, chosen, onChoose }: LaneProps) {
  const name = findNode(document, lane.nodeId)?.name ?? lane.nodeId;
  return (
    <>
      <span className={css.laneName} title={name}>
        {name}
      </span>
      <div className={css.track} style={{ height: lane.lines.length * LINE_PX }}>
        {lane.lines.flatMap((line, index) =>
          line.map((bar) => (
            <BarButton
              key={bar.key}
              bar={bar}
              name={name}
              top={index * LINE_PX + 3}
              isChosen={bar.key === chosen}
              onClick={() => onChoose(bar.step)}
            />
          )),
        )}
      </div>
    </>
  );
}

interface BarProps {
  readonly bar: Bar;
  readonly name: string;
  readonly top: number;
  readonly isChosen: boolean;
  readonly onClick: () => void;
}

function BarButton({ bar, name, top, isChosen, onClick }: BarProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { step } = bar;
  const kind = bar.failed
    ? "error"
    : step.status === "waiting" || step.status === "in_doubt"
      ? "waiting"
      : step.attempt > 1
        ? "retried"
        : step.status;
  const words = [
    name,
    bar.runs > 1 ? t("running.runCount", { count: bar.runs }) : "",
    t(`running.status.${step.status}`),
    figures.duration(tookMs(step, Date.now()) / 1_000),
    step.attempt > 1 ? t("running.attempt", { number: step.attempt }) : "",
  ];
  const label = words.filter(Boolean).join(" · ");
  return (
    <>
      {bar.since < bar.from ? (
        <span
          className={css.waited}
          aria-hidden
          style={{
            insetBlockStart: top + 7,
            insetInlineStart: `${bar.since * 100}%`,
            width: `${(bar.from - bar.since) * 100}%`,
          }}
        />
      ) : null}
      <button
        type="button"
        className={css.piece}
        data-kind={kind}
        aria-pressed={isChosen}
        aria-label={label}
        title={label}
        style={{
          insetBlockStart: top,
          insetInlineStart: `${bar.from * 100}%`,
          width: `max(4px, ${(bar.to - bar.from) * 100}%)`,
        }}
        onClick={onClick}
      >
        {bar.runs > 1 ? `×${bar.runs}` : step.attempt > 1 ? "↻" : ""}
      </button>
    </>
  );
}
