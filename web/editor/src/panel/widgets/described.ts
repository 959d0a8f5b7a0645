import { fieldPath } from "~/model/expression";
import { useForm } from "../form/Form";
import type { ControlProps } from "./Control";

/** The attributes that lead from an input to what is said below it. */
export function useDescribed({ id, field, path }: ControlProps) {
  const form = useForm();
  const wrong = form.wrongAt(fieldPath(path));
  const hint = field.hint || field.description;
  const described = [wrong ? `${id}-wrong` : "", hint ? `${id}-hint` : ""]
    .filter(Boolean)
    .join(" ");
  return {
    id,
    "aria-describedby": described || undefined,
    "aria-invalid": wrong && wrong.level !== "warning" ? true : undefined,
    "aria-required": field.required || undefined,
  };
}
