import { useMutation } from "@tanstack/react-query";
import { CircleCheck, ExternalLink, Link2, Smartphone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { Button, Failure } from "~/ui";
import { ConnectDevice } from "./ConnectDevice";
import { Copyable } from "./Copyable";
import css from "./credentials.module.css";
import { type Going, isWeb, useConnected } from "./useConnected";

interface Props {
  readonly credential: models.CredentialsListed;
  readonly onConnected?: (() => void) | undefined;
}

/** Connects the account of an OAuth2 credential, in a window or on another device. */
export function Connect({ credential, onConnected }: Props) {
  const grant = credential.public.grant ?? "authorization_code";
  if (grant === "client_credentials") {
    return <Nobody />;
  }
  return grant === "device_code" ? (
    <OnDevice credential={credential} onConnected={onConnected} />
  ) : (
    <InWindow credential={credential} onConnected={onConnected} />
  );
}

function Nobody() {
  const { t } = useTranslation();
  return <p className={css.note}>{t("credentials.nobodySignsIn")}</p>;
}

function Connected() {
  const { t } = useTranslation();
  return (
    <p className={css.done} role="status">
      <CircleCheck aria-hidden size={18} />
      {t("credentials.connected")}
    </p>
  );
}

function InWindow({ credential, onConnected }: Props) {
  const { t } = useTranslation();
  const [going, setGoing] = useState<Going | null>(null);
  const [done, setDone] = useState(false);
  useConnected(credential.id, going, () => {
    setGoing(null);
    setDone(true);
    onConnected?.();
  });
  const beginning = useMutation({
    mutationFn: async (_: Window | null) => {
      const { value } = await api().showCredential(credential.id);
      const begun = await api().beginSignIn(credential.id);
      return { ...begun, version: value.credential.version };
    },
    onMutate: () => setDone(false),
    onError: (_, opened) => opened?.close(),
    onSuccess: (begun, opened) => {
      setGoing(begun);
      if (opened && isWeb(begun.url)) {
        opened.location.href = begun.url;
      }
    },
  });
  // A window that opens later than the click is taken for an advertisement.
  const begin = () => beginning.mutate(window.open("", "_blank", "popup,width=620,height=760"));
  return (
    <div className={css.stack}>
      <p>{t("credentials.connectText")}</p>
      <Copyable
        label={t("credentials.callback")}
        value={`${window.location.origin}/api/v1/oauth/callback`}
      />
      {done ? <Connected /> : null}
      {beginning.isError ? <Failure error={beginning.error} /> : null}
      {going ? (
        <p className={css.note} role="status">
          {t("credentials.waitingForWindow")}{" "}
          {isWeb(going.url) ? (
            <a href={going.url} target="_blank" rel="noopener noreferrer">
              {t("credentials.openAgain")} <ExternalLink aria-hidden size={13} />
            </a>
          ) : null}
        </p>
      ) : null}
      <div className={css.row}>
        <Button look={going ? "plain" : "primary"} busy={beginning.isPending} onClick={begin}>
          <Link2 aria-hidden />
          {credential.expires_ms || done ? t("credentials.connectAgain") : t("credentials.connect")}
        </Button>
        {going ? <Button onClick={() => setGoing(null)}>{t("common.cancel")}</Button> : null}
      </div>
    </div>
  );
}

function OnDevice({ credential, onConnected }: Props) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  const beginning = useMutation({
    mutationFn: () => api().beginDeviceSignIn(credential.id),
    onMutate: () => setDone(false),
  });
  return (
    <div className={css.stack}>
      <p>{t("credentials.deviceText")}</p>
      {done ? <Connected /> : null}
      {beginning.isError ? <Failure error={beginning.error} /> : null}
      {beginning.data ? (
        <ConnectDevice
          begun={beginning.data}
          onConnected={() => {
            beginning.reset();
            setDone(true);
            onConnected?.();
          }}
          onEnd={beginning.reset}
        />
      ) : (
        <div className={css.row}>
          <Button look="primary" busy={beginning.isPending} onClick={() => beginning.mutate()}>
            <Smartphone aria-hidden />
            {t("credentials.getCode")}
          </Button>
        </div>
      )}
    </div>
  );
}
