import { useMutation, useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { Button, confirm, Dialog, Failure, Loading, Once, tell, tellFailure } from "~/ui";
import { RULES } from "./useRules";

interface Props {
  readonly rule: models.AlertsRule;
  readonly onClose: () => void;
}

/** What the messages of a rule are signed with. */
export function SecretDialog({ rule, onClose }: Props) {
  const { t } = useTranslation();
  const queryKey = ["alert-secret", rule.id];
  const secret = useQuery({
    queryKey,
    queryFn: ({ signal }) => api().showAlertSecret(rule.id, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
  const renewing = useMutation({
    mutationFn: () => api().renewAlertSecret(rule.id),
    onSuccess: (renewed) => {
      cache.setQueryData(queryKey, renewed);
      tell(t("alerts.renewed"));
      return cache.invalidateQueries({ queryKey: RULES });
    },
    onError: tellFailure,
  });
  const renew = async () => {
    const question = {
      title: t("alerts.renewTitle"),
      text: t("alerts.renewText"),
      deed: t("alerts.renew"),
      danger: true,
    };
    if (await confirm(question)) {
      renewing.mutate();
    }
  };
  return (
    <Dialog
      open
      title={t("alerts.secretOf", { name: rule.name })}
      text={t("alerts.secretText")}
      onClose={onClose}
      foot={
        <Button busy={renewing.isPending} onClick={() => void renew()}>
          <RefreshCw aria-hidden />
          {t("alerts.renew")}
        </Button>
      }
    >
      {secret.isPending ? <Loading lines={1} /> : null}
      {secret.isError ? (
        <Failure error={secret.error} onRetry={() => void secret.refetch()} />
      ) : null}
      {secret.data ? <Once label={t("alerts.secret")} value={secret.data.secret} /> : null}
    </Dialog>
  );
}
