/** Making edges: what can be connected with what, and how it is said. */

import type { Connection } from "@xyflow/react";
import type { Document, End, Port } from "~/model/document";
import { type Misfit, misfit } from "~/model/ports";
import { INTO, OUT } from "../view/assemble";
import type { StepView } from "../view/types";

export type Steps = ReadonlyMap<string, StepView>;

export interface Fit {
  readonly from: End;
  readonly to: End;
  readonly kind: string;
}

/** The ends that a connection of the canvas names; none where one is of a folded group. */
export function endsOf(connection: Connection): { from: End; to: End } | undefined {
  const { source, target, sourceHandle, targetHandle } = connection;
  const grouped = sourceHandle === OUT && targetHandle === INTO;
  return grouped
    ? undefined
    : {
        from: { node: source, port: sourceHandle ?? "main" },
        to: { node: target, port: targetHandle ?? "main" },
      };
}

/** What keeps two ends from being connected; undefined: nothing. */
export function faultBetween(
  document: Document,
  steps: Steps,
  from: End,
  to: End,
): Misfit | undefined {
  const out = plug(steps, from, "outputs");
  const into = plug(steps, to, "inputs");
  return out && into ? misfit(document, out, into) : "missing";
}

function plug(steps: Steps, end: End, side: "inputs" | "outputs") {
  const view = steps.get(end.node);
  const port = view?.[side].find((one) => one.name === end.port);
  return view && port ? { node: view.spec, port } : undefined;
}

export function kindOf(steps: Steps, from: End): string {
  return plug(steps, from, "outputs")?.port.kind ?? "main";
}

/** An end that something can be connected with. */
export interface Candidate {
  readonly end: End;
  readonly view: StepView;
  readonly port: Port;
}

/** All that an end can be connected with, the nearest along the flow first. */
export function candidates(
  document: Document,
  steps: Steps,
  end: End,
  side: "in" | "out",
): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const [node, view] of steps) {
    for (const port of side === "out" ? view.inputs : view.outputs) {
      const other = { node, port: port.name };
      const [from, to] = side === "out" ? [end, other] : [other, end];
      if (node !== end.node && !faultBetween(document, steps, from, to)) {
        found.push({ end: other, view, port });
      }
    }
  }
  return found;
}

/** The first port of a node that an end fits, where a wire is dropped on the node and not on a port. */
export function fitOn(
  document: Document,
  steps: Steps,
  end: End,
  side: "in" | "out",
  node: string,
): End | undefined {
  return candidates(document, steps, end, side).find((one) => one.end.node === node)?.end;
}
