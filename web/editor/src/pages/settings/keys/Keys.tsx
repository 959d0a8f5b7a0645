import { Pencil, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { COMMANDS, type Command, SECTIONS } from "~/keys/commands";
import { chooseKeys, keysFor, readable, resetKeys, useKeys } from "~/keys/keys";
import { wordOf } from "~/keys/word";
import { Button, confirm, IconButton, Table } from "~/ui";
import { Section } from "../Section";
import css from "../settings.module.css";
import { ChooseKeys } from "./ChooseKeys";

/** The keys of every command, to be changed for this browser. */
export function Keys() {
  const { t } = useTranslation();
  const chosen = useKeys((keys) => keys.chosen);
  const [changing, setChanging] = useState<Command | null>(null);
  const reset = async () => {
    const question = { title: t("settings.keysReset"), text: t("settings.keysResetText") };
    if (await confirm({ ...question, deed: t("settings.keysReset") })) {
      resetKeys();
    }
  };
  return (
    <>
      <Section
        first
        title={t("settings.section.keys")}
        text={t("settings.keysText")}
        actions={
          <Button disabled={Object.keys(chosen).length === 0} onClick={() => void reset()}>
            {t("settings.keysReset")}
          </Button>
        }
      >
        {SECTIONS.map((section) => (
          <Section key={section} title={t(`shell.section.${section}`)}>
            <Table className={css.keysTable}>
              <thead className="visually-hidden">
                <tr>
                  <th scope="col">{t("settings.command")}</th>
                  <th scope="col">{t("settings.section.keys")}</th>
                  <th scope="col">{t("settings.actions")}</th>
                </tr>
              </thead>
              <tbody>
                {COMMANDS.filter((one) => one.section === section).map((command) => (
                  <Row
                    key={command.id}
                    command={command}
                    changed={command.id in chosen}
                    onChange={() => setChanging(command)}
                  />
                ))}
              </tbody>
            </Table>
          </Section>
        ))}
      </Section>
      {changing ? <ChooseKeys command={changing} onClose={() => setChanging(null)} /> : null}
    </>
  );
}

interface RowProps {
  readonly command: Command;
  readonly changed: boolean;
  readonly onChange: () => void;
}

function Row({ command, changed, onChange }: RowProps) {
  const { t } = useTranslation();
  const name = t(wordOf(command.id));
  const keys = keysFor(command.id);
  return (
    <tr>
      <td>{name}</td>
      <td>
        <span className={css.keyList}>
          {keys.length === 0 ? <span className={css.muted}>{t("settings.noKeys")}</span> : null}
          {keys.map((one) => (
            <kbd key={one}>{readable(one)}</kbd>
          ))}
        </span>
      </td>
      <td className={css.right}>
        <span className={css.rowActions}>
          {changed ? (
            <IconButton
              label={t("settings.keysBack", { name })}
              onClick={() => chooseKeys(command.id, null)}
            >
              <RotateCcw />
            </IconButton>
          ) : null}
          <IconButton label={t("settings.keysOf", { name })} onClick={onChange}>
            <Pencil />
          </IconButton>
        </span>
      </td>
    </tr>
  );
}
