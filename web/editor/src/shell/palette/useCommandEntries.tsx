import { Zap } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { COMMANDS } from "~/keys/commands";
import { carryOut, keysOf, useKeys } from "~/keys/keys";
import { wordOf } from "~/keys/word";
import type { Entry } from "./entry";

/** What nobody looks for by name: going about, step by step. */
const SILENT = /^(palette|escape|walk\.|move\.|panel\.close)/;

/** The commands that can be carried out now. */
export function useCommandEntries(): readonly Entry[] {
  const { t } = useTranslation();
  const able = useKeys((keys) => keys.able);
  return useMemo(
    () =>
      COMMANDS.filter((command) => able.has(command.id) && !SILENT.test(command.id)).map(
        ({ id, section }) => ({
          id: `command:${id}`,
          title: t(wordOf(id)),
          note: section === "general" ? "" : t(`shell.section.${section}`),
          icon: <Zap aria-hidden />,
          keys: keysOf(id),
          words: [id],
          act: () => carryOut(id),
        }),
      ),
    [t, able],
  );
}
