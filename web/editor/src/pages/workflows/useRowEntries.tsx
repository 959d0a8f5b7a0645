import { useNavigate } from "@tanstack/react-router";
import {
  Archive,
  ArchiveRestore,
  Copy,
  Download,
  FolderInput,
  History,
  ListChecks,
  Pencil,
  SquareArrowOutUpRight,
  Tags,
  Trash2,
  UserPlus,
} from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import type { Workflow } from "~/api/workflows";
import type { Entry } from "~/ui";
import type { Asking } from "./asking";
import type { Deeds } from "./useDeeds";

type Ask = (asking: Asking) => void;

/** The menu of a workflow of the list. */
export function useRowEntries(deeds: Deeds, ask: Ask): (one: Workflow) => (Entry | null)[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayChange = useGrant("workflow:write");
  const mayRemove = useGrant("workflow:delete");
  return useCallback(
    (one: Workflow) => {
      const params = { workflow: one.id };
      const archived = one.archived_ms !== null;
      const looking: (Entry | null)[] = [
        {
          text: t("common.open"),
          icon: <SquareArrowOutUpRight />,
          act: () => void navigate({ to: "/workflows/$workflow", params }),
        },
        {
          text: t("workflows.executions"),
          icon: <ListChecks />,
          act: () => void navigate({ to: "/workflows/$workflow/executions", params }),
        },
        {
          text: t("workflows.versions"),
          icon: <History />,
          act: () => void navigate({ to: "/workflows/$workflow/versions", params }),
        },
        { text: t("workflows.export"), icon: <Download />, act: () => void deeds.exportAll([one]) },
      ];
      const changing: (Entry | null)[] = archived
        ? []
        : [
            null,
            {
              text: t("common.rename"),
              icon: <Pencil />,
              act: () => ask({ kind: "rename", workflow: one }),
            },
            {
              text: t("common.duplicate"),
              icon: <Copy />,
              act: () => void deeds.duplicate([one]),
            },
            {
              text: t("workflows.moveTo"),
              icon: <FolderInput />,
              act: () => ask({ kind: "place", which: [one] }),
            },
            {
              text: t("workflows.tagsEdit"),
              icon: <Tags />,
              act: () => ask({ kind: "tags", which: [one] }),
            },
            {
              text: t("workflows.share"),
              icon: <UserPlus />,
              act: () => ask({ kind: "share", workflow: one }),
            },
          ];
      const ending: (Entry | null)[] = [
        null,
        {
          text: t(archived ? "workflows.unarchive" : "workflows.archive"),
          icon: archived ? <ArchiveRestore /> : <Archive />,
          act: () => void deeds.archive([one], !archived),
        },
      ];
      const removing: Entry = {
        text: t("common.delete"),
        icon: <Trash2 />,
        act: () => void deeds.remove([one]),
      };
      return [
        ...looking,
        ...(mayChange ? [...changing, ...ending] : []),
        ...(mayRemove ? [removing] : []),
      ];
    },
    [t, navigate, mayChange, mayRemove, deeds, ask],
  );
}
