import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES, type Language } from "~/i18n";
import { THEMES, useTheme } from "~/theme/theme";
import { Check, Choice } from "~/ui";
import { Section } from "../Section";
import css from "../settings.module.css";

/** How the editor looks and speaks, in this browser. */
export function Appearance() {
  const { t, i18n } = useTranslation();
  const look = useTheme();
  const languages = Object.keys(LANGUAGES) as Language[];
  const language = languages.find((one) => one === i18n.language) ?? "en";
  return (
    <Section first title={t("settings.section.appearance")} text={t("settings.appearanceText")}>
      <Choice
        label={t("settings.theme")}
        options={THEMES.map((value) => ({ value, text: t(`shell.theme.${value}`) }))}
        chosen={look.theme}
        onChoose={look.choose}
      />
      <Check
        label={t("shell.highContrast")}
        checked={look.highContrast}
        onChange={(event) => look.contrast(event.target.checked)}
      />
      <div className={css.gap} />
      <Choice
        label={t("shell.language")}
        options={languages.map((value) => ({ value, text: LANGUAGES[value] }))}
        chosen={language}
        onChoose={(chosen) => void chooseLanguage(chosen)}
      />
    </Section>
  );
}
