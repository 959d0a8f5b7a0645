import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import { FormFailure } from "~/pages/account/FormFailure";
import { useSending } from "~/pages/account/useSending";
import { Button, Check, Dialog, Field, Input, Once } from "~/ui";
import { RoleSelect } from "../roles/RoleSelect";
import { INVITATIONS } from "./Invitations";

/** Invites somebody, and shows the link once. */
export function Invite({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<models.Invited | null>(null);
  if (made) {
    return (
      <Dialog
        open
        title={t("settings.invited")}
        text={t(made.sent ? "settings.inviteSent" : "settings.inviteNotSent", {
          email: made.invitation.email,
        })}
        onClose={onClose}
        foot={
          <Button look="primary" onClick={onClose}>
            {t("common.close")}
          </Button>
        }
      >
        <Once label={t("settings.link")} value={made.link} hint={t("settings.onceHint")} />
      </Dialog>
    );
  }
  return <Ask onClose={onClose} onMade={setMade} />;
}

interface AskProps {
  readonly onClose: () => void;
  readonly onMade: (made: models.Invited) => void;
}

function Ask({ onClose, onMade }: AskProps) {
  const { t } = useTranslation();
  const form = useId();
  const mayAll = useGrant("organization:admin");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("developer");
  const [organization, setOrganization] = useState(false);
  const sending = useSending(async () => {
    const made = await api().invite({ email, role, organization });
    await cache.invalidateQueries({ queryKey: INVITATIONS });
    onMade(made);
  });
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button look="primary" type="submit" form={form} busy={sending.busy}>
        {t("settings.invite")}
      </Button>
    </>
  );
  return (
    <Dialog open title={t("settings.invite")} onClose={onClose} foot={foot}>
      <form id={form} onSubmit={sending.onSubmit}>
        <FormFailure sending={sending} fields={["email", "role"]} />
        <Field label={t("settings.email")} wrong={sending.wrong("email")}>
          <Input
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field
          label={t("settings.role.title")}
          hint={t(`settings.roleHint.${role}`, "")}
          wrong={sending.wrong("role")}
        >
          <RoleSelect
            withMember={organization}
            value={role}
            onChange={(event) => setRole(event.target.value)}
          />
        </Field>
        {mayAll ? (
          <Check
            label={t("settings.inviteAll")}
            checked={organization}
            onChange={(event) => setOrganization(event.target.checked)}
          />
        ) : null}
      </form>
    </Dialog>
  );
}
