import { ChevronDown, ChevronRight, EllipsisVertical, Folder, Layers } from "lucide-react";
import { type DragEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton, Menu } from "~/ui";
import { carried, carries } from "./dragging";
import { type Branch, treeOf } from "./folders";
import css from "./folders.module.css";
import type { Folder as OneFolder } from "./library";

export type FolderDeed = "add" | "rename" | "move" | "remove";

interface Props {
  readonly folders: readonly OneFolder[];
  readonly chosen: string;
  readonly total: number;
  readonly mayChange: boolean;
  readonly onChoose: (id: string) => void;
  readonly onDeed: (deed: FolderDeed, folder: OneFolder) => void;
  readonly onDrop: (workflows: readonly string[], folder: string) => void;
}

/** Where workflows lie; they can be dropped on a folder. */
export function FolderTree(props: Props) {
  const { t } = useTranslation();
  const { folders, chosen, total, onChoose } = props;
  const tree = useMemo(() => treeOf(folders), [folders]);
  return (
    <nav className={css.folders} aria-label={t("workflows.folders")}>
      <Spot {...props} chosen={chosen === ""} folder="">
        <button
          type="button"
          className={css.folder}
          aria-current={chosen === "" ? "true" : undefined}
          onClick={() => onChoose("")}
        >
          <Layers aria-hidden />
          <span className={css.folderName}>{t("workflows.everywhere")}</span>
          <span className={css.count}>{total}</span>
        </button>
      </Spot>
      <ul className={css.tree}>
        {tree.map((one) => (
          <Twig key={one.folder.id} branch={one} {...props} />
        ))}
      </ul>
    </nav>
  );
}

function Twig({ branch, ...props }: Props & { readonly branch: Branch }) {
  const { t } = useTranslation();
  const { folder, children, total, depth } = branch;
  const [open, setOpen] = useState(true);
  const chosen = props.chosen === folder.id;
  const entries = (["add", "rename", "move", "remove"] as const).map((deed) => ({
    text: t(`workflows.folder_${deed}`),
    act: () => props.onDeed(deed, folder),
  }));
  return (
    <li>
      <Spot {...props} chosen={chosen} folder={folder.id}>
        <span style={{ width: depth * 14, flex: "none" }} />
        {children.length ? (
          <button
            type="button"
            className={css.fold}
            aria-expanded={open}
            aria-label={t("workflows.folderOpen", { name: folder.name })}
            onClick={() => setOpen(!open)}
          >
            {open ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
          </button>
        ) : (
          <span className={css.fold} />
        )}
        <button
          type="button"
          className={css.folder}
          aria-current={chosen ? "true" : undefined}
          onClick={() => props.onChoose(folder.id)}
        >
          <Folder aria-hidden />
          <span className={css.folderName} title={folder.name}>
            {folder.name}
          </span>
          <span className={css.count}>{total}</span>
        </button>
        {props.mayChange ? (
          <Menu entries={entries}>
            <IconButton label={t("workflows.folderMenu", { name: folder.name })}>
              <EllipsisVertical />
            </IconButton>
          </Menu>
        ) : null}
      </Spot>
      {open && children.length ? (
        <ul className={css.tree}>
          {children.map((one) => (
            <Twig key={one.folder.id} branch={one} {...props} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

interface SpotProps extends Pick<Props, "onDrop" | "mayChange"> {
  readonly folder: string;
  readonly chosen: boolean;
  readonly children: React.ReactNode;
}

/** A line of the tree, which takes what is dropped on it. */
function Spot({ folder, chosen, mayChange, onDrop, children }: SpotProps) {
  const [over, setOver] = useState(false);
  const allow = (event: DragEvent) => {
    if (mayChange && carries(event)) {
      event.preventDefault();
      setOver(true);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a target of the mouse alone; the menu of a workflow does the same
    <div
      className={css.spot}
      data-chosen={chosen || undefined}
      data-over={over || undefined}
      onDragOver={allow}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(carried(event), folder);
      }}
    >
      {children}
    </div>
  );
}
