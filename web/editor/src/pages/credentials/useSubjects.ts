import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { whole } from "~/api/whole";

/** Somebody with whom something can be shared. */
export interface Subject {
  /** `user:ID` or `team:ID`. */
  readonly id: string;
  readonly name: string;
}

/** The people of the workspace, and the teams; none for who may not see them. */
export function useSubjects() {
  const { t } = useTranslation();
  const maySee = useGrant("member:read");
  const maySeeAll = useGrant("organization:admin");
  const team = t("credentials.team");
  return useQuery({
    queryKey: ["subjects", maySee, maySeeAll, team],
    queryFn: async ({ signal }): Promise<readonly Subject[]> => {
      if (!maySee) {
        return [];
      }
      const [near, all, teams] = await Promise.all([
        whole(api().listMembers({ limit: 200, signal })),
        // Who belongs to the organization as a whole is in none of its workspaces.
        maySeeAll ? whole(api().listMembers({ organization: true, limit: 200, signal })) : [],
        whole(api().listTeams({ limit: 200, signal })),
      ]);
      const people = new Map([...all, ...near].map((one) => [one.user, one])).values();
      return [
        ...[...people].map((one) => ({
          id: `user:${one.user}`,
          name: `${one.name} · ${one.email}`,
        })),
        ...teams.map((one) => ({ id: `team:${one.id}`, name: `${one.name} (${team})` })),
      ];
    },
    staleTime: 60_000,
  });
}
