import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { IconButton, Table, When } from "~/ui";
import { Listed } from "../Listed";
import { useRoles } from "../roles/useRoles";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useList } from "../useList";
import { useRemoving } from "../useRemoving";

export const INVITATIONS = ["invitations"] as const;

/** Who was invited and has not come. */
export function Invitations() {
  const { t } = useTranslation();
  const may = useGrant("member:write");
  const { nameOf } = useRoles();
  const query = useList(INVITATIONS, () => api().listInvitations());
  const ask = useRemoving(
    ({ id }: models.Invitation) => api().takeBackInvitation(id),
    ({ email }) => ({
      title: t("settings.inviteBack", { email }),
      text: t("settings.inviteBackText"),
      deed: t("settings.inviteBackDeed"),
    }),
    [INVITATIONS],
  );
  return (
    <Section title={t("settings.invitations")}>
      <Listed query={query} empty={<p className={css.note}>{t("settings.noInvitations")}</p>}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("settings.email")}</th>
                <th scope="col">{t("settings.role.title")}</th>
                <th scope="col">{t("account.goodUntil")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((one) => (
                <tr key={one.id}>
                  <td>{one.email}</td>
                  <td>{nameOf(one.role)}</td>
                  <td>
                    <When ms={one.expires_ms} />
                  </td>
                  <td className={css.right}>
                    {may ? (
                      <IconButton
                        label={t("settings.inviteBack", { email: one.email })}
                        onClick={() => ask(one)}
                      >
                        <X />
                      </IconButton>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
    </Section>
  );
}
