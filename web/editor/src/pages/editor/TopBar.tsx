import { Link } from "@tanstack/react-router";
import { useReactFlow } from "@xyflow/react";
import { Redo2, Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Findings } from "~/canvas/findings/Findings";
import { edgeOf } from "~/canvas/view/issues";
import { useEditing } from "~/editing/store";
import { carryOut, keysOf } from "~/keys/keys";
import { edgeId, edgesOf, type Finding } from "~/model/document";
import { RunBar } from "~/running";
import { IconButton } from "~/ui";
import css from "./editor.module.css";
import { Presence } from "./Presence";
import { Publish } from "./Publish";
import { SavingState } from "./SavingState";
import { WorkflowMenu } from "./WorkflowMenu";
import { WorkflowName } from "./WorkflowName";

const TABS = [
  ["/workflows/$workflow", "tabEditor"],
  ["/workflows/$workflow/executions", "tabExecutions"],
  ["/workflows/$workflow/versions", "tabVersions"],
  ["/workflows/$workflow/webhooks", "tabWebhooks"],
] as const;

/** What the workflow is called, where else to look at it, and what is done with all of it. */
export function TopBar({ workflow }: { readonly workflow: string }) {
  const { t } = useTranslation();
  const go = useGoToFinding();
  return (
    <header className={css.top}>
      <div className={css.topName}>
        <WorkflowName />
        <SavingState />
      </div>
      <nav className={css.tabs} aria-label={t("canvas.views")}>
        {TABS.map(([to, word]) => (
          <Link
            key={to}
            to={to}
            params={{ workflow }}
            className={css.tab}
            activeOptions={{ exact: true }}
            activeProps={{ "aria-current": "page" }}
          >
            {t(`canvas.${word}`)}
          </Link>
        ))}
      </nav>
      <div className={css.topDeeds}>
        <Presence workflow={workflow} />
        <History />
        <Findings onGo={go} />
        <RunBar />
        <Publish />
        <WorkflowMenu />
      </div>
    </header>
  );
}

function History() {
  const { t } = useTranslation();
  const undo = useEditing((editing) => editing.history.done.at(-1)?.label);
  const redo = useEditing((editing) => editing.history.undone.at(-1)?.label);
  const readOnly = useEditing((editing) => editing.readOnly);
  if (readOnly) {
    return null;
  }
  return (
    <span className={css.history}>
      <IconButton
        label={undo ? t("canvas.undoOf", { what: undo }) : t("canvas.undo")}
        keys={keysOf("undo")}
        disabled={!undo}
        onClick={() => carryOut("undo")}
      >
        <Undo2 />
      </IconButton>
      <IconButton
        label={redo ? t("canvas.redoOf", { what: redo }) : t("canvas.redo")}
        keys={keysOf("redo")}
        disabled={!redo}
        onClick={() => carryOut("redo")}
      >
        <Redo2 />
      </IconButton>
    </span>
  );
}

/** From a finding to the node, or the edge, that it is about. */
function useGoToFinding(): (finding: Finding) => void {
  const { fitView } = useReactFlow();
  return (finding) => {
    const { history, select, openNode } = useEditing.getState();
    const edge = edgeOf(edgesOf(history.document), finding);
    const node = finding.node ?? "";
    if (edge) {
      select([], [edgeId(edge)]);
      const ends = [edge.from[0] ?? "", edge.to[0] ?? ""].map((id) => ({ id }));
      void fitView({ nodes: ends, maxZoom: 1, padding: 0.4 });
    } else if (node) {
      select([node]);
      openNode(node);
      focusField(finding.field ?? "");
    } else if (/^settings\b/.test(finding.field ?? "")) {
      carryOut("workflow.settings");
    }
  };
}

/** The field that it is about, when the panel is there. */
function focusField(field: string): void {
  if (!field) {
    return;
  }
  const find = (left: number): void => {
    const found = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
    if (found) {
      found.scrollIntoView({ block: "center" });
      const within = found.querySelector<HTMLElement>("input, textarea, select, [contenteditable]");
      (within ?? found).focus();
    } else if (left > 0) {
      window.setTimeout(() => find(left - 1), 120);
    }
  };
  find(12);
}
