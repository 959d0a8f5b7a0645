import { lazy, Suspense } from "react";
import { learn } from "~/i18n/words";
import { useCommand } from "~/keys/keys";
import { usePalette } from "./palette";

// It finds the sections of the settings, and what can be added.
const Palette = lazy(async () => {
  const [palette] = await Promise.all([import("./Palette"), learn("settings", "nodes")]);
  return palette;
});

/** The place of the palette; what it is made of is loaded when it is first opened. */
export function PaletteHost() {
  const { open, toggle } = usePalette();
  useCommand("palette", toggle);
  return open ? (
    <Suspense>
      <Palette />
    </Suspense>
  ) : null;
}
