import { useMemo, useState } from "react";
import type { models } from "~/api/client";
import { begun, type Entered, fieldsOf, type Wrong, wrongs } from "./form";

const NONE: Readonly<Record<string, Wrong>> = {};

/** What is entered into the form of a type, and what is wrong with it once it was to be sent. */
export function useEntering(type: models.TypeShown, known?: models.CredentialsListed) {
  const fields = useMemo(() => fieldsOf(type.schema), [type]);
  const [entered, setEntered] = useState<Entered>(() => begun(fields, type.title, known));
  const [looking, setLooking] = useState(false);
  const wrong = useMemo(() => wrongs(type, entered, known), [type, entered, known]);
  const change = (part: Partial<Entered>) => setEntered((now) => ({ ...now, ...part }));
  return {
    fields,
    entered,
    change,
    wrong: looking ? wrong : NONE,
    setValue: (name: string, value: string) =>
      setEntered((now) => ({
        ...now,
        values: { ...now.values, [name]: value },
        emptied: now.emptied.filter((one) => one !== name),
      })),
    /** Show what is wrong from now on; whether nothing is. */
    isRight: () => {
      setLooking(true);
      return Object.keys(wrong).length === 0;
    },
  };
}

export type Entering = ReturnType<typeof useEntering>;
