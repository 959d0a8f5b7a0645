import { useTranslation } from "react-i18next";
import type { Workflow } from "~/api/workflows";
import { confirm, tell, tellFailure } from "~/ui";
import * as deeds from "./deeds";

type Outcome = Awaited<ReturnType<typeof deeds.move>>;

/** What can be done to workflows, with the questions before and the words after. */
export function useDeeds(after: () => void = () => undefined) {
  const { t } = useTranslation();
  const say = (key: string, { done, error }: Outcome) => {
    if (done) {
      tell(t(key, { count: done }));
    }
    if (error) {
      tellFailure(error);
    }
    after();
  };
  return {
    move: async (which: readonly Workflow[], folder: string) =>
      say("workflows.moved", await deeds.move(which, folder)),
    archive: async (which: readonly Workflow[], archived: boolean) => {
      const active = which.filter((one) => one.active_version !== null).length;
      const yes =
        !archived ||
        active === 0 ||
        (await confirm({
          title: t("workflows.archiveTitle"),
          text: t("workflows.archiveActive", { count: active }),
          deed: t("workflows.archive"),
        }));
      if (yes) {
        const key = archived ? "workflows.archived" : "workflows.restored";
        say(key, await deeds.archive(which, archived));
      }
    },
    duplicate: async (which: readonly Workflow[]) =>
      say(
        "workflows.duplicated",
        await deeds.duplicate(which, (one) =>
          t("workflows.copyOf", { name: one.name.slice(0, 180) }),
        ),
      ),
    tag: async (which: readonly Workflow[], added: readonly string[], taken: readonly string[]) =>
      say("workflows.tagged", await deeds.tag(which, added, taken)),
    rename: async (one: Workflow, name: string) =>
      say("workflows.renamed", await deeds.rename(one, name)),
    exportAll: (which: readonly Workflow[]) => deeds.exportAll(which).catch(tellFailure),
    remove: async (which: readonly Workflow[]) => {
      const active = which.filter((one) => one.active_version !== null).length;
      const yes = await confirm({
        title: t("workflows.removeTitle", { count: which.length, name: which[0]?.name ?? "" }),
        text: [
          t("workflows.removeText"),
          active ? t("workflows.removeActive", { count: active }) : "",
        ]
          .filter(Boolean)
          .join(" "),
        deed: t("common.delete"),
        danger: true,
      });
      if (yes) {
        say("workflows.removed", await deeds.remove(which));
      }
    },
  };
}

export type Deeds = ReturnType<typeof useDeeds>;
