/** The workflow document, as the server describes it, and how it is read. */

import type { models } from "@penstock/client";

export type Document = models.Document;
export type Node = models.NodeSpec;
export type Edge = models.EdgeSpec;
export type Note = models.Note;
export type Group = models.Group;
export type Comment = models.Comment;
export type Item = models.Item;
export type NodeSettings = models.NodeSettings;
export type Finding = models.Finding;
export type NodePorts = models.NodePorts;
export type Port = models.PortListed;
export type NodeType = models.NodeListed;
export type Config = Readonly<Record<string, unknown>>;
export type Point = readonly [number, number];

/** What can be changed inside of an edit: the same types without `readonly`. */
export type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
export type DocumentDraft = Mutable<Document>;

/** One end of an edge: a node and a port. */
export interface End {
  readonly node: string;
  readonly port: string;
}

export const source = (edge: Edge): End => end(edge.from);
export const target = (edge: Edge): End => end(edge.to);

function end(pair: readonly string[]): End {
  return { node: pair[0] ?? "", port: pair[1] ?? "main" };
}

/** What an edge is known by on the canvas. */
export function edgeId(edge: Edge): string {
  return `${edge.from.join("\u0000")}\u0001${edge.to.join("\u0000")}\u0001${edge.kind ?? "main"}`;
}

export const nodesOf = (document: Document): readonly Node[] => document.nodes ?? [];
export const edgesOf = (document: Document): readonly Edge[] => document.edges ?? [];

export function findNode(document: Document, id: string): Node | undefined {
  return nodesOf(document).find((node) => node.id === id);
}

export function placeOf(document: Document, id: string): Point {
  const place = document.layout?.[id];
  return [place?.[0] ?? 0, place?.[1] ?? 0];
}

export const EMPTY: Document = { format: "penstock/1", name: "" };
