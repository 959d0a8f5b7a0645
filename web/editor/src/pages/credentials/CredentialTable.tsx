import { EllipsisVertical, Pencil, PlugZap, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { About, useGrant } from "~/api/queries";
import { IconButton, Menu, Table, When } from "~/ui";
import css from "./credentials.module.css";
import { remove } from "./remove";
import { StateOf } from "./StateOf";

interface Props {
  readonly found: readonly models.CredentialShown[];
  readonly types: readonly models.TypeShown[];
  readonly onOpen: (id: string, tab?: string) => void;
}

export function CredentialTable({ found, types, onOpen }: Props) {
  const { t } = useTranslation();
  const titles = new Map(types.map((one) => [one.type, one.title]));
  return (
    <Table className={css.table} aria-label={t("credentials.title")}>
      <thead>
        <tr>
          <th scope="col">{t("common.name")}</th>
          <th scope="col">{t("credentials.type")}</th>
          <th scope="col">{t("credentials.hosts")}</th>
          <th scope="col">{t("credentials.state")}</th>
          <th scope="col">{t("credentials.used")}</th>
          <th scope="col">
            <span className="visually-hidden">{t("common.more")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {found.map((shown) => (
          <About key={shown.credential.id} value={shown.credential.id}>
            <Row
              shown={shown}
              title={titles.get(shown.credential.type) ?? shown.credential.type}
              onOpen={onOpen}
            />
          </About>
        ))}
      </tbody>
    </Table>
  );
}

interface RowProps {
  readonly shown: models.CredentialShown;
  readonly title: string;
  readonly onOpen: Props["onOpen"];
}

function Row({ shown, title, onOpen }: RowProps) {
  const { t } = useTranslation();
  const mayUse = useGrant("credential:use");
  const mayDelete = useGrant("credential:delete");
  const { credential } = shown;
  const { id, hosts } = credential;
  const where = hosts.length ? hosts : [String(credential.public.host ?? "")].filter(Boolean);
  const entries = [
    { text: t("common.open"), icon: <Pencil />, act: () => onOpen(id) },
    ...(mayUse
      ? [{ text: t("common.test"), icon: <PlugZap />, act: () => onOpen(id, "test") }]
      : []),
    ...(mayDelete
      ? [
          null,
          { text: t("common.delete"), icon: <Trash2 />, act: () => void remove(credential, t) },
        ]
      : []),
  ];
  return (
    <tr>
      <td>
        <button type="button" className={css.name} onClick={() => onOpen(id)}>
          {credential.name}
        </button>
      </td>
      <td data-label={t("credentials.type")}>{title}</td>
      <td data-label={t("credentials.hosts")} className={css.hosts} title={where.join("\n")}>
        {where[0] ?? "–"}
        {where.length > 1 ? ` +${where.length - 1}` : ""}
      </td>
      <td>
        <span className={css.badges}>
          <StateOf shown={shown} />
        </span>
      </td>
      <td data-label={t("credentials.used")}>
        <When ms={credential.used_ms} ago />
      </td>
      <td className={css.menu}>
        <Menu entries={entries}>
          <IconButton label={t("credentials.actions", { name: credential.name })}>
            <EllipsisVertical aria-hidden />
          </IconButton>
        </Menu>
      </td>
    </tr>
  );
}
