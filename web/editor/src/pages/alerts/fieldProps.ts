import type { Entered } from "./rule";

export interface FieldProps {
  readonly entered: Entered;
  readonly onChange: (part: Partial<Entered>) => void;
  /** What is wrong with a field, if anything. */
  readonly words: (field: keyof Entered) => string | undefined;
}
