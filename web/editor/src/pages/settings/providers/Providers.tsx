import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { Badge, Button, Copy, Empty, IconButton, Table } from "~/ui";
import { Listed } from "../Listed";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useList } from "../useList";
import { useRemoving } from "../useRemoving";
import { ProviderForm } from "./ProviderForm";

export const PROVIDERS = ["providers"] as const;

/** Other places to sign in with. */
export function Providers() {
  const { t } = useTranslation();
  const may = useGrant("settings:write");
  const [open, setOpen] = useState<models.ProviderShown | "new" | null>(null);
  const query = useList(PROVIDERS, () => api().listProviders());
  const add = may ? (
    <Button look="primary" onClick={() => setOpen("new")}>
      <Plus aria-hidden />
      {t("settings.providerAdd")}
    </Button>
  ) : null;
  return (
    <Section
      first
      title={t("settings.section.providers")}
      text={t("settings.providersText")}
      actions={query.data?.length ? add : null}
    >
      <Listed query={query} empty={<Empty title={t("settings.noProviders")}>{add}</Empty>}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("common.name")}</th>
                <th scope="col">{t("settings.redirect")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((one) => (
                <Row key={one.id} provider={one} onOpen={() => setOpen(one)} />
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
      {open ? (
        <ProviderForm provider={open === "new" ? null : open} onClose={() => setOpen(null)} />
      ) : null}
    </Section>
  );
}

interface RowProps {
  readonly provider: models.ProviderShown;
  readonly onOpen: () => void;
}

function Row({ provider, onOpen }: RowProps) {
  const { t } = useTranslation();
  const may = useGrant("settings:write");
  const { id, name } = provider;
  const ask = useRemoving(
    () => api().removeProvider(id),
    () => ({
      title: t("settings.providerRemove", { name }),
      text: t("settings.providerRemoveText"),
    }),
    [PROVIDERS],
  );
  return (
    <tr>
      <td>
        <span className={css.strong}>{name}</span> <Badge>{provider.kind}</Badge>{" "}
        {provider.disabled ? <Badge tone="warn">{t("settings.disabled")}</Badge> : null}
        <br />
        <span className={css.muted}>{provider.issuer || id}</span>
      </td>
      <td>
        <code>{provider.redirect_uri}</code> <Copy text={provider.redirect_uri} />
      </td>
      <td className={css.right}>
        {may ? (
          <span className={css.rowActions}>
            <IconButton label={t("settings.providerEdit", { name })} onClick={onOpen}>
              <Pencil />
            </IconButton>
            <IconButton label={t("settings.providerRemove", { name })} onClick={() => ask()}>
              <Trash2 />
            </IconButton>
          </span>
        ) : null}
      </td>
    </tr>
  );
}
