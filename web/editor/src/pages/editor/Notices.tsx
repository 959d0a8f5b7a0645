import { Archive, Eye, History, Lock } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { discardUnsaved, restoreUnsaved } from "~/editing/conflict";
import { useEditing } from "~/editing/store";
import { Button } from "~/ui";
import { tellFailure } from "~/ui/told";
import css from "./editor.module.css";

const ConflictDialog = lazy(async () => ({
  default: (await import("./ConflictDialog")).ConflictDialog,
}));

/** What somebody has to know about the workflow before he goes on. */
export function Notices() {
  const conflict = useEditing((editing) => editing.conflict !== null);
  return (
    <>
      <ReadOnly />
      <Unsaved />
      <Suspense>{conflict ? <ConflictDialog /> : null}</Suspense>
    </>
  );
}

interface BarProps {
  readonly icon: ReactNode;
  readonly text: string;
  readonly children?: ReactNode;
}

function Bar({ icon, text, children }: BarProps) {
  return (
    <div className={css.notice} role="status">
      {icon}
      <span className={css.noticeText}>{text}</span>
      {children}
    </div>
  );
}

function ReadOnly() {
  const { t } = useTranslation();
  const why = useEditing((editing) => editing.readOnlyFor);
  const workflow = useEditing((editing) => editing.workflow);
  const mayWrite = useGrant("workflow:write");
  if (why === "grant") {
    return <Bar icon={<Eye aria-hidden />} text={t("canvas.readOnly.grant")} />;
  }
  if (why === "archived") {
    const back = async () => {
      try {
        await api().describeWorkflow(workflow, { archived: false });
        window.location.reload();
      } catch (error) {
        tellFailure(error);
      }
    };
    return (
      <Bar icon={<Archive aria-hidden />} text={t("canvas.readOnly.archived")}>
        {mayWrite ? <Button onClick={() => void back()}>{t("canvas.unarchive")}</Button> : null}
      </Bar>
    );
  }
  return why === "locked" ? (
    <Bar icon={<Lock aria-hidden />} text={t("canvas.readOnly.locked")} />
  ) : null;
}

function Unsaved() {
  const { t, i18n } = useTranslation();
  const unsaved = useEditing((editing) => editing.unsaved);
  if (!unsaved) {
    return null;
  }
  const at = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "short",
    timeStyle: "short",
  }).format(unsaved.at);
  const text = t(unsaved.isOlder ? "canvas.unsavedOlder" : "canvas.unsaved", { at });
  return (
    <Bar icon={<History aria-hidden />} text={text}>
      <Button look="primary" onClick={() => restoreUnsaved(t("canvas.restored"))}>
        {t("canvas.restore")}
      </Button>
      <Button onClick={discardUnsaved}>{t("canvas.discard")}</Button>
    </Bar>
  );
}
