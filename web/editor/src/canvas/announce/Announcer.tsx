import { useSaid } from "./announce";

export function Announcer() {
  const { text, times } = useSaid();
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      <span key={times}>{text}</span>
    </div>
  );
}
