import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { tell, tellFailure } from "~/ui";
import type { Asking } from "./asking";
import { within } from "./folders";
import { ImportDialog } from "./ImportDialog";
import { type Folder, refreshLibrary } from "./library";
import { NameDialog } from "./NameDialog";
import { PlaceDialog } from "./PlaceDialog";
import { ShareDialog } from "./ShareDialog";
import { TagDialog } from "./TagDialog";
import type { Deeds } from "./useDeeds";

interface Props {
  readonly asking: Asking | null;
  readonly folders: readonly Folder[];
  readonly tags: readonly string[];
  /** The folder that is shown: what is imported lies in it. */
  readonly folder: string;
  readonly deeds: Deeds;
  readonly onClose: () => void;
  readonly onFolderGone: (id: string) => void;
}

/** The dialogs of the library, one at a time. */
export function LibraryDialogs({ asking, ...rest }: Props) {
  const { t } = useTranslation();
  const { folders, tags, folder, deeds, onClose } = rest;
  if (!asking) {
    return null;
  }
  if (asking.kind === "import") {
    return <ImportDialog folder={folder} onClose={onClose} />;
  }
  if (asking.kind === "place") {
    const [first] = asking.which;
    return (
      <PlaceDialog
        title={t("workflows.moveTitle", { count: asking.which.length, name: first?.name ?? "" })}
        deed={t("workflows.move")}
        folders={folders}
        now={first?.folder_id ?? ""}
        onChoose={(to) => void deeds.move(asking.which, to)}
        onClose={onClose}
      />
    );
  }
  if (asking.kind === "tags") {
    return (
      <TagDialog
        which={asking.which}
        known={tags}
        onSave={(added, taken) => void deeds.tag(asking.which, added, taken)}
        onClose={onClose}
      />
    );
  }
  if (asking.kind === "rename") {
    return (
      <NameDialog
        title={t("workflows.rename")}
        label={t("common.name")}
        deed={t("common.rename")}
        value={asking.workflow.name}
        onSave={(name) => deeds.rename(asking.workflow, name)}
        onClose={onClose}
      />
    );
  }
  if (asking.kind === "share") {
    return <ShareDialog workflow={asking.workflow} onClose={onClose} />;
  }
  return <FolderDialogs asking={asking} {...rest} />;
}

type OfFolder = Exclude<
  Asking,
  { readonly kind: "import" | "place" | "tags" | "rename" | "share" }
>;

function FolderDialogs(props: Omit<Props, "asking"> & { readonly asking: OfFolder }) {
  const { t } = useTranslation();
  const { asking, folders, onClose, onFolderGone } = props;
  const change = async (act: Promise<unknown>) => {
    await act;
    await refreshLibrary();
  };
  const naming = { label: t("common.name"), onClose };
  if (asking.kind === "folder.add") {
    const add = (name: string) => change(api().addFolder({ name, parent: asking.parent }));
    return (
      <NameDialog
        {...naming}
        title={t("workflows.folder_new")}
        deed={t("common.create")}
        onSave={add}
      />
    );
  }
  const { folder } = asking;
  if (asking.kind === "folder.rename") {
    return (
      <NameDialog
        {...naming}
        title={t("workflows.folder_rename")}
        deed={t("common.rename")}
        value={folder.name}
        onSave={(name) => change(api().changeFolder(folder.id, { name }))}
      />
    );
  }
  const placing = { folders, onClose, without: within(folders, folder.id) };
  if (asking.kind === "folder.move") {
    const move = (parent: string) =>
      change(api().changeFolder(folder.id, { parent })).catch(tellFailure);
    return (
      <PlaceDialog
        {...placing}
        title={t("workflows.folderMoveTitle", { name: folder.name })}
        deed={t("workflows.move")}
        now={folder.parent_id}
        onChoose={(parent) => void move(parent)}
      />
    );
  }
  const remove = async (to: string) => {
    await change(api().removeFolder(folder.id, { move_to: to }));
    onFolderGone(folder.id);
    tell(t("workflows.folderRemoved", { name: folder.name }));
  };
  return (
    <PlaceDialog
      {...placing}
      title={t("workflows.folderRemoveTitle", { name: folder.name })}
      text={t("workflows.folderRemoveText")}
      deed={t("workflows.folder_remove")}
      danger
      now={folder.parent_id}
      onChoose={(to) => void remove(to).catch(tellFailure)}
    />
  );
}
