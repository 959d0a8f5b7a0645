import { Check, RotateCcw, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAuthors } from "~/api/people";
import { useGrant, useMe } from "~/api/queries";
import { changeComment, say, settle, takeBack } from "~/editing/comments";
import { useEditing } from "~/editing/store";
import { type Thread, threadsOf, threadsOfEdge, threadsOfNode } from "~/model/comments";
import { type Comment, findNode } from "~/model/document";
import { Button, Dialog, Empty, IconButton, TextArea } from "~/ui";
import { tellFailure } from "~/ui/told";
import { nameOfAuthor } from "./authors";
import css from "./comments.module.css";
import { closeComments, type Subject, useComments } from "./open";

/** What was said about a node, an edge or the workflow. */
export function Comments() {
  const subject = useComments((comments) => comments.subject);
  return subject ? <Said subject={subject} /> : null;
}

function Said({ subject }: { readonly subject: Subject }) {
  const { t } = useTranslation();
  const mayWrite = useGrant("comment:write");
  const document = useEditing((editing) => editing.history.document);
  const [settled, setSettled] = useState(false);
  const { node, edge } = subject;
  const all = node
    ? threadsOfNode(document, node)
    : edge
      ? threadsOfEdge(document, edge)
      : threadsOf(document);
  const open = all.filter((one) => !one.first.resolved);
  const shown = settled ? all : open;
  const nameOf = (id: string | undefined) => findNode(document, id ?? "")?.name ?? "";
  const about = node
    ? nameOf(node)
    : edge
      ? `${nameOf(edge.from[0])} → ${nameOf(edge.to[0])}`
      : document.name;
  const add = (text: string) =>
    say({ text, ...(node ? { node } : {}), ...(edge ? { edge: [edge.from, edge.to] } : {}) });
  return (
    <Dialog open title={t("canvas.commentsOn", { name: about })} onClose={closeComments}>
      {shown.length === 0 ? <Empty title={t("canvas.noComments")} /> : null}
      <ul className={css.threads}>
        {shown.map((thread) => (
          <li key={thread.first.id} className={css.thread}>
            <OneThread thread={thread} mayWrite={mayWrite} />
          </li>
        ))}
      </ul>
      {all.length > open.length ? (
        <Button look="quiet" onClick={() => setSettled(!settled)}>
          {t(settled ? "canvas.hideSettled" : "canvas.showSettled", {
            count: all.length - open.length,
          })}
        </Button>
      ) : null}
      {mayWrite ? <Saying label={t("canvas.newComment")} onSay={add} /> : null}
    </Dialog>
  );
}

function OneThread({ thread, mayWrite }: { readonly thread: Thread; readonly mayWrite: boolean }) {
  const { t } = useTranslation();
  const [answering, setAnswering] = useState(false);
  const { first, answers } = thread;
  const resolved = first.resolved ?? false;
  return (
    <>
      {[first, ...answers].map((one) => (
        <OneComment key={one.id} comment={one} mayWrite={mayWrite} />
      ))}
      {mayWrite ? (
        <div className={css.deeds}>
          <Button look="quiet" onClick={() => setAnswering(!answering)}>
            {t("canvas.answer")}
          </Button>
          <Button look="quiet" onClick={() => void settle(first.id, !resolved).catch(tellFailure)}>
            {resolved ? <RotateCcw aria-hidden /> : <Check aria-hidden />}
            {t(resolved ? "canvas.reopen" : "canvas.settle")}
          </Button>
        </div>
      ) : null}
      {answering ? (
        <Saying
          label={t("canvas.answer")}
          onSay={async (text) => {
            await say({ text, answers: first.id });
            setAnswering(false);
          }}
        />
      ) : null}
    </>
  );
}

function OneComment({ comment, mayWrite }: { readonly comment: Comment; mayWrite: boolean }) {
  const { t, i18n } = useTranslation();
  const [writing, setWriting] = useState(false);
  const authors = useAuthors();
  const me = useMe()?.user?.id;
  const own = mayWrite && comment.author !== undefined && comment.author === me;
  const at = comment.at ? new Date(comment.at) : undefined;
  const when = at
    ? new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" }).format(at)
    : "";
  return (
    <article className={css.comment}>
      <header className={css.by}>
        <strong>{nameOfAuthor(authors, comment.author) || t("canvas.somebody")}</strong>
        <time dateTime={comment.at ?? undefined}>{when}</time>
        {own ? (
          <IconButton
            label={t("canvas.takeBack")}
            onClick={() => void takeBack(comment.id).catch(tellFailure)}
          >
            <Trash2 />
          </IconButton>
        ) : null}
      </header>
      {writing ? (
        <Saying
          label={t("canvas.changeComment")}
          value={comment.text}
          onSay={async (text) => {
            await changeComment(comment.id, { text });
            setWriting(false);
          }}
        />
      ) : (
        <p className={css.text}>{comment.text}</p>
      )}
      {own && !writing ? (
        <Button look="quiet" onClick={() => setWriting(true)}>
          {t("common.edit")}
        </Button>
      ) : null}
    </article>
  );
}

interface SayingProps {
  readonly label: string;
  readonly value?: string;
  readonly onSay: (text: string) => Promise<void>;
}

function Saying({ label, value = "", onSay }: SayingProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onSay(text.trim());
      setText("");
    } catch (error) {
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={css.saying} onSubmit={(event) => void send(event)}>
      <TextArea
        aria-label={label}
        placeholder={label}
        rows={2}
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" look="primary" busy={busy} disabled={!text.trim()}>
        {t("canvas.send")}
      </Button>
    </form>
  );
}
