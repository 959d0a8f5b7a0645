import { Eye, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { Badge, Button, IconButton, Table } from "~/ui";
import { Listed } from "../Listed";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useRemoving } from "../useRemoving";
import { RoleForm } from "./RoleForm";
import { ROLES, useRoles } from "./useRoles";

/** What people may do: the roles that everybody has, and one's own. */
export function Roles() {
  const { t } = useTranslation();
  const may = useGrant("role:write");
  const { query } = useRoles();
  const [open, setOpen] = useState<models.Role | "new" | null>(null);
  return (
    <Section
      first
      title={t("settings.section.roles")}
      text={t("settings.rolesText")}
      actions={
        may ? (
          <Button look="primary" onClick={() => setOpen("new")}>
            <Plus aria-hidden />
            {t("settings.roleAdd")}
          </Button>
        ) : null
      }
    >
      <Listed query={query} empty={null}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("settings.role.title")}</th>
                <th scope="col">{t("settings.scopes")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((role) => (
                <Row key={role.id} role={role} onOpen={() => setOpen(role)} />
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
      {open ? <RoleForm role={open === "new" ? null : open} onClose={() => setOpen(null)} /> : null}
    </Section>
  );
}

function Row({ role, onOpen }: { readonly role: models.Role; readonly onOpen: () => void }) {
  const { t } = useTranslation();
  const may = useGrant("role:write");
  const { nameOf } = useRoles();
  const name = nameOf(role.id);
  const changeable = may && !role.built_in;
  const ask = useRemoving(
    () => api().removeRole(role.id),
    () => ({
      title: t("settings.roleRemove", { name }),
      text: t("settings.roleRemoveText"),
    }),
    [ROLES],
  );
  return (
    <tr>
      <td>
        <span className={css.strong}>{name}</span>{" "}
        {role.built_in ? <Badge>{t("settings.builtIn")}</Badge> : null}
        <br />
        <span className={css.muted}>
          {role.built_in ? t(`settings.roleHint.${role.id}`, "") : null}
        </span>
      </td>
      <td>{t("settings.scopeCount", { count: role.grants.length })}</td>
      <td className={css.right}>
        <span className={css.rowActions}>
          <IconButton
            label={t(changeable ? "settings.roleEdit" : "settings.roleShow", { name })}
            onClick={onOpen}
          >
            {changeable ? <Pencil /> : <Eye />}
          </IconButton>
          {changeable ? (
            <IconButton label={t("settings.roleRemove", { name })} onClick={() => ask()}>
              <Trash2 />
            </IconButton>
          ) : null}
        </span>
      </td>
    </tr>
  );
}
