import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { bringStep } from "~/shell/returned";
import { Button, Field } from "~/ui";
import css from "./account.module.css";
import { arrive } from "./arrive";
import { Door } from "./Door";
import { FormFailure } from "./FormFailure";
import { PasswordInput } from "./PasswordInput";
import { Strength } from "./Strength";
import { SHORTEST } from "./strength";
import { useSending } from "./useSending";

/** A new password, for who has the link. The second factor is asked for as always. */
export function Reset() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const token = typeof search.token === "string" ? search.token : "";
  const [password, setPassword] = useState("");
  const sending = useSending(async () => {
    const { value } = await api().resetPassword({ token, password });
    if (value.step) {
      bringStep(value.step);
      await navigate({ to: "/sign-in", replace: true });
    } else {
      await arrive();
      await navigate({ to: "/workflows", replace: true });
    }
  });
  return (
    <Door title={t("account.resetTitle")} text={t("account.resetText")}>
      <form className={css.form} onSubmit={sending.onSubmit}>
        <FormFailure sending={sending} fields={["password"]} />
        <Field label={t("account.newPassword")} wrong={sending.wrong("password")}>
          <PasswordInput
            autoComplete="new-password"
            minLength={SHORTEST}
            maxLength={256}
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Strength password={password} />
        <Button look="primary" type="submit" busy={sending.busy}>
          {t("account.resetDeed")}
        </Button>
      </form>
      <div className={css.links}>
        <Link to="/forgotten">{t("account.anotherLink")}</Link>
      </div>
    </Door>
  );
}
