import { useQuery } from "@tanstack/react-query";
import { api } from "./client";

/** A credential, and what one may do with it. */
export function useCredential(id: string) {
  return useQuery({
    queryKey: ["credentials", "one", id],
    queryFn: async ({ signal }) => (await api().showCredential(id, { signal })).value,
    staleTime: 0,
  });
}
