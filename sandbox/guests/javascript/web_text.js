// TextEncoder and TextDecoder for an engine that has neither.
(function (P) {
  "use strict";

  const REPLACEMENT = 0xfffd;

  function toUtf8(text) {
    const bytes = [];
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else {
        const point = text.codePointAt(i);
        if (point > 0xffff) {
          i++;
          bytes.push(
            0xf0 | (point >> 18),
            0x80 | ((point >> 12) & 63),
            0x80 | ((point >> 6) & 63),
            0x80 | (point & 63),
          );
        } else {
          const whole = point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point;
          bytes.push(0xe0 | (whole >> 12), 0x80 | ((whole >> 6) & 63), 0x80 | (whole & 63));
        }
      }
    }
    return Uint8Array.from(bytes);
  }

  // What may follow a first byte: how many bytes, and the limits of the second.
  function sequence(first) {
    if (first >= 0xc2 && first <= 0xdf) return [1, 0x80, 0xbf, first & 31];
    if (first >= 0xe0 && first <= 0xef)
      return [2, first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf, first & 15];
    if (first >= 0xf0 && first <= 0xf4)
      return [3, first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf, first & 7];
    return undefined;
  }

  /** [code point, bytes read]; broken input reads as the replacement character. */
  function pointAt(bytes, at) {
    const found = sequence(bytes[at]);
    if (found === undefined) return [REPLACEMENT, 1];
    let [count, low, high, point] = found;
    for (let i = 1; i <= count; i++) {
      const byte = bytes[at + i];
      if (!(byte >= low && byte <= high)) return [REPLACEMENT, i];
      [point, low, high] = [(point << 6) | (byte & 63), 0x80, 0xbf];
    }
    return [point, count + 1];
  }

  function fromUtf8(bytes, fatal) {
    const pieces = [];
    let units = [];
    const flush = () => {
      pieces.push(String.fromCodePoint(...units));
      units = [];
    };
    for (let at = 0; at < bytes.length;) {
      const byte = bytes[at];
      const [point, size] = byte < 0x80 ? [byte, 1] : pointAt(bytes, at);
      if (fatal && point === REPLACEMENT && size < 3)
        throw new TypeError("The encoded data was not valid.");
      if (units.push(point) === 4096) flush();
      at += size;
    }
    flush();
    return pieces.join("");
  }

  function bytesOf(input) {
    if (input === undefined) return new Uint8Array(0);
    if (input instanceof ArrayBuffer) return new Uint8Array(input);
    if (ArrayBuffer.isView(input))
      return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    throw new TypeError("The input must be an ArrayBuffer or a view of one.");
  }

  class TextEncoder {
    get encoding() {
      return "utf-8";
    }
    encode(input = "") {
      return toUtf8(String(input));
    }
    encodeInto(input, target) {
      let [read, written] = [0, 0];
      for (const char of String(input)) {
        const bytes = toUtf8(char);
        if (written + bytes.length > target.length) break;
        target.set(bytes, written);
        [read, written] = [read + char.length, written + bytes.length];
      }
      return { read, written };
    }
  }

  const DECODERS = {
    "utf-8": fromUtf8,
    latin1: (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
    "utf-16le": (bytes) =>
      Array.from({ length: bytes.length >> 1 }, (_, i) =>
        String.fromCharCode(bytes[2 * i] | (bytes[2 * i + 1] << 8)),
      ).join(""),
  };
  const LABELS = {
    utf8: "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    ascii: "latin1",
    "us-ascii": "latin1",
    "iso-8859-1": "latin1",
    "windows-1252": "latin1",
    "utf-16": "utf-16le",
  };

  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBom;
    constructor(label = "utf-8", options = {}) {
      const name = String(label).trim().toLowerCase();
      this.#encoding = LABELS[name] ?? name;
      if (!Object.hasOwn(DECODERS, this.#encoding))
        throw new RangeError(
          `The encoding label '${label}' is not known. Known: utf-8, utf-16le, latin1.`,
        );
      this.#fatal = Boolean(options.fatal);
      this.#ignoreBom = Boolean(options.ignoreBOM);
    }
    get encoding() {
      return this.#encoding;
    }
    get fatal() {
      return this.#fatal;
    }
    decode(input) {
      const text = DECODERS[this.#encoding](bytesOf(input), this.#fatal);
      return !this.#ignoreBom && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    }
  }

  P.provide = (members) => {
    for (const [name, value] of Object.entries(members)) {
      if (typeof globalThis[name] === "undefined")
        Object.defineProperty(globalThis, name, {
          value,
          writable: true,
          enumerable: false,
          configurable: true,
        });
    }
  };
  P.provide({ TextEncoder, TextDecoder });
})((globalThis.__penstock ??= {}));
