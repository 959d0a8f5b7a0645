import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { cache, ME } from "~/api/queries";
import { FormFailure } from "~/pages/account/FormFailure";
import { PasswordInput } from "~/pages/account/PasswordInput";
import { Strength } from "~/pages/account/Strength";
import { SHORTEST } from "~/pages/account/strength";
import { useSending } from "~/pages/account/useSending";
import { Button, Field, tell } from "~/ui";
import { Section } from "../Section";
import css from "../settings.module.css";

/** Another password; other browsers are signed out by that. */
export function Password({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const sending = useSending(async () => {
    await api().changePassword({ before, after });
    // The session is a new one, and so is what changes are signed with.
    await cache.invalidateQueries({ queryKey: ME });
    await cache.invalidateQueries({ queryKey: ["sessions"] });
    setBefore("");
    setAfter("");
    tell(t("settings.passwordChanged"));
  });
  const refused = sending.told?.code === "sign_in.refused";
  const wrong = refused ? t("settings.passwordBeforeWrong") : sending.wrong("before");
  return (
    <Section first title={t("settings.password")} text={t("settings.passwordText")}>
      <form className={css.form} onSubmit={sending.onSubmit}>
        {refused ? null : <FormFailure sending={sending} fields={["before", "after"]} />}
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <Field label={t("settings.passwordBefore")} wrong={wrong}>
          <PasswordInput
            autoComplete="current-password"
            required
            value={before}
            onChange={(event) => setBefore(event.target.value)}
          />
        </Field>
        <Field label={t("account.newPassword")} wrong={sending.wrong("after")}>
          <PasswordInput
            autoComplete="new-password"
            minLength={SHORTEST}
            maxLength={256}
            required
            value={after}
            onChange={(event) => setAfter(event.target.value)}
          />
        </Field>
        <Strength password={after} />
        <Button type="submit" busy={sending.busy}>
          {t("settings.passwordDeed")}
        </Button>
      </form>
    </Section>
  );
}
