import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Failure, Field, Input } from "~/ui";

interface Props {
  readonly title: string;
  readonly deed: string;
  readonly name?: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSend: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for a name. */
export function NameDialog({ title, deed, name = "", busy, error, onSend, onClose }: Props) {
  const { t } = useTranslation();
  const form = useId();
  const [typed, setTyped] = useState(name);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend(typed.trim());
  };
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" type="submit" form={form} busy={busy}>
        {deed}
      </Button>
    </>
  );
  return (
    <Dialog open title={title} onClose={onClose} foot={foot}>
      <form id={form} onSubmit={send}>
        {error ? <Failure error={error} /> : null}
        <Field label={t("common.name")}>
          <Input
            required
            maxLength={100}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
