import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Failure, Field, Input } from "~/ui";
import css from "./settings.module.css";

interface Props {
  readonly label: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSave: (name: string) => void;
}

/** What something is called. */
export function NameForm({ label, name, readOnly, busy, error, onSave }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(name);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSave(typed.trim());
  };
  return (
    <form className={css.form} onSubmit={send}>
      {error ? <Failure error={error} /> : null}
      <Field label={label}>
        <Input
          required
          maxLength={100}
          readOnly={readOnly}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      {readOnly ? null : (
        <Button look="primary" type="submit" busy={busy} disabled={typed.trim() === name}>
          {t("common.save")}
        </Button>
      )}
    </form>
  );
}
