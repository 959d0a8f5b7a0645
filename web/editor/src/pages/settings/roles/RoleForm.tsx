import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import { FormFailure } from "~/pages/account/FormFailure";
import { useSending } from "~/pages/account/useSending";
import { Button, Dialog, Field, Input } from "~/ui";
import { GrantChecks } from "../GrantChecks";
import { ROLES, useRoles } from "./useRoles";

interface Props {
  /** Null: a new one. */
  readonly role: models.Role | null;
  readonly onClose: () => void;
}

/** What a role may do: to be read, or to be chosen. */
export function RoleForm({ role, onClose }: Props) {
  const { t } = useTranslation();
  const form = useId();
  const { nameOf } = useRoles();
  const readOnly = !useGrant("role:write") || role?.built_in === true;
  const [name, setName] = useState(role?.name ?? "");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(role?.grants ?? []));
  const { data } = useQuery({ queryKey: ["grants"], queryFn: () => api().listGrants() });
  const sending = useSending(async () => {
    const body = { name: name.trim(), grants: [...chosen] };
    role ? await api().changeRole(role.id, body) : await api().addRole(body);
    await cache.invalidateQueries({ queryKey: ROLES });
    onClose();
  });
  const title = role
    ? t(readOnly ? "settings.roleShow" : "settings.roleEdit", { name: nameOf(role.id) })
    : t("settings.roleAdd");
  const foot = readOnly ? null : (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" type="submit" form={form} busy={sending.busy}>
        {t("common.save")}
      </Button>
    </>
  );
  return (
    <Dialog open wide title={title} onClose={onClose} foot={foot}>
      <form id={form} onSubmit={sending.onSubmit}>
        <FormFailure sending={sending} fields={["name"]} />
        {readOnly ? null : (
          <Field label={t("common.name")} wrong={sending.wrong("name")}>
            <Input
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
        )}
        <GrantChecks
          label={t("settings.scopes")}
          all={data?.grants ?? role?.grants ?? []}
          chosen={chosen}
          readOnly={readOnly}
          onChoose={setChosen}
        />
      </form>
    </Dialog>
  );
}
