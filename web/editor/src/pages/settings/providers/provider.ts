/** A provider as its form has it; pure. */

import type { models } from "@penstock/client";

export interface Given {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly issuer: string;
  readonly client_id: string;
  /** Empty: the one that it has stays. */
  readonly client_secret: string;
  /** Whether people without an account get one, and their role. */
  readonly creates: boolean;
  readonly role: string;
  readonly enabled: boolean;
}

export function begun(provider: models.ProviderShown | null): Given {
  const role = provider?.settings.role;
  return {
    id: provider?.id ?? "",
    kind: provider?.kind ?? "oidc",
    name: provider?.name ?? "",
    issuer: provider?.issuer ?? "",
    client_id: provider?.client_id ?? "",
    client_secret: "",
    creates: provider?.settings.creates_users === true,
    role: typeof role === "string" && role ? role : "member",
    enabled: !provider?.disabled,
  };
}

/** What is sent; settings that the form does not know stay as they are. */
export function bodyOf(given: Given, before: models.ProviderShown | null): models.ProviderGiven {
  return {
    kind: given.kind,
    name: given.name.trim(),
    issuer: given.issuer.trim(),
    client_id: given.client_id.trim(),
    client_secret: given.client_secret,
    disabled: !given.enabled,
    settings: {
      ...before?.settings,
      creates_users: given.creates,
      ...(given.creates ? { role: given.role } : {}),
    },
  };
}
