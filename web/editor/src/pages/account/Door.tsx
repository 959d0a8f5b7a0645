import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES, type Language } from "~/i18n";
import { Mark } from "~/shell/Mark";
import { THEMES, type Theme, useTheme } from "~/theme/theme";
import css from "./account.module.css";

interface Props {
  readonly title: string;
  readonly text?: string | undefined;
  readonly children: ReactNode;
}

/** A screen before anybody has signed in. */
export function Door({ title, text, children }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Penstock`;
  }, [title]);
  return (
    <div className={css.door}>
      <main id="content" className={css.card}>
        <div className={css.brand}>
          <Mark size={32} />
          <span>{t("account.product")}</span>
        </div>
        <h1>{title}</h1>
        {text ? <p className={css.text}>{text}</p> : null}
        {children}
      </main>
      <Look />
    </div>
  );
}

/** How it looks and in which language, before there is an account to keep it. */
function Look() {
  const { t, i18n } = useTranslation();
  const { theme, choose } = useTheme();
  return (
    <footer className={css.look}>
      <select
        aria-label={t("shell.language")}
        value={i18n.language}
        onChange={(event) => void chooseLanguage(event.target.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={t("shell.appearance")}
        value={theme}
        onChange={(event) => choose(event.target.value as Theme)}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {t(`shell.theme.${one}`)}
          </option>
        ))}
      </select>
    </footer>
  );
}
