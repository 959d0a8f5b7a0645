import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { Button, Check, Dialog, Empty } from "~/ui";
import { Listed } from "../Listed";
import { useMembers } from "../members/useMembers";
import { useDoing } from "../useDoing";
import { TEAMS } from "./useTeams";

interface Props {
  readonly team: models.Team;
  readonly onClose: () => void;
}

/** Who is in a team: each change counts at once. */
export function TeamPeople({ team, onClose }: Props) {
  const { t } = useTranslation();
  const query = useMembers(true);
  const join = useDoing((user: string) => api().joinTeam(team.id, user), { changes: [TEAMS] });
  const leave = useDoing((user: string) => api().leaveTeam(team.id, user), { changes: [TEAMS] });
  // What was ticked shows at once, and what came of it afterwards.
  const belongs = (user: string): boolean =>
    (join.isPending && join.variables === user) ||
    (team.users.includes(user) && !(leave.isPending && leave.variables === user));
  const busy = join.isPending || leave.isPending;
  return (
    <Dialog
      open
      title={t("settings.teamPeople", { name: team.name })}
      onClose={onClose}
      foot={
        <Button look="primary" onClick={onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <Listed query={query} empty={<Empty title={t("settings.noPeople")} />}>
        {(all) => (
          <>
            {all.map((member) => (
              <Check
                key={member.user}
                label={member.name ? `${member.name} · ${member.email}` : member.email}
                checked={belongs(member.user)}
                disabled={busy}
                onChange={(event) => (event.target.checked ? join : leave).mutate(member.user)}
              />
            ))}
          </>
        )}
      </Listed>
    </Dialog>
  );
}
