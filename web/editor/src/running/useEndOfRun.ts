import type { models } from "@penstock/client";
import type { TFunction } from "i18next";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { findNode } from "~/model/document";
import { say } from "~/ui/told";
import { useAsking } from "./asking";
import { useRun } from "./scope";

/** When a run ends that was begun here: show what failed where it failed, or what was simulated. */
export function useEndOfRun(): void {
  const { t } = useTranslation();
  const begun = useAsking((asking) => asking.begun);
  const execution = useRun((run) => run.execution);
  const status = useRun((run) => run.status);
  const error = useRun((run) => run.error);
  const mode = useRun((run) => run.shown?.execution.mode ?? "");
  useEffect(() => {
    if (!begun || begun !== execution) {
      return;
    }
    if (status === "error" && error) {
      tellOfError(error, t);
    } else if (status === "success" && mode) {
      const simulated = mode === "simulation";
      useAsking.setState({ begun: "", effects: simulated });
      const ran = useAsking.getState().single ? "running.stepSucceeded" : "running.succeeded";
      const text = t(simulated ? "running.simulated" : ran);
      say({ text, kind: "done", ...SOON_GONE });
    } else if (status === "canceled") {
      useAsking.setState({ begun: "" });
      say({ text: t("running.stopped"), kind: "plain", ...SOON_GONE });
    }
  }, [begun, execution, status, error, mode, t]);
}

const SOON_GONE = { id: "run", ms: 2_500 };

function tellOfError(error: models.ErrorRecord, t: TFunction): void {
  useAsking.setState({ begun: "" });
  const { history, openNode, select } = useEditing.getState();
  const node = error.node_id ? findNode(history.document, error.node_id) : undefined;
  if (node) {
    select([node.id]);
    openNode(node.id);
  }
  const text = node ? t("running.failedAt", { name: node.name }) : t("running.failed");
  // The details of the node tell why; what would lie over them is gone soon.
  const hint = node ? "" : [error.message, error.hint].filter(Boolean).join("\n");
  say({ text, hint, kind: "failed", id: "run", ms: node ? 4_000 : 12_000 });
}
