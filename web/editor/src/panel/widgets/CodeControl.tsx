import { CodeEditor } from "../code/CodeEditor";
import { languageOf } from "../code/languages";
import { useForm } from "../form/Form";
import type { ControlProps } from "./Control";

/** A program or a query: never a template, so a dropped field stands there as the plain path. */
export function CodeControl({ field, value, path, id }: ControlProps) {
  const form = useForm();
  const current = value ?? field.initial;
  return (
    <CodeEditor
      labelledBy={`${id}-label`}
      language={languageOf(field.language)}
      value={typeof current === "string" ? current : ""}
      readOnly={form.readOnly}
      placeholder={field.placeholder}
      completing={form.completing}
      onChange={(text) => form.set(path, text)}
      wrap={(code) => code}
      tall
    />
  );
}
