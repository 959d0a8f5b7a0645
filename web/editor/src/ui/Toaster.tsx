import { useEffect } from "react";
import { Toaster as Sonner, toast } from "sonner";
import { useTheme } from "~/theme/theme";
import { type Message, useTold } from "./told";

/** Shows messages, one above the other. */
export default function Toaster() {
  const shown = useTheme((look) => look.shown);
  const waiting = useTold((told) => told.waiting);
  useEffect(() => {
    if (waiting.length > 0) {
      useTold.setState({ waiting: [] });
      waiting.forEach(show);
    }
  }, [waiting]);
  return <Sonner theme={shown} position="bottom-right" closeButton />;
}

const SHOW = { done: toast.success, failed: toast.error, plain: toast };

function show({ text, hint, kind, id, ms }: Message): void {
  SHOW[kind](text, {
    // Also when there is none: one of the same name may have had another.
    description: hint ?? null,
    ...(id ? { id } : {}),
    ...(ms ? { duration: ms } : {}),
  });
}
