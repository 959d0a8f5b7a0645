import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, Stethoscope } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Button, Failure } from "~/ui";
import css from "./webhooks.module.css";

/** Whether a webhook would answer now; asked, not tried: nothing is started. */
export function Probe({ webhook }: { readonly webhook: string }) {
  const { t } = useTranslation();
  const probe = useMutation({ mutationFn: () => api().probeWebhook(webhook) });
  return (
    <div className={css.probe}>
      <Button busy={probe.isPending} onClick={() => probe.mutate()}>
        <Stethoscope aria-hidden />
        {t("webhooks.probe")}
      </Button>
      {probe.isError ? <Failure error={probe.error} /> : null}
      <ul className={css.checks} aria-live="polite">
        {(probe.data?.checks ?? []).map((check) => (
          <li key={check.name} data-ok={check.ok}>
            {check.ok ? (
              <CircleCheck size={16} aria-label={t("webhooks.good")} />
            ) : (
              <CircleX size={16} aria-label={t("webhooks.bad")} />
            )}
            <span>
              <b>{t(`webhooks.check.${check.name}`)}</b>
              {check.detail ? ` – ${check.detail}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
