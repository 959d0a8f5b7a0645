/** Which menu of the canvas is open, and where on the page. */

import { create } from "zustand";

export interface Asked {
  readonly kind: "node" | "edge" | "canvas";
  readonly x: number;
  readonly y: number;
}

interface MenuState {
  readonly asked: Asked | null;
}

export const useCanvasMenu = create<MenuState>()(() => ({ asked: null }));

export function openMenu(asked: Asked): void {
  useCanvasMenu.setState({ asked });
}

export function closeMenu(): void {
  useCanvasMenu.setState({ asked: null });
}
