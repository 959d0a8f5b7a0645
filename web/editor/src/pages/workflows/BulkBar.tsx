import {
  Archive,
  ArchiveRestore,
  Copy,
  Download,
  FolderInput,
  Tags,
  Trash2,
  X,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "~/api/workflows";
import { Button, IconButton } from "~/ui";
import type { Deeds } from "./useDeeds";
import css from "./workflows.module.css";

interface Props {
  readonly which: readonly Workflow[];
  readonly deeds: Deeds;
  readonly archived: boolean;
  readonly mayChange: boolean;
  readonly mayRemove: boolean;
  readonly onMove: () => void;
  readonly onTag: () => void;
  readonly onEnd: () => void;
}

/** What can be done with all that are chosen. */
export function BulkBar(props: Props) {
  const { which, deeds, archived, mayChange, mayRemove, onMove, onTag, onEnd } = props;
  const { t } = useTranslation();
  return (
    <div className={css.bulk} role="toolbar" aria-label={t("workflows.withChosen")}>
      <IconButton label={t("workflows.chooseNone")} onClick={onEnd}>
        <X />
      </IconButton>
      <strong aria-live="polite">{t("workflows.chosen", { count: which.length })}</strong>
      <Button onClick={() => deeds.exportAll(which)}>
        <Download aria-hidden /> {t("workflows.export")}
      </Button>
      {mayChange && !archived ? (
        <>
          <Button onClick={onMove}>
            <FolderInput aria-hidden /> {t("workflows.move")}
          </Button>
          <Button onClick={onTag}>
            <Tags aria-hidden /> {t("workflows.tags")}
          </Button>
          <Button onClick={() => deeds.duplicate(which)}>
            <Copy aria-hidden /> {t("common.duplicate")}
          </Button>
        </>
      ) : null}
      {mayChange ? (
        <Button onClick={() => deeds.archive(which, !archived)}>
          {archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
          {t(archived ? "workflows.unarchive" : "workflows.archive")}
        </Button>
      ) : null}
      {mayRemove ? (
        <Button look="danger" onClick={() => deeds.remove(which)}>
          <Trash2 aria-hidden /> {t("common.delete")}
        </Button>
      ) : null}
    </div>
  );
}
