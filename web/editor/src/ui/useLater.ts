import { useEffect, useState } from "react";

const PAUSE_MS = 150;

/** A value once it has stayed the same for a moment: nobody is asked for each letter. */
export function useLater<T>(value: T, pauseMs = PAUSE_MS): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return later;
}
