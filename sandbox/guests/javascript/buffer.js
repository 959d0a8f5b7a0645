// Buffer as Node.js has it, as far as code that turns text into bytes and back makes use of it.
(function (P) {
  "use strict";
  const encoder = new TextEncoder(), decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const PIECE = 8192;

  const codes = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);

  function latin1(bytes, mask = 255) {
    let text = "";
    for (let at = 0; at < bytes.length; at += PIECE) {
      text += String.fromCharCode(...Array.from(bytes.subarray(at, at + PIECE), (byte) => byte & mask));
    }
    return text;
  }

  function fromHex(text) {
    const pairs = /^(?:[0-9a-f]{2})*/i.exec(text)[0];
    return Uint8Array.from({ length: pairs.length / 2 }, (_, i) => parseInt(pairs.slice(2 * i, 2 * i + 2), 16));
  }

  function fromUtf16(text) {
    const bytes = new Uint8Array(text.length * 2);
    for (let i = 0; i < text.length; i++) {
      bytes[2 * i] = text.charCodeAt(i) & 255;
      bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
    }
    return bytes;
  }

  const toUrl = (text) => text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const fromUrl = (text) => text.replace(/-/g, "+").replace(/_/g, "/").replace(/[^A-Za-z0-9+/]/g, "");

  // Name: [text to bytes, bytes to text].
  const utf8 = [(text) => encoder.encode(text), (bytes) => decoder.decode(bytes)];
  const utf16 = [fromUtf16, (bytes) => new TextDecoder("utf-16le", { ignoreBOM: true }).decode(bytes)];
  const single = [codes, (bytes) => latin1(bytes)];
  const fromText = (text) => P.fromBase64(fromUrl(text));
  const ENCODINGS = {
    __proto__: null,
    "utf8": utf8, "utf-8": utf8,
    "utf16le": utf16, "utf-16le": utf16, "ucs2": utf16, "ucs-2": utf16,
    "latin1": single, "binary": single, "ascii": [codes, (bytes) => latin1(bytes, 127)],
    "hex": [fromHex, (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")],
    "base64": [fromText, (bytes) => P.toBase64(bytes)],
    "base64url": [fromText, (bytes) => toUrl(P.toBase64(bytes))],
  };

  function encoding(name = "utf8") {
    const found = ENCODINGS[String(name).toLowerCase()];
    if (!found) throw new TypeError(`Unknown encoding: ${name}`);
    return found;
  }

  function bytesOf(value, name) {
    if (typeof value === "string") return encoding(name)[0](value);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
    if (ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map((byte) => byte & 255);
    if (value?.type === "Buffer" && Array.isArray(value.data)) return value.data;
    throw new TypeError('The first argument must be of type string, Buffer, ArrayBuffer or Array');
  }

  class Bytes extends Uint8Array {
    static from(value, name) {
      const bytes = bytesOf(value, name);
      const made = new Bytes(bytes.length);
      made.set(bytes);
      return made;
    }
    static alloc(size, fill = 0, name = "utf8") {
      return new Bytes(size).fill(fill, 0, size, name);
    }
    static allocUnsafe(size) {
      return new Bytes(size);
    }
    static isBuffer(value) {
      return value instanceof Bytes;
    }
    static isEncoding(name) {
      return String(name).toLowerCase() in ENCODINGS;
    }
    static byteLength(value, name) {
      return bytesOf(value, name).length;
    }
    static concat(list, length = list.reduce((sum, part) => sum + part.length, 0)) {
      const made = new Bytes(length);
      let at = 0;
      for (const part of list) {
        if (at >= length) break;
        made.set(part.subarray(0, length - at), at);
        at += part.length;
      }
      return made;
    }
    static compare(left, right) {
      const size = Math.min(left.length, right.length);
      for (let i = 0; i < size; i++) if (left[i] !== right[i]) return left[i] < right[i] ? -1 : 1;
      return Math.sign(left.length - right.length);
    }
    static get [Symbol.species]() {
      return Bytes;
    }
    toString(name, start = 0, end = this.length) {
      return encoding(name)[1](this.subarray(start, end));
    }
    toJSON() {
      return { type: "Buffer", data: Array.from(this) };
    }
    equals(other) {
      return Bytes.compare(this, other) === 0;
    }
    compare(other) {
      return Bytes.compare(this, other);
    }
    slice(start, end) {
      return this.subarray(start, end);
    }
    copy(target, at = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - at));
      target.set(part, at);
      return part.length;
    }
    write(text, at = 0, length = this.length - at, name = "utf8") {
      const bytes = encoding(name)[0](text).subarray(0, Math.min(length, this.length - at));
      this.set(bytes, at);
      return bytes.length;
    }
    fill(value, start = 0, end = this.length, name = "utf8") {
      if (typeof value === "number") return super.fill(value & 255, start, end);
      const bytes = bytesOf(value, name);
      for (let i = start; bytes.length && i < end; i++) this[i] = bytes[(i - start) % bytes.length];
      return this;
    }
    indexOf(value, from = 0, name = "utf8") {
      if (typeof value === "number") return super.indexOf(value, from);
      const wanted = bytesOf(value, name);
      for (let at = from; at + wanted.length <= this.length; at++) {
        if (wanted.every((byte, i) => this[at + i] === byte)) return at;
      }
      return -1;
    }
    includes(value, from, name) {
      return this.indexOf(value, from, name) !== -1;
    }
    readUInt8(at = 0) {
      return this[at];
    }
    readUInt16BE(at = 0) {
      return (this[at] << 8) | this[at + 1];
    }
    readUInt16LE(at = 0) {
      return this[at] | (this[at + 1] << 8);
    }
    readUInt32BE(at = 0) {
      return this.readUInt16BE(at) * 65536 + this.readUInt16BE(at + 2);
    }
    readUInt32LE(at = 0) {
      return this.readUInt16LE(at + 2) * 65536 + this.readUInt16LE(at);
    }
  }

  // Called with and without `new`, as older code does.
  function Buffer(value, name) {
    return typeof value === "number" ? Bytes.alloc(value) : Bytes.from(value, name);
  }
  Object.setPrototypeOf(Buffer, Bytes);
  Buffer.prototype = Bytes.prototype;
  Bytes.prototype.constructor = Buffer;
  P.provide({ Buffer });
})((globalThis.__penstock ??= {}));
