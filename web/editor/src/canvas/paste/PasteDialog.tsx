import { useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { Button, Dialog, Field, TextArea } from "~/ui";
import css from "../canvas.module.css";

interface Asked {
  readonly open: boolean;
}

export const useAskedPaste = create<Asked>()(() => ({ open: false }));

const MOST_BYTES = 20_000_000;

/** A text or a file, put onto the canvas: where a browser keeps the clipboard to itself. */
export function PasteDialog({ onTake }: { readonly onTake: (text: string) => void }) {
  const open = useAskedPaste((asked) => asked.open);
  return open ? <Asking onTake={onTake} /> : null;
}

function Asking({ onTake }: { readonly onTake: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState("");
  const close = () => useAskedPaste.setState({ open: false });
  const read = async (file: File | undefined) => {
    if (file && file.size > MOST_BYTES) {
      setWrong(t("canvas.fileTooLarge"));
    } else if (file) {
      setWrong("");
      setText(await file.text());
    }
  };
  return (
    <Dialog
      open
      title={t("canvas.pasteTitle")}
      text={t("canvas.pasteText")}
      onClose={close}
      foot={
        <>
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button
            look="primary"
            disabled={!text.trim()}
            onClick={() => {
              close();
              onTake(text);
            }}
          >
            {t("canvas.pasteTake")}
          </Button>
        </>
      }
    >
      <Field label={t("canvas.pasteField")} wrong={wrong || undefined}>
        <TextArea
          rows={10}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <label className={css.file}>
        {t("canvas.pasteFile")}
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => void read(event.target.files?.[0])}
        />
      </label>
    </Dialog>
  );
}
