import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { useList } from "../useList";

export const ROLES = ["roles"] as const;

const NO_ROLES: readonly models.Role[] = [];

/** The roles that can be given, and what each is called. */
export function useRoles() {
  const { t } = useTranslation();
  const may = useGrant("role:read");
  const query = useList(ROLES, () => api().listRoles(), may);
  const roles = query.data ?? NO_ROLES;
  const nameOf = (id: string): string => {
    const found = roles.find((role) => role.id === id);
    return found && !found.built_in ? found.name : t(`settings.role.${id}`, id);
  };
  return { query, roles, nameOf };
}
