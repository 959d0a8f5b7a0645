import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { Button, Dialog, Failure, tell } from "~/ui";
import { ConditionFields } from "./ConditionFields";
import { begun, type Entered, given, wrongs } from "./rule";
import { TargetFields } from "./TargetFields";
import { RULES } from "./useRules";

interface Props {
  /** None: a new one. */
  readonly rule: models.AlertsRule | undefined;
  readonly onClose: () => void;
}

/** Makes an alert rule, or changes one. */
export function RuleForm({ rule, onClose }: Props) {
  const { t } = useTranslation();
  const [entered, setEntered] = useState<Entered>(() => begun(rule));
  // What somebody else saves meanwhile is not to be overwritten unseen.
  const [revision] = useState(rule?.revision);
  const [looking, setLooking] = useState(false);
  const wrong = wrongs(entered);
  const saving = useMutation({
    mutationFn: () =>
      rule
        ? api().changeAlert(rule.id, given(entered), { etag: String(revision) })
        : api().addAlert(given(entered)),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: RULES });
      tell(t("alerts.saved"));
      onClose();
    },
  });
  const words = (field: keyof Entered) =>
    looking && wrong[field] ? t(`alerts.wrong.${wrong[field]}`) : undefined;
  const change = (part: Partial<Entered>) => setEntered((now) => ({ ...now, ...part }));
  return (
    <Dialog
      open
      title={rule ? t("alerts.edit") : t("alerts.new")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form="alert-rule" busy={saving.isPending}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <form
        id="alert-rule"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setLooking(true);
          if (Object.keys(wrong).length === 0) {
            saving.mutate();
          }
        }}
      >
        <ConditionFields entered={entered} onChange={change} words={words} />
        <TargetFields entered={entered} onChange={change} words={words} />
        {saving.isError ? <Failure error={saving.error} /> : null}
      </form>
    </Dialog>
  );
}
