/** What the editor says, from its own catalogue, so that tests look for what people read. */

import i18next from "i18next";
import { en } from "~/i18n/en";

const catalogue = i18next.createInstance();
await catalogue.init({
  lng: "en",
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
});

/** The English words of a key; a key that is not there is a mistake in the test. */
export function word(key: string, values: Readonly<Record<string, unknown>> = {}): string {
  if (!catalogue.exists(key, values)) {
    throw new Error(`The editor has no words for ${key}.`);
  }
  return catalogue.t(key, values);
}
