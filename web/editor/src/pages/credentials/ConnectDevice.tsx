import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { useFigures } from "~/i18n/useFigures";
import { Button, classOf, Failure } from "~/ui";
import { Copyable } from "./Copyable";
import css from "./credentials.module.css";
import { isWeb } from "./useConnected";

interface Props {
  readonly begun: models.DeviceBegun;
  readonly onConnected: () => void;
  readonly onEnd: () => void;
}

/** The code to enter on another device, until that was done. */
export function ConnectDevice({ begun, onConnected, onEnd }: Props) {
  const { t } = useTranslation();
  const { ago } = useFigures();
  const latest = useRef(onConnected);
  useEffect(() => {
    latest.current = onConnected;
  });
  const asked = useQuery({
    queryKey: ["credential-device", begun.flow],
    // Not to be broken off: the sign-in is over with the answer.
    queryFn: () => api().askDeviceSignIn({ flow: begun.flow }),
    refetchInterval: (query) =>
      query.state.error || query.state.data?.state === "connected"
        ? false
        : (query.state.data?.interval_s || begun.interval_s) * 1_000,
    refetchIntervalInBackground: true,
    staleTime: 0,
  });
  const state = asked.data?.state;
  useEffect(() => {
    if (state === "connected") {
      void cache.invalidateQueries({ queryKey: ["credentials"] });
      latest.current();
    }
  }, [state]);
  const url = begun.whole_url || begun.url;
  return (
    <div className={css.device}>
      <ol>
        <li>
          {t("credentials.deviceOpen")}{" "}
          {isWeb(url) ? (
            <a className={classOf("plain")} href={url} target="_blank" rel="noopener noreferrer">
              {begun.url} <ExternalLink aria-hidden size={14} />
            </a>
          ) : (
            begun.url
          )}
        </li>
        <li>{t("credentials.deviceEnter")}</li>
      </ol>
      <Copyable label={t("credentials.code")} value={begun.user_code} large />
      {asked.isError ? (
        <Failure error={asked.error} />
      ) : (
        <p className={css.note} role="status">
          {t("credentials.deviceWaiting", { when: ago(begun.expires_ms) })}
        </p>
      )}
      <div className={css.row}>
        <Button onClick={onEnd}>
          {asked.isError ? t("credentials.beginAgain") : t("common.cancel")}
        </Button>
      </div>
    </div>
  );
}
