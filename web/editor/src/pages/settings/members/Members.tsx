import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGrant } from "~/api/queries";
import { Button } from "~/ui";
import { Section } from "../Section";
import { Invitations } from "./Invitations";
import { Invite } from "./Invite";
import { MemberTable } from "./MemberTable";

/** Who works here, and who is on the way. */
export function Members() {
  const { t } = useTranslation();
  const may = useGrant("member:write");
  const mayAll = useGrant("organization:admin");
  const [inviting, setInviting] = useState(false);
  return (
    <>
      <Section
        first
        title={t("settings.section.members")}
        text={t("settings.membersText")}
        actions={
          may ? (
            <Button look="primary" onClick={() => setInviting(true)}>
              <UserPlus aria-hidden />
              {t("settings.invite")}
            </Button>
          ) : null
        }
      >
        <MemberTable organization={false} />
      </Section>
      {mayAll ? (
        <Section title={t("settings.membersAll")} text={t("settings.membersAllText")}>
          <MemberTable organization />
        </Section>
      ) : null}
      <Invitations />
      {inviting ? <Invite onClose={() => setInviting(false)} /> : null}
    </>
  );
}
