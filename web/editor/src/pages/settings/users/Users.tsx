import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { ME, useGrant, useMe } from "~/api/queries";
import {
  Badge,
  Button,
  confirm,
  Dialog,
  type Entry,
  IconButton,
  Menu,
  Once,
  Table,
  When,
} from "~/ui";
import { Listed } from "../Listed";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useDoing } from "../useDoing";
import { useList } from "../useList";
import { useRemoving } from "../useRemoving";

const USERS = ["users"] as const;

/** Everybody who has an account on this server. */
export function Users() {
  const { t } = useTranslation();
  const query = useList(USERS, () => api().listUsers());
  const [link, setLink] = useState("");
  const close = () => setLink("");
  return (
    <Section first title={t("settings.section.users")} text={t("settings.usersText")}>
      <Listed query={query} empty={null}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("common.name")}</th>
                <th scope="col">{t("settings.state")}</th>
                <th scope="col">{t("settings.signedIn")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((user) => (
                <Row key={user.id} user={user} onLink={setLink} />
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
      {link ? (
        <Dialog open title={t("settings.resetLink")} onClose={close}>
          <Once label={t("settings.link")} value={link} hint={t("settings.resetLinkHint")} />
          <Button onClick={close}>{t("common.close")}</Button>
        </Dialog>
      ) : null}
    </Section>
  );
}

interface RowProps {
  readonly user: models.User;
  readonly onLink: (link: string) => void;
}

function Row({ user, onLink }: RowProps) {
  const { t } = useTranslation();
  const name = user.name || user.email;
  const entries = useEntries(user, onLink);
  return (
    <tr>
      <td>
        <span className={css.strong}>{name}</span>
        <br />
        <span className={css.muted}>{user.email}</span>
      </td>
      <td>
        {user.owner ? <Badge tone="info">{t("settings.owner")}</Badge> : null}{" "}
        {user.disabled ? <Badge tone="warn">{t("settings.disabled")}</Badge> : null}{" "}
        {user.totp_on ? <Badge tone="good">{t("settings.factor")}</Badge> : null}
      </td>
      <td>
        <When ms={user.signed_in_ms} ago />
      </td>
      <td className={css.right}>
        {entries.length > 0 ? (
          <Menu entries={entries}>
            <IconButton label={t("settings.actionsOf", { name })}>
              <Ellipsis />
            </IconButton>
          </Menu>
        ) : null}
      </td>
    </tr>
  );
}

function useEntries(user: models.User, onLink: (link: string) => void): Entry[] {
  const { t } = useTranslation();
  const may = useGrant("settings:write");
  const me = useMe()?.user?.id === user.id;
  const name = user.name || user.email;
  const change = useDoing((body: models.UserChange) => api().changeUser(user.id, body), {
    changes: [USERS, ME],
    told: t("settings.saved"),
  });
  const link = useDoing(() => api().makeResetLink(user.id), {
    changes: [],
    onDone: (made) => onLink(made.link),
  });
  const remove = useRemoving(
    () => api().removeUser(user.id),
    () => ({
      title: `${t("settings.user.remove")}: ${name}`,
      text: t("settings.user.removeText", { name }),
      deed: t("settings.user.remove"),
    }),
    [USERS],
  );
  const ask = async (what: string, body: models.UserChange) => {
    const deed = t(`settings.user.${what}`);
    const text = t(`settings.user.${what}Text`, { name });
    if (await confirm({ title: `${deed}: ${name}`, text, deed, danger: true })) {
      change.mutate(body);
    }
  };
  const entry = (what: string, body: models.UserChange): Entry => ({
    text: t(`settings.user.${what}`),
    act: () => void ask(what, body),
  });
  if (!may) {
    return [];
  }
  return [
    { text: t("settings.resetLink"), act: () => link.mutate(undefined) },
    ...(user.totp_on ? [entry("endFactor", { second_factor: false })] : []),
    ...(user.owner
      ? [entry("unmakeOwner", { owner: false })]
      : [entry("makeOwner", { owner: true })]),
    ...(me
      ? []
      : [
          user.disabled
            ? entry("enable", { disabled: false })
            : entry("disable", { disabled: true }),
          { text: t("settings.user.remove"), danger: true, act: () => remove() },
        ]),
  ];
}
