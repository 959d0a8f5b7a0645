// The words of a text in lower case, accents and punctuation left out.
export function words(text) {
  const plain = String(text).normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}
