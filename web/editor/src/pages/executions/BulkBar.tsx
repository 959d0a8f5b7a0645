import type { models } from "@penstock/client";
import { useNavigate } from "@tanstack/react-router";
import { Ban, ChevronDown, GitCompare, RotateCcw, RotateCw, Trash2, X } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { isOver } from "~/running/run";
import { Button, Check, confirm, Menu, tell, tellFailure } from "~/ui";
import { BulkProgress } from "./BulkProgress";
import { allFound, bulk, type Deed, MOST, type Progress, type Which } from "./bulk";
import css from "./executions.module.css";
import { type Filter, wantedOf } from "./filter";
import { refreshExecutions } from "./useExecutions";

interface Props {
  readonly filter: Filter;
  readonly shown: readonly models.OverviewListed[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
}

/** Choose all, and what can be done with the chosen ones. */
export function BulkBar({ filter, shown, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stop = useRef<AbortController | null>(null);
  const mayRun = useGrant("execution:run");
  const mayEnd = useGrant("execution:write");
  const mayRemove = useGrant("execution:delete");
  const rows = shown.filter((one) => chosen.has(one.id));
  const all = shown.every((one) => chosen.has(one.id));
  const act = async (deed: Deed, version: Which = "original") => {
    const count = chosen.size;
    const text = t(`executions.bulk.${deed}Text`);
    const runsAgain = deed === "retry" || deed === "replay";
    const sure = await confirm({
      title: t(`executions.bulk.${deed}Title`, { count }),
      text: runsAgain ? `${text} ${t(`executions.bulk.${version}Text`)}` : text,
      deed: t(`executions.bulk.${deed}`),
      danger: deed === "cancel" || deed === "remove",
    });
    if (!sure) {
      return;
    }
    stop.current = new AbortController();
    try {
      const came = await bulk(deed, [...chosen], version, setProgress, stop.current.signal);
      if (came.failed.length === 0) {
        setProgress(null);
        tell(t("executions.bulk.done", { count: came.done }));
      }
      onChoose(new Set());
    } catch (error) {
      setProgress(null);
      tellFailure(error);
    }
    await refreshExecutions();
  };
  const everything = async () => {
    try {
      onChoose(new Set(await allFound(wantedOf(filter, Date.now()))));
    } catch (error) {
      tellFailure(error);
    }
  };
  const [first, second] = [...rows].reverse();
  return (
    <div className={css.bulk} role="toolbar" aria-label={t("executions.bulk.label")}>
      <Check
        label={t("executions.bulk.all")}
        checked={all}
        onChange={() => onChoose(all ? new Set() : new Set(shown.map((one) => one.id)))}
      />
      {chosen.size > 0 ? (
        <>
          <span role="status">{t("executions.bulk.chosen", { count: chosen.size })}</span>
          {all && chosen.size < MOST ? (
            <Button look="quiet" onClick={() => void everything()}>
              {t("executions.bulk.everything")}
            </Button>
          ) : null}
          {mayRun ? (
            <>
              <Again deed="retry" icon={<RotateCw aria-hidden />} onAct={act} />
              <Again deed="replay" icon={<RotateCcw aria-hidden />} onAct={act} />
            </>
          ) : null}
          {mayEnd ? (
            <Button
              disabled={rows.every((one) => isOver(one.status))}
              onClick={() => void act("cancel")}
            >
              <Ban aria-hidden />
              {t("executions.bulk.cancel")}
            </Button>
          ) : null}
          {mayRemove ? (
            <Button look="danger" onClick={() => void act("remove")}>
              <Trash2 aria-hidden />
              {t("executions.bulk.remove")}
            </Button>
          ) : null}
          {chosen.size === 2 && first && second ? (
            <Button
              onClick={() =>
                void navigate({
                  to: "/executions/compare",
                  search: { a: first.id, b: second.id },
                })
              }
            >
              <GitCompare aria-hidden />
              {t("executions.compare")}
            </Button>
          ) : null}
          <Button look="quiet" onClick={() => onChoose(new Set())}>
            <X aria-hidden />
            {t("executions.bulk.none")}
          </Button>
        </>
      ) : null}
      {progress ? (
        <BulkProgress
          progress={progress}
          onStop={() => stop.current?.abort()}
          onClose={() => setProgress(null)}
        />
      ) : null}
    </div>
  );
}

interface AgainProps {
  readonly deed: "retry" | "replay";
  readonly icon: ReactNode;
  readonly onAct: (deed: Deed, version: Which) => Promise<void>;
}

/** Run them again, with the version of then or of now. */
function Again({ deed, icon, onAct }: AgainProps) {
  const { t } = useTranslation();
  const entries = (["original", "current"] as const).map((version) => ({
    text: t(`executions.bulk.${version}`),
    act: () => void onAct(deed, version),
  }));
  return (
    <Menu entries={entries} align="start">
      <Button>
        {icon}
        {t(`executions.bulk.${deed}`)}
        <ChevronDown aria-hidden />
      </Button>
    </Menu>
  );
}
