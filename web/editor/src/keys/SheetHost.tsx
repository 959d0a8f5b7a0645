import { lazy, Suspense, useState } from "react";
import { useCommand } from "./keys";

const Sheet = lazy(() => import("./Sheet"));

/** The place of the sheet of keys. */
export function SheetHost() {
  const [open, setOpen] = useState(false);
  useCommand("sheet", () => setOpen((now) => !now));
  return open ? (
    <Suspense>
      <Sheet onClose={() => setOpen(false)} />
    </Suspense>
  ) : null;
}
