import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { confirm, tell, tellFailure } from "~/ui";
import { refreshVersions } from "./history";

/** What can be done with versions of a workflow, with the questions before and the words after. */
export function useVersionDeeds(workflow: string) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const done = async (act: () => Promise<unknown>, words: string): Promise<boolean> => {
    try {
      await act();
      tell(words);
      return true;
    } catch (error) {
      tellFailure(error);
      return false;
    } finally {
      await refreshVersions(workflow);
    }
  };
  return {
    restore: async (version: number, revision: number) => {
      const yes = await confirm({
        title: t("versions.restoreTitle", { version }),
        text: t("versions.restoreText"),
        deed: t("versions.restore"),
      });
      const etag = String(revision);
      const restored =
        yes &&
        (await done(
          () => api().restoreVersion(workflow, version, { etag }),
          t("versions.restored", { version }),
        ));
      if (restored) {
        await navigate({ to: "/workflows/$workflow", params: { workflow } });
      }
    },
    activate: async (version: number, active: number | null) => {
      const back = active !== null && version < active;
      const yes = await confirm({
        title: t(back ? "versions.backTitle" : "versions.activateTitle", { version }),
        text: t("versions.activateText", { version }),
        deed: t(back ? "versions.back" : "versions.activate"),
      });
      if (yes) {
        const act = () => api().activateWorkflow(workflow, { number: version });
        await done(act, t("versions.activated", { version }));
      }
    },
    deactivate: async () => {
      const yes = await confirm({
        title: t("versions.deactivateTitle"),
        text: t("versions.deactivateText"),
        deed: t("versions.deactivate"),
        danger: true,
      });
      if (yes) {
        await done(() => api().deactivateWorkflow(workflow), t("versions.deactivated"));
      }
    },
    name: async (version: number, name: string) => {
      await api().nameVersion(workflow, version, { name });
      await refreshVersions(workflow);
    },
    begin: (version: number, percent: number) =>
      done(
        () => api().tryVersion(workflow, { version, percent }),
        t("versions.trialBegun", { version, percent }),
      ),
    end: () => done(() => api().endTrial(workflow), t("versions.trialEnded")),
  };
}

export type VersionDeeds = ReturnType<typeof useVersionDeeds>;
