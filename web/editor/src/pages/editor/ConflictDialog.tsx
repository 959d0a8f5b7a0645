import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changesInConflict, keepMineAsCopy, overwrite, takeTheirs } from "~/editing/conflict";
import { flush } from "~/editing/session";
import { useEditing } from "~/editing/store";
import type { Change } from "~/model/diff";
import { type Document, findNode } from "~/model/document";
import { Button, confirm, Dialog } from "~/ui";
import { tell, tellFailure } from "~/ui/told";
import css from "./editor.module.css";

const MOST = 8;

/** Somebody else saved first: what he changed, what was changed here, and what to do. */
export function ConflictDialog() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [later, setLater] = useState(false);
  const [busy, setBusy] = useState(false);
  const editing = useEditing();
  const { history, saved } = editing;
  const changes = changesInConflict(editing);
  if (!changes) {
    return null;
  }
  if (later) {
    return (
      <div className={css.notice} role="status">
        <span className={css.noticeText}>{t("canvas.conflictWaits")}</span>
        <Button look="primary" onClick={() => setLater(false)}>
          {t("canvas.conflictDecide")}
        </Button>
      </div>
    );
  }
  const copy = async () => {
    setBusy(true);
    try {
      const name = t("canvas.conflictCopyName", { name: history.document.name });
      const workflow = await keepMineAsCopy(name, t("canvas.conflictTheirs"));
      tell(t("canvas.conflictCopied", { name }));
      void navigate({ to: "/workflows/$workflow", params: { workflow } });
    } catch (error) {
      tellFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const over = async () => {
    const asked = {
      title: t("canvas.overwriteTitle"),
      text: t("canvas.overwriteText"),
      deed: t("canvas.overwrite"),
      danger: true,
    };
    if (await confirm(asked)) {
      overwrite();
      await flush();
    }
  };
  return (
    <Dialog
      open
      wide
      title={t("canvas.conflictTitle")}
      text={t("canvas.conflictText")}
      onClose={() => setLater(true)}
      foot={
        <div className={css.conflictDeeds}>
          <Button look="danger" disabled={busy} onClick={() => void over()}>
            {t("canvas.overwrite")}
          </Button>
          <Button disabled={busy} onClick={() => takeTheirs(t("canvas.conflictTheirs"))}>
            {t("canvas.takeTheirs")}
          </Button>
          <Button data-first look="primary" busy={busy} onClick={() => void copy()}>
            {t("canvas.keepCopy")}
          </Button>
        </div>
      }
    >
      <div className={css.conflict}>
        <Changes title={t("canvas.theirChanges")} changes={changes.theirs} document={saved} />
        <Changes title={t("canvas.myChanges")} changes={changes.mine} document={history.document} />
      </div>
    </Dialog>
  );
}

interface ChangesProps {
  readonly title: string;
  readonly changes: readonly Change[];
  readonly document: Document;
}

function Changes({ title, changes, document }: ChangesProps) {
  const { t } = useTranslation();
  const nameOf = ({ what, id }: Change) =>
    what === "node" || what === "fixture" || what === "layout"
      ? (findNode(document, id)?.name ?? id)
      : id;
  return (
    <section>
      <h3>{title}</h3>
      {changes.length === 0 ? <p className={css.quiet}>{t("canvas.noChanges")}</p> : null}
      <ul className={css.changes}>
        {changes.slice(0, MOST).map((one) => (
          <li key={`${one.kind}${one.what}${one.id}${one.path ?? ""}`}>
            <strong>{t(`canvas.change.${one.kind}`)}</strong> {t(`canvas.changed.${one.what}`)}{" "}
            {one.what === "workflow" ? "" : nameOf(one)}
            {one.path ? <code> {one.path}</code> : null}
          </li>
        ))}
      </ul>
      {changes.length > MOST ? (
        <p className={css.quiet}>{t("canvas.moreChanges", { count: changes.length - MOST })}</p>
      ) : null}
    </section>
  );
}
