/** Whether the logs of the run are shown, how high, and which of their sides. */

import { create } from "zustand";
import type { Side } from "./steps/StepDetail";

const HEIGHT = "penstock.logs.height";
export const LEAST_PX = 140;

interface Logs {
  readonly open: boolean;
  readonly height: number;
  readonly side: Side;
}

export const useLogs = create<Logs>()(() => ({
  open: false,
  height: Number(localStorage.getItem(HEIGHT)) || 280,
  side: "output",
}));

export function turnLogs(open = !useLogs.getState().open): void {
  useLogs.setState({ open });
}

export function resize(height: number): void {
  const most = Math.max(LEAST_PX, window.innerHeight - 220);
  const next = Math.round(Math.min(most, Math.max(LEAST_PX, height)));
  localStorage.setItem(HEIGHT, String(next));
  useLogs.setState({ height: next });
}
