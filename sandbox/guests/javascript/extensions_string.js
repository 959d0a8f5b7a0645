// Methods of strings that ask or convert. Those that rewrite text are in extensions_text.js.
(function (P) {
  "use strict";

  const { DateTime } = globalThis.luxon;
  const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
  const NAME = `(?:${LABEL}\\.)+(?:[xX][nN]--[a-zA-Z0-9-]{1,59}|[a-zA-Z]{2,63})`;
  const ADDRESS = "(?:\\d{1,3}\\.){3}\\d{1,3}";
  const HOST = `(?:localhost|${ADDRESS}|${NAME})`;
  const MAILBOX = "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}";
  const DOMAIN_TEXT = new RegExp(`^${NAME}(?::\\d{1,5})?$`);
  const MAIL_TEXT = new RegExp(`^${MAILBOX}@${NAME}$`);
  const MAIL_INSIDE = new RegExp(`${MAILBOX}@${NAME}`);
  const URL_TEXT = new RegExp(`^(?:https?|ftps?|file)://${HOST}(?::\\d{1,5})?(?:[/?#]\\S*)?$`, "i");
  const URL_INSIDE = new RegExp(
    `https?://(?:[^\\s/@]+@)?${HOST}(?::\\d{1,5})?(?:[/?#][^\\s"'<>]*)?`,
    "i",
  );
  const HOST_OF = new RegExp(
    `^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^\\s/?#@]*@)?(${HOST})(?::\\d{1,5})?(?:[/?#].*)?$`,
    "is",
  );
  const NOT_DATES = "Write it as ISO 8601, or name the format: toDateTime('dd-MM-yyyy').";

  const utf8 = (text) => unescape(encodeURIComponent(text.toWellFormed()));

  function base64Encode() {
    return btoa(utf8(this));
  }

  function base64Decode() {
    // What is no digit of base64 is passed over, as Node.js does it.
    const digits = this.replace(/-/g, "+").replace(/_/g, "/").replace(/[^A-Za-z0-9+/]/g, "");
    const binary = atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits);
    return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  }

  function hash(algorithm = "md5") {
    const name = String(algorithm).toLowerCase();
    if (name === "base64") return base64Encode.call(this);
    const digest = P.hashes[name];
    if (digest === undefined) {
      return P.fail(
        `Unknown algorithm ${algorithm}`,
        `Available: ${Object.keys(P.hashes).join(", ")}, base64.`,
      );
    }
    return digest(new TextEncoder().encode(this));
  }

  function parseJson() {
    try {
      return JSON.parse(this);
    } catch (error) {
      const single = /^\s*[{[]\s*'/.test(this) ? " JSON needs double quotes." : "";
      return P.fail(
        `Parsing failed: ${error.message}.${single}`,
        "Check that the text is valid JSON, with double quotes around names and texts.",
      );
    }
  }

  function toNumber() {
    const number = Number(this);
    if (Number.isNaN(number))
      P.fail(
        `cannot convert ${JSON.stringify(String(this))} to a number`,
        "Remove what is not part of the number.",
      );
    return number;
  }

  function toInt(radix = 10) {
    const number = parseInt(this, radix);
    if (Number.isNaN(number))
      P.fail(`cannot convert ${JSON.stringify(String(this))} to an integer`);
    return number;
  }

  function toFloat() {
    const number = parseFloat(this);
    if (Number.isNaN(number))
      P.fail(`cannot convert ${JSON.stringify(String(this))} to a decimal number`);
    return number;
  }

  function toBoolean() {
    return !["false", "no", "0", "", "off", "null", "undefined", "nan"].includes(
      this.trim().toLowerCase(),
    );
  }

  function toDate() {
    const date = new Date(this);
    if (Number.isNaN(date.getTime())) P.fail("cannot convert to date", NOT_DATES);
    return date;
  }

  const TIMESTAMPS = {
    ms: (text) => DateTime.fromMillis(Number(text)),
    s: (text) => DateTime.fromSeconds(Number(text)),
    us: (text) => DateTime.fromMillis(Number(text) / 1000),
    excel: (text) => DateTime.fromMillis((Number(text) - 25569) * 86400000),
  };
  // JavaScript itself would take the 30th of February for the first of March.
  const forDate = (text) =>
    /\d/.test(text) && /[^\d.]/.test(text) && !/^\d{4}-\d\d-\d\d(T|$)/.test(text);
  const PARSERS = [
    (text) => DateTime.fromISO(text, { setZone: true }),
    (text) => DateTime.fromHTTP(text, { setZone: true }),
    (text) => DateTime.fromRFC2822(text, { setZone: true }),
    (text) => DateTime.fromSQL(text, { setZone: true }),
    (text) => DateTime.fromJSDate(forDate(text) ? new Date(text) : new Date(NaN)),
  ];

  function parsed(text, format) {
    if (format && Object.hasOwn(TIMESTAMPS, format)) return TIMESTAMPS[format](text);
    if (format) return DateTime.fromFormat(text, format);
    const plain = P.fastDates.fromIso(text);
    if (plain !== undefined) return plain;
    for (const parse of PARSERS) {
      const date = parse(text);
      if (date.isValid) return date;
    }
    return DateTime.invalid("unparsable");
  }

  function toDateTime(format) {
    const date = parsed(this.trim(), format);
    // Of a number that is none comes a date that is none, which is told as "Invalid DateTime".
    if (date.isValid || (format && Object.hasOwn(TIMESTAMPS, format))) return date;
    return P.fail(`cannot convert ${JSON.stringify(String(this))} to a Luxon DateTime`, NOT_DATES);
  }

  function extractUrlPath() {
    const match = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+([^?#]*)/i.exec(this);
    return match === null ? undefined : match[1].trimEnd().replace(/\s/g, encodeURIComponent) || "/";
  }

  P.extend("String", {
    base64Encode,
    base64Decode,
    hash,
    parseJson,
    toNumber,
    toInt,
    toFloat,
    toBoolean,
    toDate,
    toDateTime,
    extractUrlPath,
    toWholeNumber: toInt,
    toDecimalNumber: toFloat,
    length() {
      return this.length;
    },
    isEmpty() {
      return this.length === 0;
    },
    isNotEmpty() {
      return this.length > 0;
    },
    isNumeric() {
      return this.trim() !== "" && !/\s/.test(this) && Number.isFinite(Number(this));
    },
    isDomain() {
      return DOMAIN_TEXT.test(this) && this.length <= 259;
    },
    isEmail() {
      return MAIL_TEXT.test(this);
    },
    isUrl() {
      return URL_TEXT.test(this);
    },
    extractEmail() {
      return MAIL_INSIDE.exec(this)?.[0];
    },
    extractDomain() {
      return HOST_OF.exec(this.trim())?.[1];
    },
    extractUrl() {
      return URL_INSIDE.exec(this)?.[0];
    },
  });
})((globalThis.__penstock ??= {}));
