import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Button, Field, Input } from "~/ui";
import css from "./account.module.css";
import { FormFailure } from "./FormFailure";
import { useSending } from "./useSending";

interface Props {
  readonly step: string;
  readonly onDone: () => Promise<void>;
  readonly onBack: () => void;
}

/** The second factor: a code of a program, or a recovery code. */
export function CodeStep({ step, onDone, onBack }: Props) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const sending = useSending(async () => {
    await api().signInWithCode({ step, code: code.trim() });
    await onDone();
  });
  return (
    <form className={css.form} onSubmit={sending.onSubmit}>
      <FormFailure sending={sending} fields={["code"]} />
      <Field label={t("account.code")} hint={t("account.codeHint")} wrong={sending.wrong("code")}>
        <Input
          className={css.code}
          autoComplete="one-time-code"
          inputMode="text"
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Field>
      <Button look="primary" type="submit" busy={sending.busy}>
        {t("account.signIn")}
      </Button>
      <div className={css.links}>
        <Button look="quiet" onClick={onBack}>
          {t("common.back")}
        </Button>
      </div>
    </form>
  );
}
