/** An execution as one file: what ran, how each step went, what came out and what was written. */

import { api } from "~/api/client";

const MOST_STEPS = 500;

export async function download(execution: string): Promise<void> {
  const [shown, document, logs] = await Promise.all([
    api().showExecution(execution),
    api().showExecutionDocument(execution),
    api().listLogs(execution, { limit: 1_000 }),
  ]);
  const steps: unknown[] = [];
  for await (const step of api().listSteps(execution, { limit: 200 })) {
    const ports = Object.entries(step.counts ?? {}).filter(([, count]) => count > 0);
    const output: Record<string, unknown> = {};
    for (const [port] of ports) {
      output[port] = await api().listItems(execution, step.node_id, step.run_index, { port });
    }
    steps.push({ ...step, output });
    if (steps.length >= MOST_STEPS) {
      break;
    }
  }
  const text = JSON.stringify({ ...shown, document, steps, logs: logs.items }, null, 2);
  save(new Blob([text], { type: "application/json" }), `execution-${execution}.json`);
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(window.document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
