/** Saying something to the draft, and what it answers. */

import { api } from "~/api/client";
import { useEditing } from "~/editing/store";
import { show, staysHere } from "~/running/start";

export function newTalk(): string {
  return crypto.getRandomValues(new Uint32Array(2)).join("-");
}

/** The answer as a chat gives it: `output`, `text` or `message` of the last item. */
export async function ask(trigger: string, text: string, talk: string): Promise<string> {
  const { workflow, history, saving, readOnly } = useEditing.getState();
  const isHere = staysHere();
  const ahead = saving !== "saved" && !readOnly;
  const { value } = await api().runDraft(
    workflow,
    {
      start: trigger,
      items: [{ json: { chatInput: text, sessionId: talk } }],
      ...(ahead ? { document: { ...history.document } } : {}),
    },
    { wait: true, timeout_s: 120 },
  );
  if (isHere()) {
    show(value.execution);
  }
  if (value.error) {
    throw new Error(value.error.message);
  }
  return answerIn(value.output?.items ?? []);
}

export function answerIn(items: readonly unknown[]): string {
  const last = record(record(items.at(-1)).json);
  const found = [last.output, last.text, last.message].find((one) => one !== undefined);
  if (found === undefined) {
    return Object.keys(last).length > 0 ? JSON.stringify(last, null, 2) : "";
  }
  return typeof found === "string" ? found : JSON.stringify(found, null, 2);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
