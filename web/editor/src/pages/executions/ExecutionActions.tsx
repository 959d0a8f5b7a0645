import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  Ban,
  ClipboardPaste,
  Download,
  Ellipsis,
  GitCompare,
  RotateCcw,
  RotateCw,
  Trash2,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import { type Document, findNode } from "~/model/document";
import { useAsking } from "~/running/asking";
import { isOver } from "~/running/run";
import { useRun } from "~/running/scope";
import type { Step } from "~/running/step";
import { Button, confirm, type Entry, IconButton, Menu, tell, tellFailure } from "~/ui";
import { copyToDraft } from "./copyToDraft";
import { download } from "./download";
import css from "./execution.module.css";

interface Props {
  readonly document: Document;
  readonly step: Step | null;
}

type Which = "original" | "current";

/** Run it again, end it, take its data along. */
export function ExecutionActions({ document, step }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const execution = useRun((run) => run.execution);
  const status = useRun((run) => run.status);
  const retryOf = useRun((run) => run.shown?.execution.retry_of ?? "");
  const mayRun = useGrant("execution:run");
  const mayEnd = useGrant("execution:write");
  const over = isOver(status);
  const again = useAgain(execution);
  const cancel = useMutation({
    mutationFn: () => api().cancelExecution(execution),
    onError: tellFailure,
  });
  const copy = useCopy(execution, document);
  const remove = useRemove(execution);
  const fetchFile = useMutation({ mutationFn: () => download(execution), onError: tellFailure });
  const name = step && !step.body ? findNode(document, step.nodeId)?.name : undefined;
  const failed = status === "error" || status === "dead" || status === "canceled";
  const entries: (Entry | null)[] = [
    ...(over && mayRun
      ? [
          ...(failed
            ? [
                item(t("executions.retryCurrent"), <RotateCw aria-hidden />, () =>
                  again.mutate({ whole: false, version: "current" }),
                ),
              ]
            : []),
          item(t("executions.replay"), <RotateCcw aria-hidden />, () =>
            again.mutate({ whole: true, version: "original" }),
          ),
          item(t("executions.replayCurrent"), <RotateCcw aria-hidden />, () =>
            again.mutate({ whole: true, version: "current" }),
          ),
          ...(name && step
            ? [
                item(t("executions.replayFrom", { name }), <RotateCcw aria-hidden />, () =>
                  again.mutate({ whole: false, version: "original", start: step.nodeId }),
                ),
              ]
            : []),
          null,
        ]
      : []),
    item(
      t("executions.compareWith"),
      <GitCompare aria-hidden />,
      () =>
        void navigate({
          to: "/executions/compare",
          search: retryOf ? { a: retryOf, b: execution } : { a: execution },
        }),
    ),
    item(t("common.download"), <Download aria-hidden />, () => fetchFile.mutate()),
    ...(over && remove.may
      ? [null, item(t("common.delete"), <Trash2 aria-hidden />, () => void remove.act())]
      : []),
  ];
  return (
    <div className={css.actions}>
      {over || !mayEnd ? null : (
        <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          <Ban aria-hidden />
          {t("executions.cancel")}
        </Button>
      )}
      {failed && mayRun ? (
        <Button
          look="primary"
          busy={again.isPending}
          onClick={() => again.mutate({ whole: false, version: "original" })}
        >
          <RotateCw aria-hidden />
          {t("executions.retry")}
        </Button>
      ) : null}
      {copy.may ? (
        <Button busy={copy.busy} onClick={() => void copy.act()}>
          <ClipboardPaste aria-hidden />
          {t("executions.copyToEditor")}
        </Button>
      ) : null}
      <Menu entries={entries}>
        <IconButton label={t("common.more")} look="plain" busy={fetchFile.isPending}>
          <Ellipsis />
        </IconButton>
      </Menu>
    </div>
  );
}

const item = (text: string, icon: Entry["icon"], act: () => void): Entry => ({ text, icon, act });

interface Wish {
  readonly whole: boolean;
  readonly version: Which;
  readonly start?: string;
}

/** Run it again as a new execution, and go there. */
function useAgain(execution: string) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ whole, version, start }: Wish) => {
      const made = whole
        ? await api().replayExecution(execution, { version })
        : await api().retryExecution(execution, { version, ...(start ? { start } : {}) });
      return made.value.execution;
    },
    onSuccess: (made) => navigate({ to: "/executions/$execution", params: { execution: made } }),
    onError: tellFailure,
  });
}

/** Pin what came out of its steps in the draft of its workflow, and open that. */
function useCopy(execution: string, document: Document) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const workflow = useRun((run) => run.shown?.execution.workflow_id ?? "");
  const isPart = useRun((run) => Boolean(run.shown?.execution.parent_id));
  const steps = useRun((run) => run.steps);
  const may = useGrant("workflow:write") && workflow.startsWith("wf_") && !isPart;
  const copying = useMutation({
    mutationFn: () => copyToDraft(execution, workflow, steps, document),
    onSuccess: async (count) => {
      await cache.invalidateQueries({ queryKey: ["workflow", workflow] });
      useAsking.setState({ next: { workflow, execution } });
      tell(t("executions.copied", { count }));
      await navigate({ to: "/workflows/$workflow", params: { workflow } });
    },
    onError: tellFailure,
  });
  const act = async () => {
    const sure = await confirm({
      title: t("executions.copyTitle"),
      text: t("executions.copyText"),
      deed: t("executions.copyToEditor"),
    });
    if (sure) {
      copying.mutate();
    }
  };
  return { may, act, busy: copying.isPending };
}

function useRemove(execution: string) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useGrant("execution:delete");
  const act = async () => {
    const sure = await confirm({
      title: t("executions.removeTitle"),
      text: t("executions.removeText"),
      deed: t("common.delete"),
      danger: true,
    });
    if (!sure) {
      return;
    }
    try {
      await api().removeExecution(execution);
      await cache.invalidateQueries({ queryKey: ["executions"] });
      await navigate({ to: "/executions" });
    } catch (error) {
      tellFailure(error);
    }
  };
  return { may, act };
}
