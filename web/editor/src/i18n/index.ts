/**
 * The words of the editor.
 *
 * English is the source: `en/` has one file per part of the editor, and `de/` the same keys in
 * German. A test compares them. They are fetched in bundles, with the screens that say them.
 */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { mendBrowserLanguage } from "./browserLanguage";
import { plain } from "./plain";
import { learnIn } from "./words";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;
const CHOSEN = "penstock.language";

/** What was chosen, else what the browser asks for, else English. */
export function chosenLanguage(): Language {
  const wanted = [localStorage.getItem(CHOSEN) ?? "", ...navigator.languages];
  const found = wanted.map((one) => one.slice(0, 2)).find((one) => one in LANGUAGES);
  return (found ?? "en") as Language;
}

export async function speak(language: Language): Promise<void> {
  await learnIn(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(CHOSEN, language);
  await speak(language);
}

export async function beginSpeaking(): Promise<void> {
  mendBrowserLanguage("en");
  await i18next.use(initReactI18next).init({
    lng: chosenLanguage(),
    // A test sees to it that no language lacks a word.
    fallbackLng: false,
    resources: {},
    // React escapes what it shows.
    interpolation: { escapeValue: true, escape: plain },
    returnNull: false,
  });
  await speak(chosenLanguage());
}
