/** All commands of the canvas. */

import { useEffect } from "react";
import type { Scene } from "../view/useScene";
import { watchSpace } from "./spaceKey";
import { useAdding } from "./useAdding";
import { useChanging } from "./useChanging";
import { type Taking, useClipboard } from "./useClipboard";
import { useExtracting } from "./useExtracting";
import { useGrouping } from "./useGrouping";
import { useLinks } from "./useLinks";
import { useMoving } from "./useMoving";
import { usePinning } from "./usePinning";
import { useViewing } from "./useViewing";
import { useWalking } from "./useWalking";

/** Gives back what puts something else onto the canvas. */
export function useCanvasCommands(scene: Scene, editable: boolean): Taking {
  useEffect(watchSpace, []);
  useWalking(scene);
  useMoving(scene, editable);
  useViewing();
  useAdding(scene, editable);
  useChanging(scene, editable);
  useGrouping(scene, editable);
  useExtracting(scene, editable);
  usePinning(editable);
  useLinks(scene);
  return useClipboard(scene, editable);
}
