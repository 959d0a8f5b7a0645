/** What the fields of a node share: how a value is changed, and what is known of it. */

import type { models } from "@penstock/client";
import { createContext, useContext } from "react";
import type { Finding, Node } from "~/model/document";
import type { Path } from "~/model/expression";
import type { Completing } from "../expression/completing";

export interface Form {
  readonly node: Node;
  readonly readOnly: boolean;
  /** Undefined takes the value away. `where`: what was changed, if it is only a part of the value. */
  readonly set: (path: Path, value: unknown, where?: Path) => void;
  /** What is wrong with the field at a place such as `rows[0].name`. */
  readonly wrongAt: (place: string) => Finding | undefined;
  /** What the expression at a place gives. */
  readonly shownAt: (place: string) => models.Shown | undefined;
  readonly completing: Completing;
}

const FormScope = createContext<Form | null>(null);
export const FormProvider = FormScope.Provider;

export function useForm(): Form {
  const form = useContext(FormScope);
  if (!form) {
    throw new Error("A field stands outside of a form.");
  }
  return form;
}
