import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Workflow as Icon, Power } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkflows } from "~/api/workflows";
import { Dialog, Failure, Loading, When } from "~/ui";
import css from "./dialogs.module.css";
import { pathOf } from "./folders";
import { useFolders } from "./library";
import { EVERYTHING, shownOf } from "./shown";

const MOST = 50;

/** Open a workflow by typing a part of its name. */
export function QuickOpen({ onClose }: { readonly onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const workflows = useWorkflows();
  const folders = useFolders().data ?? [];
  const found = useMemo(() => {
    const order = search ? "name" : "changed";
    const wanted = { ...EVERYTHING, search, order } as const;
    return shownOf(workflows.data ?? [], [], wanted, i18n.language).slice(0, MOST);
  }, [workflows.data, search, i18n.language]);
  const open = (workflow: string) => {
    onClose();
    void navigate({ to: "/workflows/$workflow", params: { workflow } });
  };
  return (
    <Dialog open title={t("workflows.openTitle")} onClose={onClose}>
      <Command shouldFilter={false} label={t("workflows.openTitle")} className={css.opener}>
        <Command.Input
          autoFocus
          value={search}
          onValueChange={setSearch}
          className={css.openInput}
          placeholder={t("workflows.searchHint")}
        />
        {workflows.isPending ? <Loading lines={4} /> : null}
        {workflows.isError ? <Failure error={workflows.error} /> : null}
        <Command.List className={css.openList}>
          {workflows.isSuccess ? (
            <Command.Empty className={css.quiet}>{t("workflows.nothingFound")}</Command.Empty>
          ) : null}
          {found.map((one) => (
            <Command.Item
              key={one.id}
              value={one.id}
              onSelect={() => open(one.id)}
              className={css.openItem}
            >
              {one.active_version === null ? <Icon aria-hidden /> : <Power aria-hidden />}
              <span className={css.openName}>{one.name}</span>
              <span className={css.quiet}>
                {pathOf(folders, one.folder_id)
                  .map((folder) => folder.name)
                  .join(" / ")}{" "}
                <When ms={one.updated_ms} ago />
              </span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  );
}
