import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  Clock3,
  History,
  LoaderCircle,
  type LucideIcon,
  SkipForward,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { NodeRun } from "~/running/ledger";
import { itemsOut, type StepStatus } from "~/running/step";
import { Tip } from "~/ui";
import { useMode } from "../mode";
import css from "./nodes.module.css";

const ICONS: Readonly<Record<StepStatus, LucideIcon>> = {
  started: LoaderCircle,
  ok: CircleCheck,
  error: CircleAlert,
  skipped: SkipForward,
  cached: History,
  waiting: Clock3,
  in_doubt: CircleHelp,
  canceled: Ban,
};

interface Props {
  readonly id: string;
  readonly run: NodeRun;
}

/** How the last run of a node goes or went, with how many items it gave. */
export function RunMark({ id, run }: Props) {
  const { t } = useTranslation();
  const { openNode } = useMode();
  const Icon = ICONS[run.status];
  const items = itemsOut(run.counts) ?? 0;
  const state = t(`canvas.run.${run.status}`);
  const parts = [
    state,
    run.status === "ok" || run.status === "cached" ? t("canvas.items", { count: items }) : "",
    run.runs > 1 ? t("canvas.runs", { count: run.runs }) : "",
    run.message,
    run.error?.message ?? "",
    run.error?.hint ?? "",
  ];
  const text = parts.filter(Boolean).join(" · ");
  return (
    <Tip text={text}>
      <button
        type="button"
        tabIndex={-1}
        className={`${css.runMark} nodrag nopan`}
        data-run={run.status}
        aria-label={text}
        onClick={() => openNode(id)}
      >
        <Icon aria-hidden size={14} className={run.status === "started" ? css.turning : ""} />
        {run.status === "ok" || run.status === "cached" ? items : null}
        {run.status === "started" && run.done > 0 ? `${Math.round(run.done * 100)} %` : null}
        {run.runs > 1 ? <small>×{run.runs}</small> : null}
      </button>
    </Tip>
  );
}
