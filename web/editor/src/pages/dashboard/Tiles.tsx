import { useQuery } from "@tanstack/react-query";
import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useFigures } from "~/i18n/useFigures";
import { Failure } from "~/ui";
import css from "./dashboard.module.css";

const AGAIN_MS = 5_000;
/** Whoever is queued for longer than this is kept waiting. */
const LONG_QUEUED_S = 60;

interface Props {
  /** The sums of the range; none: nothing ran. */
  readonly overall: models.Course | undefined;
  /** False: it has not been answered what ran. */
  readonly known: boolean;
}

/** How things stand now, beside the sums of the range. */
export function Tiles({ overall, known }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const now = useQuery({
    queryKey: ["dashboard", "now"],
    queryFn: ({ signal }) => api().showMoment({ signal }),
    refetchInterval: AGAIN_MS,
  });
  const moment = now.data;
  const waits = (moment?.oldest_queued_s ?? 0) > LONG_QUEUED_S;
  const nobody = moment !== undefined && moment.workers === 0;
  return (
    <>
      {now.isError ? <Failure error={now.error} onRetry={() => void now.refetch()} /> : null}
      <dl className={css.tiles}>
        <Tile
          name={t("dashboard.executions")}
          value={known ? figures.count(overall?.executions ?? 0) : "–"}
        />
        <Tile
          name={t("dashboard.failureRate")}
          value={overall ? figures.share(overall.failure_rate) : "–"}
          note={overall ? t("dashboard.failedCount", { count: overall.failed }) : ""}
          bad={(overall?.failed ?? 0) > 0}
        />
        <Tile
          name={t("dashboard.durationP95")}
          value={durationOf(figures.duration, overall?.p95_s)}
          note={t("dashboard.medianIs", { value: durationOf(figures.duration, overall?.p50_s) })}
        />
        <Tile
          name={t("dashboard.queued")}
          value={moment ? figures.count(moment.queued) : "…"}
          note={
            moment?.queued
              ? t("dashboard.oldest", { age: figures.duration(moment.oldest_queued_s) })
              : t("dashboard.nobodyWaits")
          }
          bad={waits}
        />
        <Tile
          name={t("dashboard.running")}
          value={moment ? figures.count(moment.running) : "…"}
          note={t("dashboard.places", { count: moment?.slots ?? 0 })}
        />
        <Tile
          name={t("dashboard.workers")}
          value={moment ? figures.count(moment.workers) : "…"}
          note={
            nobody ? (
              <>
                <TriangleAlert aria-hidden size={13} /> {t("dashboard.noWorkers")}
              </>
            ) : (
              ""
            )
          }
          bad={nobody}
        />
      </dl>
    </>
  );
}

function durationOf(told: (seconds: number) => string, seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? "–" : told(seconds);
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly note?: ReactNode;
  readonly bad?: boolean;
}

function Tile({ name, value, note = "", bad = false }: TileProps) {
  return (
    <div className={css.tile} data-bad={bad || undefined}>
      <dt>{name}</dt>
      <dd>
        <strong>
          {bad ? <CircleAlert aria-hidden size={16} /> : null}
          {value}
        </strong>
        {note ? <span className={css.tileNote}>{note}</span> : null}
      </dd>
    </div>
  );
}
