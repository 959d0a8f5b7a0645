import { useEffect } from "react";
import { watch } from "~/api/live";
import { cache } from "~/api/queries";
import { refreshLibrary } from "./library";

/** A burst of events is one reading. */
const SOON_MS = 400;

/** Read the list again when somebody changes it, or something ran. */
export function useLibraryLive(): void {
  useEffect(() => {
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const soon = (what: string, act: () => void) => {
      if (!timers.has(what)) {
        timers.set(
          what,
          setTimeout(() => {
            timers.delete(what);
            act();
          }, SOON_MS),
        );
      }
    };
    const end = watch({ workspace: true }, (events) => {
      if (
        events.some(
          ({ kind }) => kind.startsWith("workflow.") || kind === "missed" || kind === "lost",
        )
      ) {
        soon("library", () => void refreshLibrary());
      }
      if (
        events.some(({ kind }) => kind === "execution.started" || kind === "execution.finished")
      ) {
        soon("runs", () => void cache.invalidateQueries({ queryKey: ["last-runs"] }));
      }
    });
    return () => {
      end();
      for (const timer of timers.values()) {
        clearTimeout(timer);
      }
    };
  }, []);
}
