/** A default with parts: as long as nothing is written, what is set in it is set in a copy of it. */

import { useMemo } from "react";
import { setIn } from "~/model/edit/nodes";
import { type Form, useForm } from "./Form";
import type { FieldProps } from "./FormField";

/** The form for what stands in a field with parts. */
export function useWithin({
  field: { initial },
  value,
  path,
}: Pick<FieldProps, "field" | "value" | "path">): Form {
  const form = useForm();
  const key = JSON.stringify(path);
  const isShownOnly = (value ?? null) === null && typeof initial === "object" && initial !== null;
  return useMemo(
    () => (isShownOnly ? writingFirst(form, JSON.parse(key), initial as object) : form),
    [form, key, initial, isShownOnly],
  );
}

/** What is set at or in `whole` is written together with the default that stands there. */
function writingFirst(form: Form, whole: FieldProps["path"], initial: object): Form {
  return {
    ...form,
    set: (path, value, where = path) => {
      const isInside = path.length > whole.length && whole.every((key, at) => key === path[at]);
      if (!isInside) {
        form.set(path, value, where);
        return;
      }
      const copy = structuredClone(initial);
      setIn(copy, path.slice(whole.length), value);
      form.set(whole, copy, where);
    },
  };
}
