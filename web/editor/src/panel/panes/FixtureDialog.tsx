import { useState } from "react";
import { useTranslation } from "react-i18next";
import { documentOf, useEditing } from "~/editing/store";
import { DEFAULT_SET, pin, renameSet, setNames, unpin } from "~/model/edit/fixtures";
import { Button, Dialog, Field, Input, Loading, Select } from "~/ui";
import { CodeEditor } from "../code/CodeEditor";
import fieldCss from "../form/form.module.css";
import css from "../panel.module.css";
import type { NodeData } from "../useNodeData";
import { itemsFrom } from "./pinning";
import { useItemsText } from "./useItemsText";

interface Props {
  readonly node: string;
  readonly data: NodeData;
  readonly onClose: () => void;
}

const NEW = "\u0000new";

/** The items that a node puts out instead of running, as JSON; under several names if wanted. */
export default function FixtureDialog({ node, data, onClose }: Props) {
  const { t } = useTranslation();
  const edit = useEditing((state) => state.edit);
  const names = setNames(documentOf(useEditing.getState()), node);
  const [set, setSet] = useState(DEFAULT_SET);
  const [name, setName] = useState("");
  const [text, setText] = useItemsText(node, set, data.source);
  const read = itemsFrom(text ?? "");
  const target = set === DEFAULT_SET ? set : name.trim();
  const taken = target !== set && names.includes(target);
  const save = () => {
    const { items } = read;
    if (items && target) {
      edit(t("panel.pin"), (draft) => {
        renameSet(draft, node, set, target);
        pin(draft, node, items, target);
      });
      onClose();
    }
  };
  const wrong =
    text === null || read.items ? "" : t(`panel.items.${read.wrong}`, { said: read.said });
  return (
    <Dialog
      wide
      open
      title={t("panel.editItems")}
      text={t("panel.editItemsText")}
      onClose={onClose}
      foot={
        <>
          {names.includes(set) ? (
            <Button
              look="danger"
              onClick={() => {
                edit(t("panel.unpin"), (draft) => unpin(draft, node, set));
                onClose();
              }}
            >
              {t("panel.items.remove")}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" disabled={!read.items || !target || taken} onClick={save}>
            {t("panel.items.keep")}
          </Button>
        </>
      }
    >
      <div className={css.fixtureSet}>
        <Field label={t("panel.items.set")} hint={t("panel.items.setHint")}>
          <Select
            value={set}
            onChange={({ target: { value } }) => {
              setSet(value);
              setName(value === NEW ? "" : value);
            }}
          >
            {[...new Set([DEFAULT_SET, ...names])].map((one) => (
              <option key={one} value={one}>
                {one === DEFAULT_SET ? t("panel.items.default") : one}
              </option>
            ))}
            <option value={NEW}>{t("panel.items.new")}</option>
          </Select>
        </Field>
        {set !== DEFAULT_SET ? (
          <Field label={t("common.name")} wrong={taken ? t("panel.items.taken") : ""}>
            <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
          </Field>
        ) : null}
      </div>
      {text === null ? (
        <Loading />
      ) : (
        <CodeEditor
          tall
          language="json"
          label={t("panel.editItems")}
          value={text}
          onChange={setText}
        />
      )}
      {wrong ? (
        <p className={fieldCss.wrong} role="alert">
          {wrong}
        </p>
      ) : null}
    </Dialog>
  );
}
