import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache, useGrant, useMe } from "~/api/queries";
import { FormFailure } from "~/pages/account/FormFailure";
import { useSending } from "~/pages/account/useSending";
import { Button, Check, Choice, Dialog, Field, Input, Once, Select, TextArea } from "~/ui";
import { GrantChecks } from "../GrantChecks";
import css from "../settings.module.css";
import { TOKENS } from "./Tokens";

const DAYS = ["7", "30", "90", "365", ""] as const;

/** Makes a token, and shows once what it is known by. */
export function NewToken({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<models.TokenMade | null>(null);
  if (made) {
    return (
      <Dialog
        open
        title={t("settings.tokenMade", { name: made.token.name })}
        text={t("settings.onceHint")}
        onClose={onClose}
        foot={
          <Button look="primary" onClick={onClose}>
            {t("settings.tokenKept")}
          </Button>
        }
      >
        <Once label={t("settings.token")} value={made.value} />
      </Dialog>
    );
  }
  return <Ask onClose={onClose} onMade={setMade} />;
}

interface AskProps {
  readonly onClose: () => void;
  readonly onMade: (made: models.TokenMade) => void;
}

type Kind = "personal" | "service";

function Ask({ onClose, onMade }: AskProps) {
  const { t } = useTranslation();
  const form = useId();
  const grants = useMe()?.grants ?? [];
  const mayService = useGrant("token:write");
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("personal");
  const [days, setDays] = useState("90");
  const [everywhere, setEverywhere] = useState(false);
  const [networks, setNetworks] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(["workflow:read"]));
  const sending = useSending(async () => {
    const made = await api().addToken({
      name: name.trim(),
      kind,
      scopes: [...scopes],
      days: days === "" ? null : Number(days),
      everywhere: kind === "personal" && everywhere,
      allowed_ips: networks.split(/[\s,]+/).filter(Boolean),
    });
    await cache.invalidateQueries({ queryKey: TOKENS });
    onMade(made);
  });
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button
        look="primary"
        type="submit"
        form={form}
        busy={sending.busy}
        disabled={scopes.size === 0}
      >
        {t("settings.tokenNew")}
      </Button>
    </>
  );
  return (
    <Dialog open wide title={t("settings.tokenNew")} onClose={onClose} foot={foot}>
      <form id={form} onSubmit={sending.onSubmit}>
        <FormFailure sending={sending} fields={["name", "allowed_ips"]} />
        <div className={css.pair}>
          <Field label={t("common.name")} wrong={sending.wrong("name")}>
            <Input
              required
              maxLength={100}
              placeholder={t("settings.tokenExample")}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Field label={t("settings.days")}>
            <Select value={days} onChange={(event) => setDays(event.target.value)}>
              {DAYS.map((one) => (
                <option key={one} value={one}>
                  {one ? t("settings.dayCount", { count: Number(one) }) : t("settings.forever")}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        {mayService ? (
          <Choice<Kind>
            label={t("settings.tokenFor")}
            options={[
              { value: "personal", text: t("settings.tokenForMe") },
              { value: "service", text: t("settings.tokenForWorkspace") },
            ]}
            chosen={kind}
            onChoose={setKind}
          />
        ) : null}
        {kind === "personal" ? (
          <Check
            label={t("settings.tokenEverywhere")}
            checked={everywhere}
            onChange={(event) => setEverywhere(event.target.checked)}
          />
        ) : null}
        <div className={css.gap} />
        <GrantChecks
          label={t("settings.scopes")}
          all={grants}
          chosen={scopes}
          onChoose={setScopes}
        />
        <Field
          label={t("settings.networks")}
          hint={t("settings.networksHint")}
          wrong={sending.wrong("allowed_ips")}
        >
          <TextArea
            rows={2}
            value={networks}
            onChange={(event) => setNetworks(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
