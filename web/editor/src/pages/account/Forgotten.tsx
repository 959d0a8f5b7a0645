import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Button, Field, Input } from "~/ui";
import css from "./account.module.css";
import { Door } from "./Door";
import { FormFailure } from "./FormFailure";
import { useSending } from "./useSending";

/** Ask for a link for a new password. Whether somebody has the address is not told. */
export function Forgotten() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const sending = useSending(async () => {
    await api().forgottenPassword({ email });
    setSent(true);
  });
  return (
    <Door
      title={t("account.forgottenTitle")}
      text={t(sent ? "account.forgottenSent" : "account.forgottenText", { email })}
    >
      {sent ? null : (
        <form className={css.form} onSubmit={sending.onSubmit}>
          <FormFailure sending={sending} fields={["email"]} />
          <Field label={t("account.email")} wrong={sending.wrong("email")}>
            <Input
              type="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </Field>
          <Button look="primary" type="submit" busy={sending.busy}>
            {t("account.forgottenDeed")}
          </Button>
        </form>
      )}
      <div className={css.links}>
        <Link to="/sign-in">{t("account.backToSignIn")}</Link>
      </div>
    </Door>
  );
}
