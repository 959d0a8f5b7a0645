import { useCallback, useState } from "react";
import type { Toggled } from "./rows";

/** Which lines somebody has opened or closed. */
export function useToggled(): readonly [Toggled, (id: string) => void] {
  const [toggled, setToggled] = useState<Toggled>(new Set());
  const toggle = useCallback((id: string) => {
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(id)) {
        after.add(id);
      }
      return after;
    });
  }, []);
  return [toggled, toggle];
}
