import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";

/** The types of credentials that the packages bring. */
export function useCredentialTypes() {
  return useQuery({
    queryKey: ["credential-types"],
    queryFn: async ({ signal }) => (await api().listCredentialTypes({ signal })).types,
    staleTime: 300_000,
  });
}
