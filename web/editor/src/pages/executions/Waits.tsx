import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleHelp, Clock } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useFigures } from "~/i18n/useFigures";
import { type Document, findNode, type Item } from "~/model/document";
import { useRun } from "~/running/scope";
import { itemsOf } from "~/running/triggers";
import { Button, classOf, Dialog, Failure, Field, TextArea, tellFailure } from "~/ui";
import css from "./execution.module.css";

const Debugging = lazy(async () => ({ default: (await import("~/running/Debugging")).Debugging }));

/** What an execution waits for, and what somebody can do about it. */
export function Waits({ document }: { readonly document: Document }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const status = useRun((run) => run.status);
  const kind = useRun((run) => run.waitingFor);
  const due = useRun((run) => run.shown?.execution.due_ms ?? 0);
  const steps = useRun(
    useShallow((run) =>
      run.steps.filter((one) =>
        kind === "in_doubt" ? one.status === "in_doubt" : one.waitingFor === kind,
      ),
    ),
  );
  if (status !== "waiting" || !kind) {
    return null;
  }
  const names = steps.map((one) => findNode(document, one.nodeId)?.name ?? one.nodeId).join(", ");
  return (
    <section className={css.waits} aria-label={t(`running.waitingFor.${kind}`)}>
      {kind === "in_doubt" ? <CircleHelp aria-hidden /> : <Clock aria-hidden />}
      <div className={css.waitsText}>
        <strong>
          {t(`running.waitingFor.${kind}`)}
          {names ? `: ${names}` : ""}
        </strong>
        {kind === "in_doubt" ? <span>{t("executions.inDoubtText")}</span> : null}
        {due > 0 ? <span>{t("executions.untilDue", { moment: figures.exact(due) })}</span> : null}
      </div>
      <div className={css.actions}>
        {kind === "in_doubt" ? <Deciding /> : null}
        <Suspense>{kind === "debug" ? <Debugging steps={steps} /> : null}</Suspense>
        {kind === "approval" ? (
          <Link className={classOf("primary")} to="/approvals">
            {t("running.openApprovals")}
          </Link>
        ) : null}
      </div>
    </section>
  );
}

/** Nobody knows whether the step had its effect: somebody who looked there says so. */
function Deciding() {
  const { t } = useTranslation();
  const execution = useRun((run) => run.execution);
  const mayDecide = useGrant("execution:write");
  const [isDone, setIsDone] = useState(false);
  const again = useMutation({
    mutationFn: () => api().decideExecution(execution, { choice: "again" }),
    onError: tellFailure,
  });
  if (!mayDecide) {
    return null;
  }
  return (
    <>
      <Button busy={again.isPending} onClick={() => again.mutate()}>
        {t("executions.decideAgain")}
      </Button>
      <Button onClick={() => setIsDone(true)}>{t("executions.decideDone")}</Button>
      {isDone ? <Done onClose={() => setIsDone(false)} execution={execution} /> : null}
    </>
  );
}

interface DoneProps {
  readonly execution: string;
  readonly onClose: () => void;
}

function Done({ execution, onClose }: DoneProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("[]");
  const items = text.trim() === "[]" ? [] : itemsOf(text);
  const decide = useMutation({
    mutationFn: (given: readonly Item[]) =>
      api().decideExecution(execution, { choice: "done", items: given }),
    onSuccess: onClose,
  });
  return (
    <Dialog
      open
      title={t("executions.decideDone")}
      text={t("executions.decideDoneText")}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (items) {
            decide.mutate(items);
          }
        }}
      >
        <Field
          label={t("running.items")}
          hint={t("running.itemsHint")}
          wrong={items ? "" : t("running.itemsWrong")}
        >
          <TextArea
            rows={8}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        {decide.isError ? <Failure error={decide.error} /> : null}
        <Button look="primary" type="submit" busy={decide.isPending} disabled={!items}>
          {t("executions.decide")}
        </Button>
      </form>
    </Dialog>
  );
}
