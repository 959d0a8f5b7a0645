import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Field, Input, said } from "~/ui";

interface Props {
  readonly title: string;
  readonly label: string;
  readonly deed: string;
  readonly value?: string;
  readonly longest?: number;
  /** May refuse; what it says is shown at the field. */
  readonly onSave: (name: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks for a name. */
export function NameDialog({
  title,
  label,
  deed,
  value = "",
  longest = 200,
  onSave,
  onClose,
}: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(value);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await onSave(name.trim());
      onClose();
    } catch (error) {
      setWrong(said(error).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" type="submit" form="name-dialog" busy={busy} disabled={!name.trim()}>
        {deed}
      </Button>
    </>
  );
  return (
    <Dialog open title={title} onClose={onClose} foot={foot}>
      <form
        id="name-dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={label} wrong={wrong}>
          <Input
            value={name}
            maxLength={longest}
            autoFocus
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
