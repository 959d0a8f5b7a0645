import { lazy, Suspense, useRef } from "react";
import { useTold } from "./told";

const Toaster = lazy(() => import("./Toaster"));

/** The place where `tell` and `tellFailure` are read; once in the page. */
export function Toasts() {
  const begun = useRef(false);
  const waits = useTold((told) => told.waiting.length > 0);
  begun.current ||= waits;
  return begun.current ? (
    <Suspense>
      <Toaster />
    </Suspense>
  ) : null;
}
