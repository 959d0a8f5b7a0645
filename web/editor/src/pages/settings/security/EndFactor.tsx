import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache, ME } from "~/api/queries";
import { FormFailure } from "~/pages/account/FormFailure";
import { PasswordInput } from "~/pages/account/PasswordInput";
import { useSending } from "~/pages/account/useSending";
import { Button, Dialog, Field, Input } from "~/ui";

interface Props {
  readonly user: models.User;
  readonly onClose: () => void;
}

/** Sign in by the password alone again. */
export function EndFactor({ user, onClose }: Props) {
  const { t } = useTranslation();
  const form = useId();
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const sending = useSending(async () => {
    await api().endSecondFactor({ code: code.trim(), password });
    await cache.invalidateQueries({ queryKey: ME });
    onClose();
  });
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="danger" type="submit" form={form} busy={sending.busy}>
        {t("settings.factorEnd")}
      </Button>
    </>
  );
  return (
    <Dialog open title={t("settings.factorEnd")} onClose={onClose} foot={foot}>
      <form id={form} onSubmit={sending.onSubmit}>
        <FormFailure sending={sending} fields={["code", "password"]} />
        <Field label={t("account.code")} hint={t("account.codeHint")} wrong={sending.wrong("code")}>
          <Input
            autoComplete="one-time-code"
            required
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
        {user.has_password ? (
          <Field label={t("account.password")} wrong={sending.wrong("password")}>
            <PasswordInput
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
        ) : null}
      </form>
    </Dialog>
  );
}
