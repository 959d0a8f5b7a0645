import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { cache, ME } from "~/api/queries";
import { useSending } from "~/pages/account/useSending";
import { Button, Dialog, Failure, Field, Input, Loading, Once } from "~/ui";
import { RecoveryCodes } from "./RecoveryCodes";

/** Makes a secret for a program for codes; it counts after a first code. */
export function NewFactor({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const form = useId();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const close = () => {
    onClose();
    // Only now: what shows the codes goes away once the account says that it is on.
    void cache.invalidateQueries({ queryKey: ME });
  };
  if (codes) {
    return <RecoveryCodes codes={codes} onClose={close} />;
  }
  return (
    <Dialog
      open
      title={t("settings.factorBegin")}
      text={t("settings.factorHow")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form={form}>
            {t("settings.factorDeed")}
          </Button>
        </>
      }
    >
      <Confirm form={form} onCodes={setCodes} />
    </Dialog>
  );
}

interface Props {
  readonly form: string;
  readonly onCodes: (codes: readonly string[]) => void;
}

function Confirm({ form, onCodes }: Props) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const { data, error } = useQuery({
    queryKey: ["new-factor"],
    queryFn: () => api().beginSecondFactor(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const sending = useSending(async () => {
    const made = await api().confirmSecondFactor({ code: code.trim() });
    onCodes(made.codes);
  });
  if (error) {
    return <Failure error={error} />;
  }
  if (!data) {
    return <Loading lines={4} />;
  }
  const refused = sending.told?.code === "sign_in.refused";
  const wrong = refused ? t("settings.factorWrong") : sending.told?.message;
  const send = (event: FormEvent) => sending.onSubmit(event);
  return (
    <form id={form} onSubmit={send}>
      <Once label={t("settings.factorSecret")} value={data.secret} />
      <Once label={t("settings.factorAddress")} value={data.address} />
      <Field label={t("settings.factorCode")} wrong={wrong}>
        <Input
          autoComplete="one-time-code"
          autoFocus
          inputMode="numeric"
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Field>
    </form>
  );
}
