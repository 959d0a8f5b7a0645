import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useMemo } from "react";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useLater } from "~/ui/useLater";
import type { Entry } from "./entry";

const MOST = 20;

/** Credentials, by their names. */
export function useCredentialEntries(typed: string): readonly Entry[] {
  const navigate = useNavigate();
  const search = useLater(typed.trim());
  const may = useGrant("credential:read");
  const { data } = useQuery({
    queryKey: ["credentials", "palette", search],
    queryFn: async () => (await api().listCredentials({ search, limit: MOST })).items,
    enabled: may && search !== "",
    placeholderData: keepPreviousData,
  });
  return useMemo(
    () =>
      (data ?? []).map(({ credential }) => ({
        id: `credential:${credential.id}`,
        title: credential.name,
        note: credential.type,
        icon: <KeyRound aria-hidden />,
        words: [credential.type, typed],
        act: () => void navigate({ to: "/credentials", search: { open: credential.id } }),
      })),
    [data, navigate, typed],
  );
}
