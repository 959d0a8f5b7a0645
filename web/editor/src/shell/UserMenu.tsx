import { useNavigate } from "@tanstack/react-router";
import { CircleUserRound, LogOut, Settings } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/queries";
import { chooseLanguage, LANGUAGES, type Language } from "~/i18n";
import { carryOut, keysOf } from "~/keys/keys";
import { THEMES, useTheme } from "~/theme/theme";
import { type Entry, type Heading, IconButton, Menu } from "~/ui";
import css from "./shell.module.css";

/** One's own account: how things look, in which language, and the way out. */
export function UserMenu({ narrow }: { readonly narrow: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const name = me?.user?.name || me?.user?.email || me?.name || "";
  const entries: (Entry | Heading | null)[] = [
    { heading: me?.user?.email ?? name },
    {
      text: t("shell.account"),
      icon: <Settings />,
      keys: keysOf("settings"),
      act: () => void navigate({ to: "/settings/$section", params: { section: "profile" } }),
    },
    null,
    ...useAppearance(),
    null,
    { text: t("shell.signOut"), icon: <LogOut />, act: () => carryOut("sign.out") },
  ];
  const label = t("shell.accountOf", { name });
  return (
    <Menu entries={entries} align="start" side="top">
      {narrow ? (
        <IconButton label={label}>
          <CircleUserRound />
        </IconButton>
      ) : (
        <button type="button" className={css.user} aria-label={label}>
          <CircleUserRound aria-hidden size={20} />
          <span>{name}</span>
        </button>
      )}
    </Menu>
  );
}

function useAppearance(): (Entry | Heading | null)[] {
  const { t, i18n } = useTranslation();
  const look = useTheme();
  const themes: Entry[] = THEMES.map((theme) => ({
    text: t(`shell.theme.${theme}`),
    checked: look.theme === theme,
    act: () => look.choose(theme),
  }));
  const contrast: Entry = {
    text: t("shell.highContrast"),
    checked: look.highContrast,
    act: () => look.contrast(!look.highContrast),
  };
  const languages: Entry[] = (Object.keys(LANGUAGES) as Language[]).map((language) => ({
    text: LANGUAGES[language],
    checked: i18n.language === language,
    act: () => void chooseLanguage(language),
  }));
  return [
    { heading: t("shell.appearance") },
    ...themes,
    contrast,
    { heading: t("shell.language") },
    ...languages,
  ];
}
