import { lazy, Suspense, useState } from "react";
import { useGrant } from "~/api/queries";
import { useCommand } from "~/keys/keys";
import { useNewWorkflow } from "./useNewWorkflow";

const QuickOpen = lazy(async () => ({ default: (await import("./QuickOpen")).QuickOpen }));

/** Make and open workflows by key, on every screen; once in the frame. */
export function LibraryCommands() {
  const [opening, setOpening] = useState(false);
  const { make } = useNewWorkflow();
  useCommand("workflow.new", () => make(), useGrant("workflow:write"));
  useCommand("workflow.open", () => setOpening(true), useGrant("workflow:read"));
  return opening ? (
    <Suspense fallback={null}>
      <QuickOpen onClose={() => setOpening(false)} />
    </Suspense>
  ) : null;
}
