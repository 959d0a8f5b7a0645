/** What can be done with the open workflow as a whole. */

import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { refreshWorkflows } from "~/api/workflows";
import { useEditing } from "~/editing/store";
import { canonicalDocument } from "~/model/canonical";
import { fileName, saveFile } from "~/pages/workflows/saveFile";
import { confirm } from "~/ui";
import { tell, tellFailure } from "~/ui/told";
import { saveFirst } from "./saveFirst";

export function useWorkflowDeeds() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const guarded = (act: () => Promise<void>) => () => act().catch(tellFailure);
  return {
    download: guarded(async () => {
      const { document } = useEditing.getState().history;
      const name = fileName(document.name, "workflow.json");
      saveFile(name, canonicalDocument(document), "application/json");
    }),
    duplicate: guarded(async () => {
      await saveFirst();
      const { workflow } = useEditing.getState();
      const { value } = await api().copyWorkflow(workflow);
      tell(t("canvas.duplicatedWorkflow", { name: value.name }));
      void refreshWorkflows();
      void navigate({ to: "/workflows/$workflow", params: { workflow: value.id } });
    }),
    archive: guarded(async () => {
      const { workflow, about, history } = useEditing.getState();
      const running = about?.active_version !== null;
      const asked = {
        title: t("canvas.archiveTitle", { name: history.document.name }),
        text: t(running ? "canvas.archiveTextActive" : "canvas.archiveText"),
        deed: t("canvas.archive"),
        danger: true,
      };
      if (await confirm(asked)) {
        await saveFirst();
        await api().describeWorkflow(workflow, { archived: true });
        tell(t("canvas.archived"));
        void refreshWorkflows();
        void navigate({ to: "/workflows" });
      }
    }),
    lock: (on: boolean) =>
      guarded(async () => {
        const { workflow } = useEditing.getState();
        if (on) {
          const { value } = await api().lockWorkflow(workflow);
          useEditing.setState({ about: value });
          tell(t("canvas.locked"));
        } else {
          await api().unlockWorkflow(workflow);
          useEditing.setState(({ about }) => ({
            about: about && { ...about, locked_by: null, locked_until_ms: 0 },
          }));
          tell(t("canvas.unlocked"));
        }
      })(),
  };
}
