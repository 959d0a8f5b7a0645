import { Link } from "@tanstack/react-router";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { About, useGrant } from "~/api/queries";
import { Button, Failure, Field, Input, said, tell, When } from "~/ui";
import css from "./approvals.module.css";
import { Context } from "./Context";
import { questionOf } from "./shows";
import { type Asked, forget, refreshApprovals } from "./useApprovals";

type Decision = "approve" | "decline";
/** Somebody else was faster, or it expired. */
const GONE = new Set(["ask.taken", "ask.missing"]);

interface Props {
  readonly asked: Asked;
}

/** One question: what it is about, and the answer. */
export function ApprovalCard({ asked }: Props) {
  return (
    <About value={asked.workflow_id}>
      <Card asked={asked} />
    </About>
  );
}

function Card({ asked }: Props) {
  const { t } = useTranslation();
  const mayDecide = useGrant("execution:run");
  const [comment, setComment] = useState("");
  const [deciding, setDeciding] = useState<Decision | null>(null);
  const [error, setError] = useState<unknown>(null);
  const question = questionOf(asked);

  const decide = async (decision: Decision) => {
    setDeciding(decision);
    setError(null);
    try {
      const { execution_id, node_id, run_index } = asked;
      await api().decideApproval(execution_id, node_id, run_index, { decision, comment });
      tell(t(`approvals.done_${decision}`, { title: question.title }));
      forget(asked);
    } catch (refused) {
      setError(refused);
      if (GONE.has(said(refused).code)) {
        void refreshApprovals();
      }
    } finally {
      setDeciding(null);
    }
  };
  return (
    <article className={css.card} aria-label={question.title}>
      <header className={css.head}>
        <h2>{question.title}</h2>
        <p className={css.quiet}>
          <Link to="/workflows/$workflow" params={{ workflow: asked.workflow_id }}>
            {asked.workflow_name}
          </Link>{" "}
          · {t("approvals.asked")} <When ms={asked.since_ms} ago /> · {t("approvals.until")}{" "}
          <When ms={asked.until_ms} />
        </p>
      </header>
      {question.message ? <p className={css.message}>{question.message}</p> : null}
      <Context asked={asked} />
      {error ? <Failure error={error} /> : null}
      {mayDecide ? (
        <>
          {question.mayComment ? (
            <Field label={t("approvals.comment")}>
              <Input
                value={comment}
                maxLength={10_000}
                placeholder={t("approvals.commentHint")}
                onChange={(event) => setComment(event.target.value)}
              />
            </Field>
          ) : null}
          <div className={css.answers}>
            <Button
              look="danger"
              busy={deciding === "decline"}
              disabled={deciding !== null}
              onClick={() => void decide("decline")}
            >
              <X aria-hidden /> {question.decline || t("approvals.decline")}
            </Button>
            <Button
              look="primary"
              busy={deciding === "approve"}
              disabled={deciding !== null}
              onClick={() => void decide("approve")}
            >
              <Check aria-hidden /> {question.approve || t("approvals.approve")}
            </Button>
          </div>
        </>
      ) : (
        <p className={css.quiet}>{t("approvals.mayNot")}</p>
      )}
      <Link
        to="/executions/$execution"
        params={{ execution: asked.execution_id }}
        className={css.link}
      >
        {t("approvals.execution")}
      </Link>
    </article>
  );
}
