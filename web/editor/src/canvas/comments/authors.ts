/** Who people are, by what comments call them. */

import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";
import { useGrant, useMe } from "~/api/queries";
import { whole } from "~/api/whole";

export type Authors = ReadonlyMap<string, string>;

export function useAuthors(): Authors {
  const me = useMe();
  const mayAsk = useGrant("member:read");
  const { data } = useQuery({
    queryKey: ["authors"],
    queryFn: () => whole(api().listMembers()),
    enabled: mayAsk,
    staleTime: 300_000,
  });
  const known = (data ?? []).map((one) => [one.user, one.name || one.email] as const);
  return new Map(me?.user ? [...known, [me.user.id, me.name] as const] : known);
}

/** A service or a program is called what it calls itself. */
export function nameOfAuthor(authors: Authors, author: string | null | undefined): string {
  return authors.get(author ?? "") ?? authors.get((author ?? "").replace(/^.*:/, "")) ?? "";
}
