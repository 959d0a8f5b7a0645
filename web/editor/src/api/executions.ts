import { api } from "./client";

/** What is known of one execution as a whole. */
export function executionAsked(execution: string) {
  return {
    queryKey: ["execution", execution],
    queryFn: async () => (await api().showExecution(execution)).execution,
    enabled: execution !== "",
  };
}
