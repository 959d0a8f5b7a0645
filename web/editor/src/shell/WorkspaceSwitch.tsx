import { useRouter } from "@tanstack/react-router";
import { ChevronsUpDown, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { changeWorkspace, useGrant, useMe } from "~/api/queries";
import { type Entry, Menu, tellFailure } from "~/ui";
import { Mark } from "./Mark";
import css from "./shell.module.css";

/** Where one works, and the way to somewhere else. */
export function WorkspaceSwitch({ narrow }: { readonly narrow: boolean }) {
  const { t } = useTranslation();
  const router = useRouter();
  const me = useMe();
  const mayAdd = useGrant("workspace:admin");
  const places = me?.workspaces ?? [];
  const here = places.find((one) => one.workspace === me?.workspace);
  const go = async (id: string) => {
    try {
      await changeWorkspace(id);
      await router.navigate({ to: "/workflows" });
    } catch (error) {
      tellFailure(error);
    }
  };
  const entries: Entry[] = places.map((one) => ({
    text: one.name,
    checked: one.workspace === me?.workspace,
    act: () => void go(one.workspace),
  }));
  const add: Entry = {
    text: t("shell.addWorkspace"),
    icon: <Plus />,
    act: () =>
      void router.navigate({ to: "/settings/$section", params: { section: "workspaces" } }),
  };
  const name = here?.name ?? "";
  return (
    <Menu
      entries={[{ heading: t("shell.workspaces") }, ...entries, ...(mayAdd ? [null, add] : [])]}
      align="start"
    >
      <button
        type="button"
        className={css.workspace}
        aria-label={t("shell.workspaceNow", { name })}
        title={name}
      >
        <Mark />
        {narrow ? null : (
          <>
            <span>{name}</span>
            <ChevronsUpDown aria-hidden size={14} />
          </>
        )}
      </button>
    </Menu>
  );
}
