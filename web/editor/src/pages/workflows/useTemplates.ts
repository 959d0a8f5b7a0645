import { useQuery } from "@tanstack/react-query";
import { api, type models } from "~/api/client";
import { whole } from "~/api/whole";

/** The templates of the workspace, and after them those that ship. */
export function useTemplates() {
  return useQuery({
    queryKey: ["templates"],
    queryFn: (): Promise<readonly models.TemplateShown[]> =>
      whole(api().listTemplates({ limit: 200 })),
    staleTime: 60_000,
  });
}

export function useTemplate(id: string) {
  return useQuery({
    queryKey: ["templates", id],
    queryFn: () => api().showTemplate(id),
    staleTime: 300_000,
  });
}
