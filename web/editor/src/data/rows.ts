/** Items and their schema as flat lists of rows, so that only those on the screen are drawn. */

import { isRecord, type JsonRecord, type Kind, kindOf } from "./kinds";
import { type Path, written } from "./paths";

/** A line of a tree. */
export interface Row {
  /** Known by. */
  readonly id: string;
  readonly depth: number;
  readonly name: string;
  readonly path: Path;
  readonly kinds: readonly Kind[];
  /** Of a JSON tree: the value. Of a schema: an example. */
  readonly value: unknown;
  /** How many lines are below it; 0: it cannot be opened. */
  readonly children: number;
  readonly open: boolean;
}

/** Ids of lines that are not as they are by default. */
export type Toggled = ReadonlySet<string>;

const OPEN_UP_TO = 2;
const FEW = 100;

/** The tree of one value; lines down to the second level are open, where they are not too many. */
export function treeRows(value: unknown, toggled: Toggled, root = "", path: Path = []): Row[] {
  const rows: Row[] = [];
  const walk = (name: string, one: unknown, at: Path, depth: number) => {
    const members = membersOf(one);
    const id = root + written(at);
    const byDefault = depth < OPEN_UP_TO && members.length <= FEW;
    const open = members.length > 0 && byDefault !== toggled.has(id);
    rows.push({
      id,
      depth,
      name,
      path: at,
      kinds: [kindOf(one)],
      value: one,
      children: members.length,
      open,
    });
    if (open) {
      for (const [key, member] of members) {
        walk(String(key), member, [...at, key], depth + 1);
      }
    }
  };
  for (const [key, member] of membersOf(value)) {
    walk(String(key), member, [...path, key], 0);
  }
  return rows;
}

function membersOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) {
    return value.map((member, index) => [index, member] as const);
  }
  return isRecord(value) ? Object.entries(value) : [];
}

/** A field that items have. */
interface Shape {
  readonly kinds: Set<Kind>;
  example: unknown;
  readonly fields: Map<string, Shape>;
  /** Of lists: what their members have. */
  member: Shape | null;
}

const SAMPLED = 20;

/** The fields of all these items, each with an example: what can be mapped. */
export function schemaRows(items: readonly JsonRecord[], toggled: Toggled): Row[] {
  const shape = newShape();
  for (const item of items) {
    learn(shape, item, 0);
  }
  const rows: Row[] = [];
  const walk = (name: string, one: Shape, path: Path, depth: number) => {
    const inside = insideOf(one);
    const id = written(path);
    const open = inside.length > 0 && depth < OPEN_UP_TO !== toggled.has(id);
    rows.push({
      id,
      depth,
      name,
      path,
      kinds: [...one.kinds],
      value: one.example,
      children: inside.length,
      open,
    });
    if (open) {
      for (const [key, member] of inside) {
        walk(String(key), member, [...path, key], depth + 1);
      }
    }
  };
  for (const [key, member] of shape.fields) {
    walk(key, member, [key], 0);
  }
  return rows;
}

function newShape(): Shape {
  return { kinds: new Set(), example: undefined, fields: new Map(), member: null };
}

/** Of a list the first member stands for all of them. */
function insideOf(shape: Shape): readonly (readonly [string | number, Shape])[] {
  const fields = [...shape.fields];
  return shape.member && (shape.member.fields.size > 0 || shape.member.member)
    ? [...fields, [0, shape.member] as const]
    : fields;
}

function learn(shape: Shape, value: unknown, depth: number): void {
  const kind = kindOf(value);
  if (kind !== "nothing" || shape.kinds.size === 0) {
    shape.kinds.add(kind);
    if (kind !== "nothing") {
      shape.kinds.delete("nothing");
    }
  }
  if (shape.example === undefined || shape.example === null || shape.example === "") {
    shape.example = value;
  }
  if (depth > 8) {
    return;
  }
  if (Array.isArray(value)) {
    shape.member ??= newShape();
    for (const member of value.slice(0, SAMPLED)) {
      learn(shape.member, member, depth + 1);
    }
  } else if (isRecord(value)) {
    for (const [key, member] of Object.entries(value)) {
      const field = shape.fields.get(key) ?? newShape();
      shape.fields.set(key, field);
      learn(field, member, depth + 1);
    }
  }
}

const MOST_COLUMNS = 60;

/** The fields that at least one item has, in the order in which they are seen. */
export function columnsOf(items: readonly (JsonRecord | null)[]): readonly string[] {
  const seen = new Set<string>();
  for (const item of items) {
    for (const key of Object.keys(item ?? {})) {
      seen.add(key);
      if (seen.size >= MOST_COLUMNS) {
        return [...seen];
      }
    }
  }
  return [...seen];
}

/** Does a name or a value say this? */
export function says(row: Row, wanted: string): boolean {
  const text = `${row.name} ${typeof row.value === "object" ? "" : String(row.value)}`;
  return text.toLowerCase().includes(wanted.toLowerCase());
}

/** The lines that say it, with those that lead to them. */
export function found(rows: readonly Row[], wanted: string): readonly Row[] {
  if (!wanted) {
    return rows;
  }
  const kept = new Set<string>();
  for (const row of rows) {
    if (says(row, wanted)) {
      for (const other of rows) {
        if (leadsTo(other.path, row.path)) {
          kept.add(other.id);
        }
      }
    }
  }
  return rows.filter((row) => kept.has(row.id));
}

function leadsTo(above: Path, below: Path): boolean {
  return above.length <= below.length && above.every((part, index) => part === below[index]);
}
