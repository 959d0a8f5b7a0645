import { UserMinus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant, useMe } from "~/api/queries";
import { Badge, Empty, IconButton, Table } from "~/ui";
import { Listed } from "../Listed";
import { RoleSelect } from "../roles/RoleSelect";
import { useRoles } from "../roles/useRoles";
import css from "../settings.module.css";
import { useDoing } from "../useDoing";
import { useRemoving } from "../useRemoving";
import { useMembers } from "./useMembers";

/** Who belongs to the workspace, or to the organization as a whole. */
export function MemberTable({ organization }: { readonly organization: boolean }) {
  const { t } = useTranslation();
  const query = useMembers(organization);
  return (
    <Listed
      query={query}
      empty={<Empty title={t("settings.noMembers")} text={t("settings.noMembersText")} />}
    >
      {(all) => (
        <Table>
          <thead>
            <tr>
              <th scope="col">{t("common.name")}</th>
              <th scope="col">{t("settings.role.title")}</th>
              <th scope="col">
                <span className="visually-hidden">{t("settings.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((member) => (
              <Row key={member.user} member={member} organization={organization} />
            ))}
          </tbody>
        </Table>
      )}
    </Listed>
  );
}

interface RowProps {
  readonly member: models.Member;
  readonly organization: boolean;
}

function Row({ member, organization }: RowProps) {
  const { t } = useTranslation();
  const may = useGrant("member:write");
  const me = useMe();
  const { nameOf } = useRoles();
  const changes = [["members"]];
  const put = useDoing((role: string) => api().putMember(member.user, { role }, { organization }), {
    changes,
    told: t("settings.saved"),
  });
  const who = member.name || member.email;
  const ask = useRemoving(
    () => api().removeMember(member.user, { organization }),
    () => ({
      title: t("settings.memberRemove", { name: who }),
      text: t("settings.memberRemoveText"),
      deed: t("settings.remove"),
    }),
    changes,
  );
  return (
    <tr>
      <td>
        <span className={css.strong}>{who}</span>{" "}
        {member.user === me?.user?.id ? <Badge tone="info">{t("settings.you")}</Badge> : null}{" "}
        {member.disabled ? <Badge tone="warn">{t("settings.disabled")}</Badge> : null}
        <br />
        <span className={css.muted}>{member.email}</span>
      </td>
      <td>
        {may ? (
          <RoleSelect
            aria-label={t("settings.roleOf", { name: who })}
            withMember={organization}
            value={member.role}
            disabled={put.isPending}
            onChange={(event) => put.mutate(event.target.value)}
          />
        ) : (
          nameOf(member.role)
        )}
      </td>
      <td className={css.right}>
        {may ? (
          <IconButton label={t("settings.memberRemove", { name: who })} onClick={() => ask()}>
            <UserMinus />
          </IconButton>
        ) : null}
      </td>
    </tr>
  );
}
