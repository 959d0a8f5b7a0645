import { useTranslation } from "react-i18next";
import { languagesOf } from "~/editing/languages";
import { useEditing } from "~/editing/store";
import { nameFault, renameNode } from "~/model/edit/nodes";
import { tellFailure } from "~/ui/told";
import { focusNode } from "../commands/useReveal";
import { useNaming } from "./naming";
import css from "./nodes.module.css";
import { TitleField } from "./TitleField";

interface Props {
  readonly id: string;
  readonly name: string;
}

/** The name of a node, to read or, while it is renamed, to write. */
export function StepName({ id, name }: Props) {
  const naming = useNaming((now) => now.id === id);
  return naming ? <Writing id={id} name={name} /> : <strong className={css.name}>{name}</strong>;
}

function Writing({ id, name }: Props) {
  const { t } = useTranslation();
  const end = () => {
    useNaming.setState({ id: "" });
    requestAnimationFrame(() => focusNode(id));
  };
  const keep = (wanted: string) => {
    end();
    const { history, edit } = useEditing.getState();
    const fault = nameFault(history.document, id, wanted);
    if (fault) {
      tellFailure(new Error(t(`canvas.badName.${fault}`, { name: wanted })));
    } else if (wanted !== name) {
      // The reason why it cannot be is known before.
      edit(t("canvas.renamed"), (draft) => void renameNode(draft, id, wanted, languagesOf));
    }
  };
  return <TitleField label={t("canvas.nodeName")} value={name} onDone={keep} onCancel={end} />;
}
