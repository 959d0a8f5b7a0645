import { ChevronDown, FlaskConical, Footprints, Play, Square } from "lucide-react";
import { lazy, Suspense, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { useEditing } from "~/editing/store";
import { keysOf, useCommand } from "~/keys/keys";
import type { Node } from "~/model/document";
import { Button, type Entry, IconButton, Menu } from "~/ui";
import { useAsking } from "./asking";
import { RunBanner } from "./RunBanner";
import { isOver } from "./run";
import css from "./running.module.css";
import { editorRun, useRun } from "./scope";
import { runOn, stop } from "./start";
import { beginningOf } from "./triggers";
import { useEndOfRun } from "./useEndOfRun";
import { useLastRun } from "./useLastRun";
import { type Start, useStart } from "./useStart";

const Effects = lazy(async () => ({ default: (await import("./Effects")).Effects }));
const RunInput = lazy(async () => ({ default: (await import("./RunInput")).RunInput }));

/** Run, stop, and whatever else begins a run of the workflow that is open. */
export function RunBar() {
  const { t } = useTranslation();
  const workflow = useEditing((editing) => editing.workflow);
  const mayRun = useGrant("workflow:run") && workflow !== "";
  const start = useStart();
  const starting = useAsking((asking) => asking.starting);
  const wantsInput = useAsking((asking) => asking.input !== null);
  const simulated = useAsking((asking) => asking.effects);
  const status = useRun((run) => run.status);
  const isRunning = status !== "" && !isOver(status);
  const to = useTarget();
  useLastRun(workflow);
  useEndOfRun();
  const begin = start.begin;
  const isIdle = !isRunning && !starting;
  useCommand("run.all", () => begin(), mayRun && isIdle && start.starts.length > 0);
  useCommand("run.to", () => (to ? begin({ to }) : begin()), mayRun && isIdle && to !== "");
  useCommand("run.stop", () => void stop(), isRunning);
  const takesCalls = useCallback(
    (node: Node) => beginningOf(node, start.types) === "call",
    [start.types],
  );
  const entries = useEntries(start, to);
  return (
    <div className={css.bar}>
      {isRunning ? (
        <Button look="danger" onClick={() => void stop()} title={keysOf("run.stop")}>
          <Square aria-hidden />
          {t("running.stop")}
        </Button>
      ) : (
        <Button
          look="primary"
          data-tour="run"
          busy={starting}
          disabled={!mayRun || start.starts.length === 0}
          title={keysOf("run.all")}
          onClick={() => begin()}
        >
          <Play aria-hidden />
          {t("running.run")}
        </Button>
      )}
      <Menu entries={entries}>
        <IconButton label={t("running.more")} disabled={!mayRun}>
          <ChevronDown />
        </IconButton>
      </Menu>
      <RunBanner />
      <Suspense>
        {wantsInput ? <RunInput takesCalls={takesCalls} /> : null}
        {simulated ? <Effects /> : null}
      </Suspense>
    </div>
  );
}

/** The node that a run goes up to: the one that is selected or open. */
function useTarget(): string {
  return useEditing((editing) => {
    const known = new Set(editing.history.document.nodes?.map((node) => node.id));
    const nodes = [...editing.selected].filter((id) => known.has(id));
    return nodes.length === 1 ? (nodes[0] ?? "") : editing.opened;
  });
}

function useEntries({ starts, chosen, begin }: Start, to: string): readonly (Entry | null)[] {
  const { t } = useTranslation();
  const name = useEditing(
    (editing) => editing.history.document.nodes?.find((node) => node.id === to)?.name ?? "",
  );
  const hasRun = useRun((run) => run.execution !== "");
  const play = <Play aria-hidden />;
  const from = starts.length > 1 ? starts : [];
  return [
    ...from.map((node) => ({
      text: t("running.runTrigger", { name: node.name }),
      icon: play,
      act: () => begin({}, node.id),
    })),
    from.length > 0 ? null : undefined,
    {
      text: t("running.runWith"),
      icon: play,
      disabled: !chosen,
      act: () => begin({}, chosen?.id ?? "", true),
    },
    {
      text: name ? t("running.runTo", { name }) : t("running.runToNone"),
      icon: play,
      keys: keysOf("run.to"),
      disabled: !to,
      act: () => begin({ to }),
    },
    {
      text: name ? t("running.runFrom", { name }) : t("running.runFromNone"),
      icon: play,
      disabled: !to || !hasRun,
      act: () => void runOn(to),
    },
    null,
    {
      text: t("running.stepThrough"),
      icon: <Footprints aria-hidden />,
      act: () => begin({ stepping: true }),
    },
    {
      text: t("running.simulate"),
      icon: <FlaskConical aria-hidden />,
      act: () => begin({ simulate: true }),
    },
    {
      text: t("running.stop"),
      icon: <Square aria-hidden />,
      keys: keysOf("run.stop"),
      disabled: isOver(editorRun.getState().status) || !hasRun,
      act: () => void stop(),
    },
  ].filter((entry) => entry !== undefined);
}
