import { api } from "~/api/client";
import { useList } from "../useList";

export const TEAMS = ["teams"] as const;

export function useTeams(enabled = true) {
  return useList(TEAMS, () => api().listTeams(), enabled);
}
