import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "~/api/workflows";
import { Button, Dialog, Field, Input } from "~/ui";
import css from "./dialogs.module.css";
import { tagsOf } from "./shown";

interface Props {
  readonly which: readonly Workflow[];
  /** Tags that others have, to choose from. */
  readonly known: readonly string[];
  readonly onSave: (added: readonly string[], taken: readonly string[]) => void;
  readonly onClose: () => void;
}

const LONGEST = 60;

/** Gives tags to workflows and takes others away. */
export function TagDialog({ which, known, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const before = tagsOf(which).map(([name]) => name);
  const [tags, setTags] = useState<readonly string[]>(before);
  const [text, setText] = useState("");
  const offered = known.filter((one) => !tags.includes(one)).slice(0, 20);
  const add = (name: string) => {
    const plain = name.trim().slice(0, LONGEST);
    if (plain && !tags.includes(plain)) {
      setTags([...tags, plain]);
    }
    setText("");
  };
  const save = () => {
    const all = text.trim() ? [...tags, text.trim()] : tags;
    onSave(
      all.filter((one) => !before.includes(one)),
      before.filter((one) => !all.includes(one)),
    );
    onClose();
  };
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" onClick={save}>
        {t("common.save")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      title={t("workflows.tagsOf", { count: which.length, name: which[0]?.name ?? "" })}
      onClose={onClose}
      foot={foot}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add(text);
        }}
      >
        <Field label={t("workflows.tagNew")} hint={t("workflows.tagHint")}>
          <Input
            value={text}
            maxLength={LONGEST}
            autoFocus
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
      </form>
      <ul className={css.tags} aria-label={t("workflows.tags")}>
        {tags.map((one) => (
          <li key={one}>
            <Button
              aria-label={t("workflows.tagTake", { name: one })}
              onClick={() => setTags(tags.filter((other) => other !== one))}
            >
              {one} <X aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      {offered.length ? (
        <>
          <h3 className={css.small}>{t("workflows.tagsKnown")}</h3>
          <div className={css.tags}>
            {offered.map((one) => (
              <Button key={one} look="quiet" onClick={() => add(one)}>
                + {one}
              </Button>
            ))}
          </div>
        </>
      ) : null}
    </Dialog>
  );
}
