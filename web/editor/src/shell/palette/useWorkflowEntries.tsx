import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Workflow } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, chosenWorkspace } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useLater } from "~/ui/useLater";
import { useRecents } from "../recents";
import type { Entry } from "./entry";

const MOST = 20;

function useOpen() {
  const navigate = useNavigate();
  return useCallback(
    (workflow: string) => void navigate({ to: "/workflows/$workflow", params: { workflow } }),
    [navigate],
  );
}

/** What was open last. */
export function useRecentEntries(): readonly Entry[] {
  const open = useOpen();
  const all = useRecents((recents) => recents.all);
  return all
    .filter((one) => one.workspace === chosenWorkspace())
    .map(({ id, name }) => ({
      id: `recent:${id}`,
      title: name,
      icon: <Workflow aria-hidden />,
      act: () => open(id),
    }));
}

/** All workflows, as the server finds them. */
export function useWorkflowEntries(typed: string): readonly Entry[] {
  const { t } = useTranslation();
  const open = useOpen();
  const search = useLater(typed.trim());
  const may = useGrant("workflow:read");
  const { data } = useQuery({
    queryKey: ["workflows", "palette", search],
    queryFn: async () => (await api().listWorkflows({ search, limit: MOST })).items,
    enabled: may && search !== "",
    placeholderData: keepPreviousData,
  });
  return useMemo(
    () =>
      (data ?? []).map((one) => ({
        id: `workflow:${one.id}`,
        title: one.name,
        note: one.active_version ? t("shell.active") : "",
        icon: <Workflow aria-hidden />,
        words: [...one.tags, one.id, typed],
        act: () => open(one.id),
      })),
    [t, data, typed, open],
  );
}
