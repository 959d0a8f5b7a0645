/** What a canvas lets people do, for the parts that are drawn on it. */

import { createContext, useContext } from "react";

export interface Mode {
  readonly editable: boolean;
  readonly openNode: (id: string) => void;
}

export const ModeContext = createContext<Mode>({ editable: false, openNode: () => undefined });

export const useMode = (): Mode => useContext(ModeContext);
