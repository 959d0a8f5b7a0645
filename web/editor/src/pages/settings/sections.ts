/** The sections of the settings, whom they concern, and who may see them. */

export const GROUPS = ["you", "workspace", "organization", "server"] as const;

export interface Section {
  readonly id: string;
  readonly group: (typeof GROUPS)[number];
  readonly grant: string;
}

export const SECTIONS: readonly Section[] = [
  { id: "profile", group: "you", grant: "account:read" },
  { id: "security", group: "you", grant: "account:read" },
  { id: "appearance", group: "you", grant: "account:read" },
  { id: "keys", group: "you", grant: "account:read" },
  { id: "workspace", group: "workspace", grant: "workspace:read" },
  { id: "members", group: "workspace", grant: "member:read" },
  { id: "tokens", group: "workspace", grant: "account:read" },
  { id: "destinations", group: "workspace", grant: "workspace:write" },
  { id: "audit", group: "workspace", grant: "audit:read" },
  { id: "organization", group: "organization", grant: "organization:read" },
  { id: "workspaces", group: "organization", grant: "workspace:read" },
  { id: "teams", group: "organization", grant: "organization:read" },
  { id: "roles", group: "organization", grant: "role:read" },
  { id: "users", group: "server", grant: "settings:read" },
  { id: "providers", group: "server", grant: "settings:read" },
  { id: "packages", group: "server", grant: "node:read" },
  { id: "server", group: "server", grant: "settings:read" },
  { id: "about", group: "server", grant: "account:read" },
];

export function mayOpen(section: Section, grants: readonly string[]): boolean {
  return grants.includes(section.grant);
}
