import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { ME, useGrant } from "~/api/queries";
import { Button, Failure, Field, Input, Select, TextArea } from "~/ui";
import css from "../settings.module.css";
import { useDoing } from "../useDoing";

interface Props {
  readonly workspace: models.Workspace;
  /** Null: its share of the work and its team are for others to say. */
  readonly teams: readonly models.Team[] | null;
}

const BUILT_IN = ["viewer", "developer", "admin"] as const;

/** What can be changed of a workspace. */
export function WorkspaceForm({ workspace, teams }: Props) {
  const { t } = useTranslation();
  const may = useGrant("workspace:write");
  const [given, setGiven] = useState({
    name: workspace.name,
    networks: workspace.allowed_ips.join("\n"),
    weight: String(workspace.weight),
    queued: String(workspace.max_queued ?? ""),
    team: workspace.team,
    role: workspace.team_role || "developer",
  });
  const change = useDoing(
    (body: models.WorkspaceChange) => api().changeWorkspace(workspace.id, body),
    {
      changes: [ME, ["workspace"], ["workspaces"]],
      told: t("settings.saved"),
      shown: true,
    },
  );
  const of = (field: keyof typeof given) => ({
    value: given[field],
    disabled: !may,
    onChange: (event: { target: { value: string } }) =>
      setGiven({ ...given, [field]: event.target.value }),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({
      name: given.name.trim(),
      allowed_ips: given.networks.split(/[\s,]+/).filter(Boolean),
      ...(teams
        ? {
            weight: Number(given.weight),
            max_queued: given.queued === "" ? null : Number(given.queued),
            team: given.team,
            ...(given.team ? { team_role: given.role } : {}),
          }
        : {}),
    });
  };
  return (
    <form className={css.form} onSubmit={send}>
      {change.error ? <Failure error={change.error} /> : null}
      <Field label={t("common.name")}>
        <Input required maxLength={100} {...of("name")} />
      </Field>
      <Field label={t("settings.networks")} hint={t("settings.networksHint")}>
        <TextArea rows={3} placeholder="10.0.0.0/8" {...of("networks")} />
      </Field>
      {teams ? (
        <>
          <div className={css.pair}>
            <Field label={t("settings.weight")} hint={t("settings.weightHint")}>
              <Input type="number" min={0.1} max={1000} step="any" required {...of("weight")} />
            </Field>
            <Field label={t("settings.queued")} hint={t("settings.queuedHint")}>
              <Input type="number" min={1} step={1} {...of("queued")} />
            </Field>
          </div>
          <div className={css.pair}>
            <Field label={t("settings.team")} hint={t("settings.teamHint")}>
              <Select {...of("team")}>
                <option value="">{t("settings.noTeam")}</option>
                {teams.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label={t("settings.teamRole")}>
              <Select {...of("role")} disabled={!may || given.team === ""}>
                {BUILT_IN.map((role) => (
                  <option key={role} value={role}>
                    {t(`settings.role.${role}`)}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
        </>
      ) : null}
      {may ? (
        <Button look="primary" type="submit" busy={change.isPending}>
          {t("common.save")}
        </Button>
      ) : null}
    </form>
  );
}
