import { create } from "zustand";

interface Palette {
  readonly open: boolean;
  toggle(): void;
  close(): void;
}

export const usePalette = create<Palette>()((set) => ({
  open: false,
  toggle: () => set(({ open }) => ({ open: !open })),
  close: () => set({ open: false }),
}));
