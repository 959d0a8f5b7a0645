/** What the form of a credential has to fill in, and what is sent of it. No React in it. */

import type { models } from "~/api/client";

/** Schemes that are told by a request, and so need hosts to send it to. */
const NO_HOSTS: readonly string[] = ["login", "incoming"];
/** Fields that say where a secret goes: whoever changes one enters the secret again. */
const LEADS: readonly string[] = [
  ...["host", "port", "tls", "authority"],
  ...["token_url", "device_url", "authorize_url", "issuer"],
];

export interface FormField {
  readonly name: string;
  readonly title: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly kind: "text" | "choice" | "number" | "check";
  readonly secret: boolean;
  readonly multiline: boolean;
  readonly advanced: boolean;
  readonly required: boolean;
  /** Value and title of each. */
  readonly choices: readonly (readonly [string, string])[];
  readonly preset: string;
  readonly pattern: string;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** Shown only where these fields have one of these values. */
  readonly showIf: Readonly<Record<string, readonly unknown[]>>;
}

/** What somebody has entered so far. */
export interface Entered {
  readonly name: string;
  /** By field; a secret that stays as it is has none. */
  readonly values: Readonly<Record<string, string>>;
  /** Secrets that are kept elsewhere, and where. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** Secrets whose value is to be taken away. */
  readonly emptied: readonly string[];
  /** One on each line. */
  readonly hosts: string;
  readonly rotateDays: string;
}

/** What is wrong with a field: a key of the words of this part. */
export type Wrong = "missing" | "again" | "pattern" | "number" | "host" | "anyHost" | "days";

type Table = Readonly<Record<string, unknown>>;

function table(value: unknown): Table {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Table)
    : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

function kindOf(schema: Table): FormField["kind"] {
  if (schema.enum) {
    return "choice";
  }
  if (schema.type === "boolean") {
    return "check";
  }
  return schema.type === "integer" || schema.type === "number" ? "number" : "text";
}

function fieldOf(name: string, schema: Table, required: boolean): FormField {
  const hints = table(schema["x-ui"]);
  const titles = list(hints.titles);
  const numeric = (value: unknown) => (typeof value === "number" ? value : undefined);
  return {
    name,
    title: text(schema.title) || name,
    hint: text(hints.hint) || text(schema.description),
    placeholder: text(hints.placeholder),
    kind: kindOf(schema),
    secret: schema.writeOnly === true,
    multiline: hints.multiline === true,
    advanced: hints.advanced === true,
    required: required || hints.required === true,
    choices: list(schema.enum).map((one, at) => [text(one), text(titles[at] ?? one)] as const),
    preset: text(schema.default),
    pattern: text(schema.pattern),
    minimum: numeric(schema.minimum),
    maximum: numeric(schema.maximum),
    showIf: Object.fromEntries(
      Object.entries(table(hints.showIf)).map(([field, values]) => [field, list(values)]),
    ),
  };
}

/** The fields that the schema of a type describes. */
export function fieldsOf(schema: Table): readonly FormField[] {
  const required = list(schema.required);
  return Object.entries(table(schema.properties)).map(([name, one]) =>
    fieldOf(name, table(one), required.includes(name)),
  );
}

export function isShown(field: FormField, values: Entered["values"]): boolean {
  return Object.entries(field.showIf).every(([name, wanted]) =>
    wanted.some((one) => text(one) === (values[name] ?? "")),
  );
}

export function needsHosts(type: models.TypeShown): boolean {
  return !NO_HOSTS.includes(type.kind) && type.hosts.length === 0;
}

/** Where the form begins: with what is known, or what the type proposes. */
export function begun(
  fields: readonly FormField[],
  name: string,
  known?: models.CredentialsListed,
): Entered {
  const open = fields.filter((field) => !field.secret);
  const value = (field: FormField) =>
    known ? text(known.public[field.name]) : field.preset || (field.choices[0]?.[0] ?? "");
  return {
    name: known?.name ?? name,
    values: Object.fromEntries(open.map((field) => [field.name, value(field)])),
    elsewhere: {},
    emptied: [],
    hosts: (known?.hosts ?? []).join("\n"),
    rotateDays: text(known?.rotate_days),
  };
}

export function hostsOf(entered: Entered): readonly string[] {
  return entered.hosts
    .split(/[\s,]+/)
    .map((one) => one.trim())
    .filter(Boolean);
}

/** Is there a value, or will there be one? */
function isFilled(field: FormField, entered: Entered, known?: models.CredentialsListed): boolean {
  const { name } = field;
  if (entered.values[name] || entered.elsewhere[name]) {
    return true;
  }
  return field.secret && !entered.emptied.includes(name) && (known?.filled.includes(name) ?? false);
}

function wrongNumber(field: FormField, value: string): boolean {
  const found = Number(value);
  return (
    !Number.isFinite(found) ||
    (field.minimum !== undefined && found < field.minimum) ||
    (field.maximum !== undefined && found > field.maximum)
  );
}

function wrongIn(
  field: FormField,
  entered: Entered,
  known?: models.CredentialsListed,
): Wrong | null {
  if (!isShown(field, entered.values)) {
    return null;
  }
  const value = entered.values[field.name] ?? "";
  if (!isFilled(field, entered, known)) {
    return field.required ? "missing" : null;
  }
  if (value && field.kind === "number" && wrongNumber(field, value)) {
    return "number";
  }
  return value && field.pattern && !fits(field.pattern, value) ? "pattern" : null;
}

/** What a package wrote may be no pattern here; then the server says what is wrong. */
function fits(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

/** Would what is kept be sent to another place than before? The server refuses that too. */
function leadsElsewhere(
  type: models.TypeShown,
  entered: Entered,
  known: models.CredentialsListed,
): boolean {
  if (needsHosts(type) && hostsOf(entered).some((host) => !known.hosts.includes(host))) {
    return true;
  }
  const turns = type.kind === "login" || type.kind === "oauth2";
  const differs = (name: string) => (entered.values[name] ?? "") !== text(known.public[name]);
  return turns && LEADS.some(differs);
}

function isKept(field: FormField, entered: Entered, known: models.CredentialsListed): boolean {
  const { name } = field;
  const touched = entered.values[name] || entered.elsewhere[name] || entered.emptied.includes(name);
  return field.secret && known.filled.includes(name) && !touched;
}

function wrongHosts(hosts: readonly string[]): Wrong | null {
  if (hosts.length === 0) {
    return "missing";
  }
  if (hosts.some((one) => /^(https?:\/\/)?\*$/.test(one))) {
    return "anyHost";
  }
  return hosts.every((one) => /^([a-z]+:\/\/)?[^\s/]+\/?$/i.test(one)) ? null : "host";
}

/** What keeps it from being sent, by field; `name`, `hosts` and `rotateDays` have an @. */
export function wrongs(
  type: models.TypeShown,
  entered: Entered,
  known?: models.CredentialsListed,
): Readonly<Record<string, Wrong>> {
  const elsewhere = known ? leadsElsewhere(type, entered, known) : false;
  const found: [string, Wrong | null][] = fieldsOf(type.schema).map((field) => [
    field.name,
    known && elsewhere && isKept(field, entered, known) ? "again" : wrongIn(field, entered, known),
  ]);
  found.push(["@name", entered.name.trim() ? null : "missing"]);
  if (needsHosts(type)) {
    found.push(["@hosts", wrongHosts(hostsOf(entered))]);
  }
  const days = Number(entered.rotateDays || 1);
  found.push(["@rotateDays", Number.isInteger(days) && days >= 1 && days <= 3_650 ? null : "days"]);
  return Object.fromEntries(found.filter((one): one is [string, Wrong] => one[1] !== null));
}

function sent(field: FormField, value: string): unknown {
  if (field.kind === "number") {
    return Number(value);
  }
  return field.kind === "check" ? value === "true" : value;
}

/** The body of a new credential. */
export function given(type: models.TypeShown, entered: Entered): models.CredentialGiven {
  const fields = fieldsOf(type.schema).filter(
    (field) => isShown(field, entered.values) && entered.values[field.name],
  );
  return {
    name: entered.name.trim(),
    type: type.type,
    fields: Object.fromEntries(
      fields.map((field) => [field.name, sent(field, entered.values[field.name] ?? "")]),
    ),
    references: entered.elsewhere,
    ...(needsHosts(type) ? { hosts: hostsOf(entered) } : {}),
    rotate_days: entered.rotateDays ? Number(entered.rotateDays) : null,
  };
}

/** The body of a change: only what is different. */
export function changed(
  type: models.TypeShown,
  entered: Entered,
  known: models.CredentialsListed,
): models.CredentialChange {
  const before = begun(fieldsOf(type.schema), "", known);
  const fields: Record<string, unknown> = Object.fromEntries(
    entered.emptied.map((name) => [name, null]),
  );
  for (const field of fieldsOf(type.schema)) {
    const value = isShown(field, entered.values) ? (entered.values[field.name] ?? "") : "";
    if (value !== (before.values[field.name] ?? "")) {
      fields[field.name] = value ? sent(field, value) : null;
    }
  }
  const hosts = hostsOf(entered);
  const days = entered.rotateDays ? Number(entered.rotateDays) : null;
  return {
    ...(entered.name.trim() === known.name ? {} : { name: entered.name.trim() }),
    ...(Object.keys(fields).length ? { fields } : {}),
    ...(Object.keys(entered.elsewhere).length ? { references: entered.elsewhere } : {}),
    ...(needsHosts(type) && hosts.join("\n") !== known.hosts.join("\n") ? { hosts } : {}),
    ...(days === known.rotate_days ? {} : { rotate_days: days }),
  };
}
