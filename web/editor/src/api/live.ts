/** What happens on the server, as it happens; see `socket.ts` for the connection itself. */

import { useEffect, useState } from "react";
import { create } from "zustand";
import { chosenWorkspace } from "./client";
import type { Happened, Person, Tell, Watched } from "./happened";
import { cache, ME, useMe } from "./queries";
import { Live } from "./socket";

export type { Happened, Person, Watched };

export type Connection = "on" | "off";

const useLive = create<{ readonly connection: Connection }>()(() => ({ connection: "on" }));

const live = new Live({
  address: () => {
    const { protocol, host } = window.location;
    const scheme = protocol === "https:" ? "wss:" : "ws:";
    const workspace = chosenWorkspace();
    const query = workspace ? `?workspace=${encodeURIComponent(workspace)}` : "";
    return `${scheme}//${host}/api/v1/events${query}`;
  },
  connect: (address, ear) => {
    const socket = new WebSocket(address, ["penstock"]);
    socket.onopen = () => ear.opened();
    socket.onmessage = (event) => ear.heard(event.data);
    socket.onclose = (event) => ear.closed(event.code);
    return socket;
  },
  told: (connection) => useLive.setState({ connection }),
  signedOut: () => void cache.invalidateQueries({ queryKey: ME }),
});

if (typeof window !== "undefined") {
  window.addEventListener("online", () => live.wake());
  window.addEventListener("focus", () => live.wake());
}

/**
 * Be told what happens to a workflow, an execution or the workspace. Events come in lists, several at
 * once; `missed` and `lost` among them mean that what is shown has to be read again.
 */
export function watch(what: Watched, tell: Tell): () => void {
  return live.watch(what, tell);
}

/** Whether events come; `off`: what is shown may be old. */
export function useConnection(): Connection {
  return useLive((state) => state.connection);
}

const NOBODY: readonly Person[] = [];

/** The others who have a workflow open; while it is shown here, they see the same of us. */
export function usePresence(workflow: string): readonly Person[] {
  const [people, setPeople] = useState(NOBODY);
  const me = useMe()?.user?.id ?? "";
  useEffect(() => {
    if (!workflow) {
      return;
    }
    const end = live.watch({ workflow }, (events) => {
      const last = events.findLast((event) => event.kind === "presence");
      if (last) {
        setPeople(last.people ?? NOBODY);
      }
    });
    const close = live.open(workflow);
    // Told to somebody else on this page already, and not told again.
    setPeople(live.people(workflow));
    return () => {
      close();
      end();
      setPeople(NOBODY);
    };
  }, [workflow]);
  return people.filter((person) => person.id !== me);
}
