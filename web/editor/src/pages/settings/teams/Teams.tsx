import { Pencil, Plus, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { Button, Empty, IconButton, Table } from "~/ui";
import { Listed } from "../Listed";
import { NameDialog } from "../NameDialog";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useDoing } from "../useDoing";
import { useRemoving } from "../useRemoving";
import { TeamPeople } from "./TeamPeople";
import { TEAMS, useTeams } from "./useTeams";

/** People of an organization who do things together. */
export function Teams() {
  const { t } = useTranslation();
  const may = useGrant("organization:write");
  const [adding, setAdding] = useState(false);
  const query = useTeams();
  const add = useDoing((name: string) => api().addTeam({ name }), {
    changes: [TEAMS],
    shown: true,
    onDone: () => setAdding(false),
  });
  const button = may ? (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      {t("settings.teamAdd")}
    </Button>
  ) : null;
  return (
    <Section
      first
      title={t("settings.section.teams")}
      text={t("settings.teamsText")}
      actions={query.data?.length ? button : null}
    >
      <Listed query={query} empty={<Empty title={t("settings.noTeams")}>{button}</Empty>}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("common.name")}</th>
                <th scope="col">{t("settings.people")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((team) => (
                <Row key={team.id} team={team} />
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
      {adding ? (
        <NameDialog
          title={t("settings.teamAdd")}
          deed={t("common.create")}
          busy={add.isPending}
          error={add.error}
          onSend={(name) => add.mutate(name)}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </Section>
  );
}

function Row({ team }: { readonly team: models.Team }) {
  const { t } = useTranslation();
  const may = useGrant("organization:write");
  const [open, setOpen] = useState<"people" | "name" | null>(null);
  const { id, name } = team;
  const close = () => setOpen(null);
  const rename = useDoing((to: string) => api().renameTeam(id, { name: to }), {
    changes: [TEAMS],
    shown: true,
    onDone: close,
  });
  const ask = useRemoving(
    () => api().removeTeam(id),
    () => ({
      title: t("settings.teamRemove", { name }),
      text: t("settings.teamRemoveText"),
    }),
    [TEAMS],
  );
  return (
    <tr>
      <td className={css.strong}>{name}</td>
      <td>{t("settings.peopleCount", { count: team.users.length })}</td>
      <td className={css.right}>
        {may ? (
          <span className={css.rowActions}>
            <IconButton
              label={t("settings.teamPeople", { name })}
              onClick={() => setOpen("people")}
            >
              <Users />
            </IconButton>
            <IconButton label={t("settings.renameOf", { name })} onClick={() => setOpen("name")}>
              <Pencil />
            </IconButton>
            <IconButton label={t("settings.teamRemove", { name })} onClick={() => ask()}>
              <Trash2 />
            </IconButton>
          </span>
        ) : null}
        {open === "people" ? <TeamPeople team={team} onClose={close} /> : null}
        {open === "name" ? (
          <NameDialog
            title={t("settings.renameOf", { name })}
            deed={t("common.rename")}
            name={name}
            busy={rename.isPending}
            error={rename.error}
            onSend={(to) => rename.mutate(to)}
            onClose={close}
          />
        ) : null}
      </td>
    </tr>
  );
}
