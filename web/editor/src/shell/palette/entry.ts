import type { ReactNode } from "react";

/** Something that the palette leads to. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  /** What else is said of it, behind its title. */
  readonly note?: string;
  readonly icon: ReactNode;
  /** As a person reads them. */
  readonly keys?: string;
  /** Other words that find it. */
  readonly words?: readonly string[];
  readonly act: () => void;
}

export interface Entries {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly Entry[];
}
