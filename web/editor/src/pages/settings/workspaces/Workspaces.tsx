import { ArrowRightLeft, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { changeWorkspace, ME, useGrant, useMe } from "~/api/queries";
import { Badge, Button, IconButton, Table, tellFailure, When } from "~/ui";
import { Listed } from "../Listed";
import { NameDialog } from "../NameDialog";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useDoing } from "../useDoing";
import { useList } from "../useList";
import { useRemoving } from "../useRemoving";

const CHANGES = [["workspaces"], ME] as const;

/** The workspaces of the organization. */
export function Workspaces() {
  const { t } = useTranslation();
  const may = useGrant("workspace:admin");
  const [adding, setAdding] = useState(false);
  const query = useList(["workspaces"], () => api().listWorkspaces());
  const add = useDoing((name: string) => api().addWorkspace({ name }), {
    changes: CHANGES,
    shown: true,
    onDone: () => setAdding(false),
  });
  return (
    <Section
      first
      title={t("settings.section.workspaces")}
      text={t("settings.workspacesText")}
      actions={
        may ? (
          <Button look="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden />
            {t("shell.addWorkspace")}
          </Button>
        ) : null
      }
    >
      <Listed query={query} empty={null}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("common.name")}</th>
                <th scope="col">{t("settings.since")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((one) => (
                <Row key={one.id} workspace={one} />
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
      {adding ? (
        <NameDialog
          title={t("shell.addWorkspace")}
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

function Row({ workspace }: { readonly workspace: models.Workspace }) {
  const { t } = useTranslation();
  const may = useGrant("workspace:admin");
  const here = useMe()?.workspace === workspace.id;
  const { id, name } = workspace;
  const ask = useRemoving(
    () => api().removeWorkspace(id),
    () => ({
      title: t("settings.workspaceRemove", { name }),
      text: t("settings.workspaceRemoveText"),
    }),
    CHANGES,
  );
  return (
    <tr>
      <td>
        <span className={css.strong}>{name}</span>{" "}
        {here ? <Badge tone="info">{t("settings.hereNow")}</Badge> : null}
      </td>
      <td>
        <When ms={workspace.created_ms} />
      </td>
      <td className={css.right}>
        {here ? null : (
          <span className={css.rowActions}>
            <IconButton
              label={t("settings.workspaceGo", { name })}
              onClick={() => void changeWorkspace(id).catch(tellFailure)}
            >
              <ArrowRightLeft />
            </IconButton>
            {may ? (
              <IconButton label={t("settings.workspaceRemove", { name })} onClick={() => ask()}>
                <Trash2 />
              </IconButton>
            ) : null}
          </span>
        )}
      </td>
    </tr>
  );
}
