import { api } from "~/api/client";
import { useList } from "../useList";

/** Who belongs to the workspace, or to the organization as a whole. */
export function useMembers(organization: boolean, enabled = true) {
  const key = ["members", organization] as const;
  return useList(key, () => api().listMembers({ organization }), enabled);
}
