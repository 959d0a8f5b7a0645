/** The note or group that is written in now; empty: none is. */

import { create } from "zustand";

export const useNaming = create<{ readonly id: string }>()(() => ({ id: "" }));
