import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { FormFailure } from "~/pages/account/FormFailure";
import { PasswordInput } from "~/pages/account/PasswordInput";
import { useSending } from "~/pages/account/useSending";
import { Button, Check, Dialog, Field, Input, Select } from "~/ui";
import { RoleSelect } from "../roles/RoleSelect";
import css from "../settings.module.css";
import { PROVIDERS } from "./Providers";
import { begun, bodyOf, type Given } from "./provider";

const KINDS = ["oidc", "github"] as const;

interface Props {
  /** Null: a new one. */
  readonly provider: models.ProviderShown | null;
  readonly onClose: () => void;
}

/** How a place to sign in with is set up. */
export function ProviderForm({ provider, onClose }: Props) {
  const { t } = useTranslation();
  const form = useId();
  const [given, setGiven] = useState<Given>(begun(provider));
  const set = (some: Partial<Given>) => setGiven({ ...given, ...some });
  const sending = useSending(async () => {
    await api().putProvider(given.id, bodyOf(given, provider));
    await cache.invalidateQueries({ queryKey: PROVIDERS });
    onClose();
  });
  const of = (field: "id" | "name" | "issuer" | "client_id" | "client_secret") => ({
    value: given[field],
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
  });
  const title = provider
    ? t("settings.providerEdit", { name: provider.name })
    : t("settings.providerAdd");
  const kinds = new Set<string>([...KINDS, given.kind]);
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" type="submit" form={form} busy={sending.busy}>
        {t("common.save")}
      </Button>
    </>
  );
  return (
    <Dialog open title={title} onClose={onClose} foot={foot}>
      <form id={form} onSubmit={sending.onSubmit}>
        <FormFailure sending={sending} fields={["name", "issuer", "client_id", "client_secret"]} />
        <div className={css.pair}>
          <Field label={t("settings.providerKind")}>
            <Select value={given.kind} onChange={(event) => set({ kind: event.target.value })}>
              {[...kinds].map((kind) => (
                <option key={kind} value={kind}>
                  {t(`settings.kind.${kind}`, kind)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t("settings.providerId")} hint={t("settings.providerIdHint")}>
            <Input
              required
              pattern="[a-z][a-z0-9_\-]*"
              readOnly={provider !== null}
              {...of("id")}
            />
          </Field>
        </div>
        <Field
          label={t("common.name")}
          hint={t("settings.providerNameHint")}
          wrong={sending.wrong("name")}
        >
          <Input required maxLength={100} {...of("name")} />
        </Field>
        <Field label={t("settings.issuer")} wrong={sending.wrong("issuer")}>
          <Input
            type="url"
            required={given.kind === "oidc"}
            placeholder="https://login.example.com"
            {...of("issuer")}
          />
        </Field>
        <div className={css.pair}>
          <Field label={t("settings.clientId")} wrong={sending.wrong("client_id")}>
            <Input required {...of("client_id")} />
          </Field>
          <Field
            label={t("settings.clientSecret")}
            hint={provider?.has_secret ? t("settings.secretKept") : undefined}
            wrong={sending.wrong("client_secret")}
          >
            <PasswordInput autoComplete="off" {...of("client_secret")} />
          </Field>
        </div>
        <Check
          label={t("settings.createsUsers")}
          checked={given.creates}
          onChange={(event) => set({ creates: event.target.checked })}
        />
        {given.creates ? (
          <Field label={t("settings.createsRole")}>
            <RoleSelect
              withMember
              value={given.role}
              onChange={(event) => set({ role: event.target.value })}
            />
          </Field>
        ) : null}
        <Check
          label={t("settings.enabled")}
          checked={given.enabled}
          onChange={(event) => set({ enabled: event.target.checked })}
        />
      </form>
    </Dialog>
  );
}
