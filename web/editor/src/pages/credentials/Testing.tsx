import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, PlugZap } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { useFigures } from "~/i18n/useFigures";
import { Button, Failure, Field, Input } from "~/ui";
import css from "./credentials.module.css";

interface Props {
  readonly credential: models.CredentialsListed;
  readonly type: models.TypeShown | undefined;
}

/** Looks whether a credential works, by one request or one sign-in. */
export function Testing({ credential, type }: Props) {
  const { t } = useTranslation();
  const [url, setUrl] = useState("");
  const trying = useMutation({
    mutationFn: () => api().checkCredential(credential.id, url ? { url } : {}),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["credentials"] }),
  });
  if (credential.scheme === "incoming") {
    return <p className={css.note}>{t("credentials.testIncoming")}</p>;
  }
  const asksUrl = type !== undefined && !type.tested && credential.scheme !== "login";
  const host = (credential.hosts[0] ?? "").replace(/\/$/, "");
  return (
    <form
      className={css.stack}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        trying.mutate();
      }}
    >
      {asksUrl ? (
        <Field label={t("credentials.testUrl")} hint={t("credentials.testUrlHint")}>
          <Input
            type="url"
            required
            value={url}
            placeholder={`${host.includes("://") ? host : `https://${host}`}/…`}
            onChange={(event) => setUrl(event.target.value)}
          />
        </Field>
      ) : null}
      <div aria-live="polite">
        {trying.isError ? <Failure error={trying.error} /> : null}
        {trying.isError ? null : <Outcome credential={trying.data?.credential ?? credential} />}
      </div>
      <div className={css.row}>
        <Button type="submit" look="primary" busy={trying.isPending}>
          <PlugZap aria-hidden />
          {t("credentials.testNow")}
        </Button>
      </div>
    </form>
  );
}

function Outcome({ credential }: { readonly credential: models.CredentialsListed }) {
  const { t } = useTranslation();
  const { ago } = useFigures();
  if (credential.tested_ms === null) {
    return <p className={css.note}>{t("credentials.neverTested")}</p>;
  }
  const when = ago(credential.tested_ms);
  if (credential.test_error === null) {
    return (
      <p className={css.done}>
        <CircleCheck aria-hidden size={18} />
        {t("credentials.works", { when })}
      </p>
    );
  }
  return (
    <div className={css.wrong}>
      <p>
        <CircleX aria-hidden size={18} /> {t("credentials.worksNot", { when })}
      </p>
      <code>{credential.test_error}</code>
    </div>
  );
}
