import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";

/** What a workflow is called; refused where there is none. */
export function useNameAsked(workflow: string) {
  return useQuery({
    queryKey: ["workflow-name", workflow],
    queryFn: async () => (await api().showWorkflow(workflow)).value.workflow.name,
    enabled: workflow !== "",
    staleTime: 60_000,
  });
}

/** What a workflow is called; its id, as long as that is not known. */
export function useWorkflowName(workflow: string): string {
  return useNameAsked(workflow).data ?? workflow;
}
