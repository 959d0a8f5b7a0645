// Methods of strings that rewrite text.
(function (P) {
  "use strict";

  // Letters that do not come apart into an ASCII letter and an accent.
  const CLOSEST = {
    ß: "ss",
    ẞ: "SS",
    æ: "ae",
    Æ: "AE",
    œ: "oe",
    Œ: "OE",
    ø: "o",
    Ø: "O",
    đ: "d",
    Đ: "D",
    ð: "d",
    Ð: "D",
    þ: "th",
    Þ: "TH",
    ł: "l",
    Ł: "L",
    ħ: "h",
    Ħ: "H",
    ı: "i",
    ŋ: "n",
    Ŋ: "N",
    ŧ: "t",
    Ŧ: "T",
    ĸ: "k",
    ə: "e",
    Ə: "E",
    ƒ: "f",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
  };
  const words = (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

  function toSnakeCase() {
    const spaced = this.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(
      /([A-Z]+)([A-Z][a-z])/g,
      "$1 $2",
    );
    return spaced
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]+/gu, "")
      .trim()
      .replace(/[\s_-]+/g, "_");
  }

  function toCamelCase() {
    const [first = "", ...rest] = words(this.replace(/([a-z\d])([A-Z])/g, "$1 $2")).map((word) =>
      word.toLowerCase(),
    );
    return first + rest.map(capital).join("");
  }

  function toTitleCase() {
    return this.replace(/\p{L}\S*/gu, (word) => capital(word.toLowerCase()));
  }

  function toSentenceCase() {
    return this.toLowerCase().replace(
      /(^|[.!?]\s+)(\p{L})/gu,
      (_, before, letter) => before + letter.toUpperCase(),
    );
  }

  function replaceSpecialChars() {
    const plain = this.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    return plain.replace(/[^\0-\x7f]/g, (char) => CLOSEST[char] ?? char);
  }

  function removeTags() {
    return this.replace(/<(?:!--.*?--|[^<>]*)>/gs, "");
  }

  function removeMarkdown() {
    return removeTags
      .call(this)
      .replace(/^[ \t]*(?:```|~~~).*$\n?/gm, "")
      .replace(/^[ \t]*(?:[-*_][ \t]*){3,}$/gm, "")
      .replace(/^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$/gm, "$1")
      .replace(/^[ \t]*>[ \t]?/gm, "")
      .replace(/^([ \t]*)(?:[*+-]|\d{1,9}[.)])[ \t]+/gm, "$1")
      .replace(/^[ \t]*\[[^\]\n]+\]:.*$\n?/gm, "")
      .replace(/^[=-]{2,}[ \t]*$\n?/gm, "")
      .replace(/!\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])/g, "$1")
      .replace(/\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])/g, "$1")
      .replace(/(`+)([^`\n]+)\1/g, "$2")
      .replace(/~~([^~\n]+)~~/g, "$1")
      .replace(/\*\*(?=\S)([^*\n]*[^*\s])\*\*/g, "$1")
      .replace(/(?<![\p{L}\p{N}])__(?=\S)([^_\n]*[^_\s])__(?![\p{L}\p{N}])/gu, "$1")
      .replace(/\*(?=\S)([^*\n]*[^*\s])\*/g, "$1")
      .replace(/(?<![\p{L}\p{N}])_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}])/gu, "$1");
  }

  function quote(mark = '"') {
    const sign = String(mark);
    return sign + this.replaceAll("\\", "\\\\").replaceAll(sign, () => `\\${sign}`) + sign;
  }

  function urlDecode(entire = false) {
    try {
      return entire ? decodeURI(this) : decodeURIComponent(this);
    } catch {
      return P.fail(
        "urlDecode(): the text has a % that begins no character",
        "Write a percent sign as %25.",
      );
    }
  }

  P.extend("String", {
    toSnakeCase,
    toCamelCase,
    toTitleCase,
    toSentenceCase,
    replaceSpecialChars,
    removeTags,
    removeMarkdown,
    quote,
    urlDecode,
    urlEncode(entire = false) {
      return entire ? encodeURI(this.toWellFormed()) : encodeURIComponent(this.toWellFormed());
    },
    toJsonString() {
      return JSON.stringify(String(this));
    },
  });
})((globalThis.__penstock ??= {}));
