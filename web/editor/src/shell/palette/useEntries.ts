import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Entries } from "./entry";
import { useCommandEntries } from "./useCommandEntries";
import { useCredentialEntries } from "./useCredentialEntries";
import { useNodeEntries } from "./useNodeEntries";
import { usePlaceEntries } from "./usePlaceEntries";
import { useTemplateEntries } from "./useTemplateEntries";
import { useTypeEntries } from "./useTypeEntries";
import { useRecentEntries, useWorkflowEntries } from "./useWorkflowEntries";

/** Everything that the palette can find; what there is most of only once something is typed. */
export function useEntries(typed: string): readonly Entries[] {
  const { t } = useTranslation();
  const recent = useRecentEntries();
  const commands = useCommandEntries();
  const places = usePlaceEntries();
  const nodes = useNodeEntries();
  const types = useTypeEntries();
  const workflows = useWorkflowEntries(typed);
  const credentials = useCredentialEntries(typed);
  const templates = useTemplateEntries(typed);
  return useMemo(() => {
    const group = (id: string, entries: Entries["entries"]) => ({
      id,
      title: t(`shell.found.${id}`),
      entries,
    });
    const some = typed.trim() !== "";
    return [
      ...(some ? [] : [group("recent", recent)]),
      group("commands", commands),
      ...(some ? [group("nodes", nodes), group("types", types)] : []),
      group("places", places),
      ...(some
        ? [
            group("workflows", workflows),
            group("credentials", credentials),
            group("templates", templates),
          ]
        : []),
    ];
  }, [t, typed, recent, commands, places, nodes, types, workflows, credentials, templates]);
}
