import { useEffect, useState } from "react";

/** The present, kept up while something runs. */
export function useNow(running: boolean, everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) {
      return;
    }
    const ticking = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(ticking);
  }, [running, everyMs]);
  return now;
}
