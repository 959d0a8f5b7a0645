import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ranked } from "~/shell/palette/rank";
import { Dialog, Input } from "~/ui";
import { COMMANDS, SECTIONS } from "./commands";
import { keysFor, readable, useKeys } from "./keys";
import css from "./keys.module.css";
import { wordOf } from "./word";

/** Every key there is, as it is now: made from the table that carries them out. */
export default function Sheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  useKeys((keys) => keys.chosen);
  const [typed, setTyped] = useState("");
  const rows = COMMANDS.map(({ id, section }) => ({
    id,
    section,
    title: t(wordOf(id)),
    keys: keysFor(id),
    words: keysFor(id).map(readable),
  })).filter((row) => row.keys.length > 0);
  const found = new Set(ranked(typed, rows, rows.length));
  return (
    <Dialog open wide title={t("shell.command.sheet")} onClose={onClose}>
      <div className={css.sheetHead}>
        <Input
          type="search"
          placeholder={t("common.search")}
          aria-label={t("common.search")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Link to="/settings/$section" params={{ section: "keys" }} onClick={onClose}>
          {t("shell.changeKeys")}
        </Link>
      </div>
      <div className={css.sheet}>
        {SECTIONS.map((section) => {
          const inside = rows.filter((row) => row.section === section && found.has(row));
          return inside.length === 0 ? null : (
            <section key={section} className={css.sheetSection}>
              <h3>{t(`shell.section.${section}`)}</h3>
              <dl>
                {inside.map((row) => (
                  <div key={row.id} className={css.row}>
                    <dt>{row.title}</dt>
                    <dd>
                      {row.words.map((keys) => (
                        <kbd key={keys}>{keys}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}
