/** The cache of what the server answered, and what is asked for on many screens. */

import { Refused, Unreachable } from "@penstock/client";
import { QueryClient, useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, callAs, callIn, chosenWorkspace, type models } from "./client";

const AGAIN_MS = 4_000;

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // The client tries again by itself where that helps.
      retry: false,
      refetchOnWindowFocus: true,
      // A screen that found no server comes back by itself when there is one again.
      refetchInterval: ({ state }) => (state.error instanceof Unreachable ? AGAIN_MS : false),
    },
  },
});

const WORKSPACE = "penstock.workspace";

/** Who is signed in; null: nobody. */
export async function readMe(): Promise<models.Me | null> {
  try {
    // What another tab has chosen counts for a page that has none yet.
    const chosen = chosenWorkspace() || localStorage.getItem(WORKSPACE) || "";
    // What is called meanwhile is still called with the token of the session.
    callIn(chosen);
    const me = await api().showMe();
    callAs(me.csrf_token, me.workspace);
    return me;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) {
      callAs("", "");
      return null;
    }
    if (error instanceof Refused && (error.status === 403 || error.status === 404)) {
      if (chosenWorkspace()) {
        // Somebody was taken out of the workspace that he chose.
        localStorage.removeItem(WORKSPACE);
        callIn("");
        return readMe();
      }
    }
    throw error;
  }
}

export const ME = ["me"] as const;

export function useMe(): models.Me | null {
  return useQuery({ queryKey: ME, queryFn: readMe, staleTime: 60_000 }).data ?? null;
}

/** The workflow or credential that a part of the page is about: it may be shared with who has no role here. */
export const About = createContext("");

/** May who is signed in do this here? */
export function useGrant(grant: string): boolean {
  const me = useMe();
  const shared = me?.shared[useContext(About)];
  return Boolean(me?.grants.includes(grant) || shared?.includes(grant));
}

/** Show another workspace from now on. */
export async function changeWorkspace(id: string): Promise<void> {
  const before = chosenWorkspace();
  try {
    callIn(id);
    cache.setQueryData(ME, await readMe());
  } catch (error) {
    callIn(before);
    throw error;
  }
  localStorage.setItem(WORKSPACE, chosenWorkspace());
  // What is on the screen is read again; a cache that is cleared would leave it as it was.
  await cache.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
}

/** All node types, as lists and the canvas need them. */
export async function readNodeTypes(): Promise<ReadonlyMap<string, models.NodeListed>> {
  const found = new Map<string, models.NodeListed>();
  for await (const one of api().listNodes({ limit: 500 })) {
    found.set(one.id, one.picture ? { ...one, icon: `/api/v1/nodes/${one.id}/icon` } : one);
  }
  return found;
}

const NO_TYPES: ReadonlyMap<string, models.NodeListed> = new Map();

export function useNodeTypes(): ReadonlyMap<string, models.NodeListed> {
  const asked = { queryKey: ["node-types"], queryFn: readNodeTypes, staleTime: 300_000 };
  return useQuery(asked).data ?? NO_TYPES;
}
