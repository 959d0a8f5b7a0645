import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { Badge, Button, Empty, IconButton, Table, When } from "~/ui";
import { Listed } from "../Listed";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useList } from "../useList";
import { useRemoving } from "../useRemoving";
import { NewToken } from "./NewToken";

export const TOKENS = ["tokens"] as const;

/** What programs call with. */
export function Tokens() {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const query = useList(TOKENS, () => api().listTokens());
  const make = (
    <Button look="primary" onClick={() => setMaking(true)}>
      <Plus aria-hidden />
      {t("settings.tokenNew")}
    </Button>
  );
  return (
    <Section
      first
      title={t("settings.section.tokens")}
      text={t("settings.tokensText")}
      actions={query.data?.length ? make : null}
    >
      <Listed
        query={query}
        empty={
          <Empty title={t("settings.noTokens")} text={t("settings.noTokensText")}>
            {make}
          </Empty>
        }
      >
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("common.name")}</th>
                <th scope="col">{t("settings.scopes")}</th>
                <th scope="col">{t("settings.used")}</th>
                <th scope="col">{t("account.goodUntil")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("settings.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((token) => (
                <Row key={token.id} token={token} />
              ))}
            </tbody>
          </Table>
        )}
      </Listed>
      {making ? <NewToken onClose={() => setMaking(false)} /> : null}
    </Section>
  );
}

function Row({ token }: { readonly token: models.ApiToken }) {
  const { t } = useTranslation();
  const mayService = useGrant("token:write");
  const over = token.expires_ms !== null && token.expires_ms < Date.now();
  const ask = useRemoving(
    () => api().removeToken(token.id),
    () => ({
      title: t("settings.tokenRemove", { name: token.name }),
      text: t("settings.tokenRemoveText"),
      deed: t("settings.remove"),
    }),
    [TOKENS],
  );
  return (
    <tr>
      <td>
        <span className={css.strong}>{token.name}</span>{" "}
        <Badge>{t(`settings.tokenKind.${token.kind}`)}</Badge>
        <br />
        <code className={css.muted}>…{token.ending}</code>
      </td>
      <td title={token.scopes.join("\n")}>
        {t("settings.scopeCount", { count: token.scopes.length })}
      </td>
      <td title={token.used_from}>
        <When ms={token.used_ms} ago />
      </td>
      <td>
        {over ? (
          <Badge tone="warn">{t("settings.over")}</Badge>
        ) : token.expires_ms === null ? (
          t("settings.forever")
        ) : (
          <When ms={token.expires_ms} />
        )}
      </td>
      <td className={css.right}>
        {token.kind === "personal" || mayService ? (
          <IconButton label={t("settings.tokenRemove", { name: token.name })} onClick={() => ask()}>
            <Trash2 />
          </IconButton>
        ) : null}
      </td>
    </tr>
  );
}
