import { useMemo } from "react";
import { api } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useList } from "../useList";

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** The people of the organization and the workspace, each once, by name. */
export function usePeople() {
  const may = useGrant("member:read");
  const here = useList(["members", false], () => api().listMembers({}), may);
  const all = useList(["members", true], () => api().listMembers({ organization: true }), may);
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
