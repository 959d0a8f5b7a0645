/** Workflows on their way into a folder. */

import type { DragEvent } from "react";

const KIND = "application/x-penstock-workflows";

export function carry(event: DragEvent, ids: readonly string[]): void {
  event.dataTransfer.setData(KIND, JSON.stringify(ids));
  event.dataTransfer.effectAllowed = "move";
}

export const carries = (event: DragEvent): boolean => event.dataTransfer.types.includes(KIND);

export function carried(event: DragEvent): readonly string[] {
  const read: unknown = JSON.parse(event.dataTransfer.getData(KIND) || "[]");
  return Array.isArray(read) ? read.filter((one) => typeof one === "string") : [];
}
