import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Entries, Entry } from "./entry";
import { usePalette } from "./palette";
import css from "./palette.module.css";
import { ranked, score } from "./rank";
import { useEntries } from "./useEntries";

/** How many of each kind, while something is typed, and before. */
const MOST = 8;

/** Everything that can be done or gone to, by its name. */
export default function Palette() {
  const { t } = useTranslation();
  const close = usePalette((palette) => palette.close);
  const [typed, setTyped] = useState("");
  const groups = useEntries(typed)
    .map((group) => ({ ...group, entries: ranked(typed, group.entries, MOST) }))
    .filter((group) => group.entries.length > 0)
    .sort((a, b) => bestOf(typed, b) - bestOf(typed, a));
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Overlay className={css.scrim} />
        <Dialog.Content className={css.palette} aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">{t("shell.command.palette")}</Dialog.Title>
          <Command shouldFilter={false} vimBindings={false} loop label={t("shell.command.palette")}>
            <Command.Input
              className={css.input}
              placeholder={t("shell.paletteHint")}
              value={typed}
              onValueChange={setTyped}
            />
            <Command.List className={css.list}>
              <Command.Empty className={css.empty}>{t("shell.paletteEmpty")}</Command.Empty>
              {groups.map((group) => (
                <Command.Group key={group.id} heading={group.title}>
                  {group.entries.map((entry) => (
                    <Line key={entry.id} entry={entry} onDone={close} />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What fits best stands first, of whichever kind it is. */
function bestOf(typed: string, group: Entries): number {
  const first = group.entries[0];
  return first && typed.trim() ? score(typed, first) : 0;
}

function Line({ entry, onDone }: { readonly entry: Entry; readonly onDone: () => void }) {
  const act = () => {
    onDone();
    // What is opened takes the focus after the palette has given it back.
    setTimeout(entry.act);
  };
  return (
    <Command.Item className={css.item} value={entry.id} onSelect={act}>
      {entry.icon}
      <span className={css.title}>{entry.title}</span>
      {entry.note ? <span className={css.note}>{entry.note}</span> : null}
      {entry.keys ? <kbd className={css.keys}>{entry.keys}</kbd> : null}
    </Command.Item>
  );
}
