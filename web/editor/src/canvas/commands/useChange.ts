/** Edits that are made on the canvas: each writes down first where things stand. */

import { useCallback } from "react";
import { useEditing } from "~/editing/store";
import type { Recipe } from "~/model/history";
import { settle } from "../view/placed";
import type { Scene } from "../view/useScene";

export type Changing = (label: string, recipe: Recipe, merge?: string) => void;

export function useChange(scene: Scene): Changing {
  const { boxes } = scene;
  return useCallback(
    (label, recipe, merge) => {
      const whole: Recipe = (draft) => {
        settle(draft, boxes);
        recipe(draft);
      };
      useEditing.getState().edit(label, whole, merge);
    },
    [boxes],
  );
}
