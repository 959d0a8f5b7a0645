import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";

/** So many are offered for choosing one of them. */
const MOST = 500;
const NONE: ReadonlyMap<string, string> = new Map();

/** The names of workflows, by id. */
export function useWorkflowNames(): ReadonlyMap<string, string> {
  const maySee = useGrant("workflow:read");
  const found = useQuery({
    queryKey: ["workflow-names"],
    queryFn: async ({ signal }) => {
      const page = await api().listWorkflows({ limit: MOST, signal });
      return new Map(page.items.map((one) => [one.id, one.name]));
    },
    enabled: maySee,
    staleTime: 60_000,
  });
  return found.data ?? NONE;
}
