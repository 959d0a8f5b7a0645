import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "~/api/workflows";
import { learn } from "~/i18n/words";
import { Dialog, Loading } from "~/ui";

const Sharing = lazy(async () => {
  const [{ Sharing: found }] = await Promise.all([
    import("~/pages/credentials/Sharing"),
    learn("credentials"),
  ]);
  return { default: found };
});

interface Props {
  readonly workflow: Workflow;
  readonly onClose: () => void;
}

/** Who may see a single workflow without a role in its workspace. */
export function ShareDialog({ workflow, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog open title={t("workflows.shareTitle", { name: workflow.name })} onClose={onClose}>
      <Suspense fallback={<Loading lines={3} />}>
        <Sharing kind="workflow" id={workflow.id} />
      </Suspense>
    </Dialog>
  );
}
