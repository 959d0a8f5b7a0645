/** The fields of a node in tests, and its config beside them. */

import { useState } from "react";
import type { Path } from "~/model/expression";
import { NO_DATA } from "~/panel/expression/completing";
import { type Form, FormProvider } from "~/panel/form/Form";
import type { Field } from "~/panel/form/fields";
import { SchemaForm } from "~/panel/form/SchemaForm";
import { show } from "./shown";

type Config = Readonly<Record<string, unknown>>;

/** Show fields with a config; what it is now, and a way back to what it was. */
export function fill(fields: readonly Field[], given: Config, readOnly = false) {
  let config = given;
  let undo = () => {};
  function Fields() {
    const [now, setNow] = useState(given);
    config = now;
    undo = () => setNow(given);
    const form: Form = {
      node: { id: "n", name: "N", type: "penstock/data.set" },
      readOnly,
      set: (path, value) => setNow((before) => changed(before, path, value) as Config),
      wrongAt: () => undefined,
      shownAt: () => undefined,
      completing: NO_DATA,
    };
    return (
      <FormProvider value={form}>
        <SchemaForm fields={fields} values={now} path={[]} />
      </FormProvider>
    );
  }
  const { user } = show(<Fields />);
  return { user, config: () => config, undo: () => undo() };
}

function changed(at: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) {
    return value;
  }
  if (Array.isArray(at)) {
    return at.map((one, index) => (index === first ? changed(one, rest, value) : one));
  }
  const { [first]: before, ...others } = (at ?? {}) as Config;
  const after = changed(before, rest, value);
  return after === undefined ? others : { ...others, [first]: after };
}
