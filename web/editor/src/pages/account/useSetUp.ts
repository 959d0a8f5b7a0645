import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";

/** Whether somebody owns this server already, and who may register. */
export function useSetUp() {
  return useQuery({ queryKey: ["set-up"], queryFn: () => api().showSetUp() });
}
