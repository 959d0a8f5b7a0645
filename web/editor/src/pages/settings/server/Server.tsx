import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Badge, Empty, Field, Input, Table } from "~/ui";
import { Listed } from "../Listed";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useList } from "../useList";

/** The settings that the server runs with, and where each comes from. */
export function Server() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const query = useList(["settings"], () => api().listSettings());
  const part = typed.trim().toLowerCase();
  return (
    <Section first title={t("settings.section.server")} text={t("settings.serverText")}>
      <Field label={t("common.search")}>
        <Input type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </Field>
      <Listed query={query} empty={<Empty title={t("common.empty")} />}>
        {(all) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">{t("settings.variable")}</th>
                <th scope="col">{t("settings.value")}</th>
                <th scope="col">{t("settings.origin")}</th>
              </tr>
            </thead>
            <tbody>
              {all
                .filter((one) => one.variable.toLowerCase().includes(part))
                .map((one) => (
                  <tr key={one.name}>
                    <td>
                      <code>{one.variable}</code>
                    </td>
                    <td title={t("settings.defaultIs", { value: written(one.default) })}>
                      <code>{written(one.value)}</code>
                    </td>
                    <td>
                      {one.origin === "default" ? (
                        <span className={css.muted}>{t("settings.from.default")}</span>
                      ) : (
                        <Badge tone="info">{t(`settings.from.${one.origin}`)}</Badge>
                      )}
                    </td>
                  </tr>
                ))}
            </tbody>
          </Table>
        )}
      </Listed>
    </Section>
  );
}

function written(value: unknown): string {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) {
    return "–";
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
