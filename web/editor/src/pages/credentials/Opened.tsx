import { Details } from "./Details";
import { Making } from "./Making";
import type { Filter } from "./search";

interface Props {
  readonly filter: Filter;
  readonly mayWrite: boolean;
  readonly onChange: (part: Record<string, string | undefined>) => void;
}

/** What is open above the list: a credential, or the making of one. */
export function Opened({ filter, mayWrite, onChange }: Props) {
  if (filter.open) {
    return (
      <Details
        id={filter.open}
        tab={filter.tab}
        onTab={(tab) => onChange({ tab })}
        onClose={() => onChange({ open: undefined, tab: undefined })}
      />
    );
  }
  if (!filter.begin || !mayWrite) {
    return null;
  }
  return (
    <Making
      type={filter.begin === "any" ? "" : filter.begin}
      onType={(type) => onChange({ new: type || "any" })}
      onClose={() => onChange({ new: undefined })}
      onMade={(open, tab) => onChange({ new: undefined, open, tab })}
    />
  );
}
