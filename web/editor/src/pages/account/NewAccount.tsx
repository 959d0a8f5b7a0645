import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Field, Input } from "~/ui";
import css from "./account.module.css";
import { FormFailure } from "./FormFailure";
import { PasswordInput } from "./PasswordInput";
import { Strength } from "./Strength";
import { SHORTEST } from "./strength";
import { useSending } from "./useSending";

export interface Given {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

interface Props {
  /** What the button says. */
  readonly deed: string;
  /** The address is known, and cannot be another. */
  readonly email?: string;
  readonly onSend: (given: Given) => Promise<void>;
}

const FIELDS = ["name", "email", "password"] as const;

/** Who somebody is, who has no account yet. */
export function NewAccount({ deed, email: known, onSend }: Props) {
  const { t } = useTranslation();
  const [given, setGiven] = useState<Given>({ name: "", email: known ?? "", password: "" });
  const sending = useSending(() => onSend(given));
  const of = (field: keyof Given) => ({
    required: true,
    value: given[field],
    onChange: (event: { target: { value: string } }) =>
      setGiven({ ...given, [field]: event.target.value }),
  });
  return (
    <form className={css.form} onSubmit={sending.onSubmit}>
      <FormFailure sending={sending} fields={FIELDS} />
      <Field label={t("account.name")} wrong={sending.wrong("name")}>
        <Input autoComplete="name" maxLength={100} autoFocus {...of("name")} />
      </Field>
      <Field label={t("account.email")} wrong={sending.wrong("email")}>
        <Input
          type="email"
          autoComplete="username"
          readOnly={known !== undefined}
          {...of("email")}
        />
      </Field>
      <Field label={t("account.password")} wrong={sending.wrong("password")}>
        <PasswordInput
          autoComplete="new-password"
          minLength={SHORTEST}
          maxLength={256}
          {...of("password")}
        />
      </Field>
      <Strength password={given.password} />
      <Button look="primary" type="submit" busy={sending.busy}>
        {deed}
      </Button>
    </form>
  );
}
