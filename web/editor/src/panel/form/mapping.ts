/** The field that somebody was in last: where a path goes that is picked by key. */

import { type FocusEvent, useCallback, useEffect, useRef } from "react";
import { create } from "zustand";

type Insert = (code: string) => void;

interface Mapping {
  readonly insert: Insert | null;
  readonly title: string;
}

const NOWHERE: Mapping = { insert: null, title: "" };

export const useMapping = create<Mapping>()(() => NOWHERE);

/**
 * What a field does when it gets the focus: from then on paths go into it, as it is when they come,
 * until another field has the focus or this one is gone. Null: it takes none.
 */
export function useMapped(insert: Insert | null, title: string): (event: FocusEvent) => void {
  const latest = useRef(insert);
  useEffect(() => {
    latest.current = insert;
  });
  const stable = useCallback<Insert>((code) => latest.current?.(code), []);
  useEffect(
    () => () => {
      if (useMapping.getState().insert === stable) {
        useMapping.setState(NOWHERE);
      }
    },
    [stable],
  );
  return (event) => {
    event.stopPropagation();
    useMapping.setState({ insert: insert ? stable : null, title });
  };
}
