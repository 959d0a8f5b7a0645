import type { SelectHTMLAttributes } from "react";
import { Select } from "~/ui";
import { useRoles } from "./useRoles";

interface Props extends SelectHTMLAttributes<HTMLSelectElement> {
  /** Who belongs to an organization may do so without doing anything. */
  readonly withMember: boolean;
}

/** One of the roles. */
export function RoleSelect({ withMember, ...rest }: Props) {
  const { roles, nameOf } = useRoles();
  return (
    <Select {...rest}>
      {roles
        .filter((role) => withMember || role.id !== "member" || rest.value === "member")
        .map((role) => (
          <option key={role.id} value={role.id}>
            {nameOf(role.id)}
          </option>
        ))}
    </Select>
  );
}
