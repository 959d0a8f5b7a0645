import { useFigures } from "~/i18n/useFigures";
import { useNow } from "./useNow";

interface Props {
  readonly startedMs: number;
  /** 0: it runs. */
  readonly finishedMs: number;
}

/** How long something took, or takes by now. */
export function Elapsed({ startedMs, finishedMs }: Props) {
  const figures = useFigures();
  const now = useNow(startedMs > 0 && finishedMs === 0, 500);
  if (!startedMs) {
    return <span>–</span>;
  }
  const took = Math.max(0, (finishedMs || now) - startedMs);
  return <span>{figures.duration(took / 1_000)}</span>;
}
