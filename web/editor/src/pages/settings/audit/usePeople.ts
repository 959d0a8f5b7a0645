import { useMemo } from "react";
import { useGrant } from "~/api/queries";
import { useMembers } from "../members/useMembers";

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** The people of the workspace, and of the organization for who may see them; each once, by name. */
export function usePeople() {
  const may = useGrant("member:read");
  const mayAll = useGrant("organization:admin");
  const here = useMembers(false, may);
  const all = useMembers(true, mayAll);
  return useMemo(() => {
    const found = new Map<string, string>();
    for (const one of [...(all.data ?? []), ...(here.data ?? [])]) {
      found.set(one.user, one.name || one.email);
    }
    const people: Person[] = [...found].map(([id, name]) => ({ id, name }));
    people.sort((a, b) => a.name.localeCompare(b.name));
    return { people, nameOf: (id: string) => found.get(id) ?? id };
  }, [here.data, all.data]);
}
