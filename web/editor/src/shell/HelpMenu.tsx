import { BookOpen, CircleHelp, Compass, Keyboard } from "lucide-react";
import { useTranslation } from "react-i18next";
import { carryOut, keysOf } from "~/keys/keys";
import { type Entry, IconButton, Menu } from "~/ui";

/** Keys, the tour, and what there is to read. */
export function HelpMenu() {
  const { t } = useTranslation();
  const entries: (Entry | null)[] = [
    {
      text: t("shell.command.sheet"),
      icon: <Keyboard />,
      keys: keysOf("sheet"),
      act: () => carryOut("sheet"),
    },
    { text: t("shell.command.tour"), icon: <Compass />, act: () => carryOut("tour") },
    null,
    {
      text: t("shell.apiDocs"),
      icon: <BookOpen />,
      act: () => window.open("/api/docs", "_blank", "noopener"),
    },
  ];
  return (
    <Menu entries={entries} align="start" side="top">
      <IconButton label={t("shell.help")}>
        <CircleHelp />
      </IconButton>
    </Menu>
  );
}
