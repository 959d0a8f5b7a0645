import { Folder, House } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog } from "~/ui";
import css from "./dialogs.module.css";
import { flat, treeOf } from "./folders";
import type { Folder as OneFolder } from "./library";

interface Props {
  readonly title: string;
  readonly text?: string;
  readonly deed: string;
  readonly danger?: boolean;
  readonly folders: readonly OneFolder[];
  /** Where it lies now. */
  readonly now: string;
  /** Folders that cannot be chosen. */
  readonly without?: ReadonlySet<string>;
  readonly onChoose: (folder: string) => void;
  readonly onClose: () => void;
}

/** Asks for a folder, or the top. */
export function PlaceDialog(props: Props) {
  const { title, text, deed, danger, folders, now, without, onChoose, onClose } = props;
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(now);
  const branches = useMemo(() => flat(treeOf(folders)), [folders]);
  const offered = branches.filter(({ folder }) => !without?.has(folder.id));
  const choose = () => {
    onChoose(chosen);
    onClose();
  };
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look={danger ? "danger" : "primary"} onClick={choose}>
        {deed}
      </Button>
    </>
  );
  const option = (id: string, name: string, depth: number) => (
    <label key={id} className={css.place} style={{ paddingInlineStart: 8 + depth * 18 }}>
      <input type="radio" name="place" checked={chosen === id} onChange={() => setChosen(id)} />
      {id ? <Folder aria-hidden /> : <House aria-hidden />}
      <span>{name}</span>
    </label>
  );
  return (
    <Dialog open title={title} {...(text ? { text } : {})} onClose={onClose} foot={foot}>
      <fieldset className={css.places}>
        <legend className="visually-hidden">{t("workflows.folder")}</legend>
        {option("", t("workflows.top"), 0)}
        {offered.map(({ folder, depth }) => option(folder.id, folder.name, depth))}
      </fieldset>
    </Dialog>
  );
}
