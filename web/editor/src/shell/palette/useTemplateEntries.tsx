import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LayoutTemplate } from "lucide-react";
import { useMemo } from "react";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import type { Entry } from "./entry";

/** Templates to begin with. */
export function useTemplateEntries(typed: string): readonly Entry[] {
  const navigate = useNavigate();
  const may = useGrant("template:read");
  const { data } = useQuery({
    queryKey: ["templates", "palette"],
    queryFn: async () => (await api().listTemplates({ limit: 200 })).items,
    enabled: may && typed.trim() !== "",
    staleTime: 300_000,
  });
  return useMemo(
    () =>
      (data ?? []).map(({ id, name, description }) => ({
        id: `template:${id}`,
        title: name,
        note: description,
        icon: <LayoutTemplate aria-hidden />,
        words: [description],
        act: () => void navigate({ to: "/templates", search: { template: id } }),
      })),
    [data, navigate],
  );
}
