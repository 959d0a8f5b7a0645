/** What can be added: node types, and the things that each of them can do. */

import type { models } from "@penstock/client";
import type { NodeType } from "~/model/document";
import { isTrigger } from "~/model/ports";
import type { Entry } from "~/model/search";
import type { Dragged } from "./store";

export const SECTIONS = [
  "triggers",
  "common",
  "transform",
  "flow",
  "core",
  "files",
  "code",
  "installed",
] as const;
export type Section = (typeof SECTIONS)[number];

export interface Choice extends Entry {
  readonly type: NodeType;
  /** Undefined: the node as it is. */
  readonly action: models.Action | undefined;
  readonly section: Section;
}

const GROUPS: Readonly<Record<string, Section>> = {
  data: "transform",
  flow: "flow",
  core: "core",
  files: "files",
  code: "code",
};
/** What most workflows are made of; shown before all else. */
const COMMON: ReadonlySet<string> = new Set([
  "penstock/http.request",
  "penstock/data.set",
  "penstock/flow.if",
  "penstock/flow.switch",
  "penstock/flow.for_each",
  "penstock/code.javascript",
]);
/** Packages of ours; all others were installed by somebody. */
const OWN = /^penstock\//;
/** Nobody adds what stands for something that is not there. */
const HIDDEN: ReadonlySet<string> = new Set(["penstock/core.placeholder"]);

export function choicesOf(types: Iterable<NodeType>): readonly Choice[] {
  const known = [...types].filter((type) => !HIDDEN.has(type.id));
  known.sort((a, b) => a.title.localeCompare(b.title));
  return known.flatMap((type) => [nodeChoice(type), ...actionsOf(type)]);
}

function nodeChoice(type: NodeType): Choice {
  return {
    id: type.id,
    title: type.title,
    aliases: type.aliases,
    actions: type.actions.map((action) => action.title),
    description: type.description,
    type,
    action: undefined,
    section: sectionOf(type),
  };
}

/** What a node type can do, each as an entry of its own. */
export function actionsOf(type: NodeType): readonly Choice[] {
  return type.actions.map((action) => ({
    id: `${type.id}\u0000${action.value}`,
    title: action.title,
    aliases: [`${type.title} ${action.title}`],
    type,
    action,
    section: sectionOf(type),
  }));
}

function sectionOf(type: NodeType): Section {
  if (isTrigger(type)) {
    return "triggers";
  }
  if (COMMON.has(type.id)) {
    return "common";
  }
  return OWN.test(type.package) ? (GROUPS[type.group] ?? "core") : "installed";
}

/** What the node begins with. */
export function configOf(choice: Choice): Readonly<Record<string, unknown>> {
  return choice.action ? { [choice.action.field]: choice.action.value } : {};
}

export function draggedOf(choice: Choice): Dragged {
  return {
    type: choice.type.id,
    version: choice.type.version,
    title: choice.type.title,
    config: configOf(choice),
  };
}
