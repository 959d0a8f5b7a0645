/**
 * Browsers of machines without a language of their own say one that nothing understands
 * (`en-US@posix`), and libraries that hand it to `Intl` do not load then.
 */
export function mendBrowserLanguage(instead: string): void {
  if (!isKnown(navigator.language)) {
    Object.defineProperty(navigator, "language", { value: instead, configurable: true });
  }
}

function isKnown(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}
