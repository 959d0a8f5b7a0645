import { Link } from "@tanstack/react-router";
import { FileUp, FolderPlus, LayoutTemplate, Plus } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { useWorkflows, type Workflow } from "~/api/workflows";
import { keysOf } from "~/keys/keys";
import { Button, classOf, Empty, Failure, IconButton, Loading, Page, Tip } from "~/ui";
import type { Asking } from "./asking";
import { BulkBar } from "./BulkBar";
import { Filters } from "./Filters";
import { FolderTree } from "./FolderTree";
import { pathOf } from "./folders";
import { LibraryDialogs } from "./LibraryDialogs";
import { useFolders } from "./library";
import { shownOf, tagsOf } from "./shown";
import { useDeeds } from "./useDeeds";
import { useLibraryAddress } from "./useLibraryAddress";
import { useLibraryLive } from "./useLibraryLive";
import { useNewWorkflow } from "./useNewWorkflow";
import { useRowEntries } from "./useRowEntries";
import { WorkflowList } from "./WorkflowList";
import css from "./workflows.module.css";

const NO_FOLDERS: NonNullable<ReturnType<typeof useFolders>["data"]> = [];
const NONE: readonly Workflow[] = [];

export function Workflows() {
  const { t, i18n } = useTranslation();
  const [wanted, change] = useLibraryAddress();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const archived = wanted.state === "archived";
  const workflows = useWorkflows({ archived, anew: true });
  const folders = useFolders().data ?? NO_FOLDERS;
  const mayChange = useGrant("workflow:write");
  const mayRemove = useGrant("workflow:delete");
  const creating = useNewWorkflow();
  const deeds = useDeeds(useCallback(() => setChosen(new Set()), []));
  const entries = useRowEntries(deeds, setAsking);
  useLibraryLive();

  const all = workflows.data ?? NONE;
  const shown = useMemo(
    () => shownOf(all, folders, wanted, i18n.language),
    [all, folders, wanted, i18n.language],
  );
  const tags = useMemo(() => tagsOf(all), [all]);
  const byId = useMemo(() => new Map(all.map((one) => [one.id, one])), [all]);
  const which = useMemo(() => shown.filter((one) => chosen.has(one.id)), [shown, chosen]);
  // What was ticked and is not shown any more stays where it is.
  const carried = useCallback(
    (id: string) => (chosen.has(id) ? which.map((one) => one.id) : [id]),
    [chosen, which],
  );
  const placeOf = (one: Workflow) =>
    one.folder_id === wanted.folder
      ? ""
      : pathOf(folders, one.folder_id)
          .map((folder) => folder.name)
          .join(" / ");
  const drop = (ids: readonly string[], folder: string) => {
    const moving = ids.map((id) => byId.get(id)).filter((one) => one !== undefined);
    if (moving.some((one) => one.folder_id !== folder)) {
      void deeds.move(moving, folder);
    }
  };
  const nothingAtAll = workflows.isSuccess && all.length === 0 && !archived;
  const create = mayChange ? (
    <Tip text={t("workflows.newTip")} keys={keysOf("workflow.new")}>
      <Button look="primary" busy={creating.busy} onClick={() => creating.make(wanted.folder)}>
        <Plus aria-hidden /> {t("workflows.new")}
      </Button>
    </Tip>
  ) : null;
  const more = mayChange ? (
    <>
      <Link to="/templates" className={classOf()}>
        <LayoutTemplate aria-hidden /> {t("workflows.fromTemplate")}
      </Link>
      <Button onClick={() => setAsking({ kind: "import" })}>
        <FileUp aria-hidden /> {t("workflows.import")}
      </Button>
    </>
  ) : null;

  return (
    <Page
      title={t("workflows.title")}
      actions={
        <>
          {more}
          {create}
        </>
      }
    >
      <div className={css.library}>
        <aside className={css.side}>
          <FolderTree
            folders={folders}
            chosen={wanted.folder}
            total={all.length}
            mayChange={mayChange}
            onChoose={(folder) => change({ folder })}
            onDeed={(deed, folder) =>
              setAsking(
                deed === "add"
                  ? { kind: "folder.add", parent: folder.id }
                  : { kind: `folder.${deed}`, folder },
              )
            }
            onDrop={drop}
          />
          {mayChange ? (
            <IconButton
              label={t("workflows.folder_new")}
              onClick={() => setAsking({ kind: "folder.add", parent: "" })}
            >
              <FolderPlus />
            </IconButton>
          ) : null}
        </aside>
        <section className={css.main} aria-label={t("workflows.title")}>
          {nothingAtAll ? null : <Filters wanted={wanted} tags={tags} onChange={change} />}
          {which.length ? (
            <BulkBar
              which={which}
              deeds={deeds}
              archived={archived}
              mayChange={mayChange}
              mayRemove={mayRemove}
              onMove={() => setAsking({ kind: "place", which })}
              onTag={() => setAsking({ kind: "tags", which })}
              onEnd={() => setChosen(new Set())}
            />
          ) : null}
          {workflows.isPending ? <Loading lines={8} /> : null}
          {workflows.isError ? (
            <Failure error={workflows.error} onRetry={() => void workflows.refetch()} />
          ) : null}
          {nothingAtAll ? (
            <Empty title={t("workflows.emptyTitle")} text={t("workflows.emptyText")}>
              <div className={css.ways}>
                {create}
                {more}
              </div>
            </Empty>
          ) : null}
          {workflows.isSuccess && !nothingAtAll && shown.length === 0 ? (
            <Empty title={t("workflows.nothingFound")} text={t("workflows.nothingFoundText")}>
              <Button onClick={() => change({ search: "", tag: "", folder: "", state: "all" })}>
                {t("workflows.showAll")}
              </Button>
            </Empty>
          ) : null}
          {shown.length ? (
            <WorkflowList
              // What is looked for anew begins at the top.
              key={Object.values(wanted).join("\n")}
              workflows={shown}
              placeOf={placeOf}
              chosen={chosen}
              onChosen={setChosen}
              mayChange={mayChange && !archived}
              onTag={(tag) => change({ tag })}
              entries={entries}
              carried={carried}
            />
          ) : null}
        </section>
      </div>
      <LibraryDialogs
        asking={asking}
        folders={folders}
        tags={tags.map(([name]) => name)}
        folder={wanted.folder}
        deeds={deeds}
        onClose={() => setAsking(null)}
        onFolderGone={(id) => (id === wanted.folder ? change({ folder: "" }) : undefined)}
      />
    </Page>
  );
}
