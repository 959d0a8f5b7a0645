/** Who people are. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "./client";
import { useGrant, useMe } from "./queries";
import { whole } from "./whole";

/** Names of people by their ids, as far as one may know them; always one's own. */
export function useAuthors(): ReadonlyMap<string, string> {
  const me = useMe();
  const { data } = useQuery({
    queryKey: ["authors"],
    queryFn: () => whole(api().listMembers({ limit: 500 })),
    enabled: useGrant("member:read"),
    staleTime: 300_000,
  });
  return useMemo(() => {
    const names = new Map((data ?? []).map(({ user, name, email }) => [user, name || email]));
    if (me?.user) {
      names.set(me.user.id, me.user.name || me.user.email);
    }
    return names;
  }, [data, me]);
}
