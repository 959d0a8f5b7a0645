// URL and URLSearchParams: absolute addresses as people write them in workflows, and relative ones against a base.
(function (P) {
  "use strict";

  const PORTS = { "http:": "80", "https:": "443", "ftp:": "21", "ws:": "80", "wss:": "443" };
  const isSpecial = (protocol) => Object.hasOwn(PORTS, protocol) || protocol === "file:";
  const encodeSet = (pattern) => (text) =>
    text
      .toWellFormed()
      .replace(pattern, (char) =>
        encodeURIComponent(char).replace(
          /[!'()*]/g,
          (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
        ),
      );
  const inPath = encodeSet(/[^\x21\x24-\x3b\x3d\x40-\x5f\x61-\x7a\x7c\x7e%]/gu);
  const inQuery = encodeSet(/[^\x21\x24-\x26\x28-\x3b\x3d\x3f-\x7e%]/gu);
  const inFragment = encodeSet(/[^\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7e%]/gu);
  const inUser = encodeSet(/[^\x21\x24-\x2e\x30-\x39\x41-\x5a\x5f\x61-\x7a\x7e%]/gu);

  function encodeForm(text) {
    return encodeURIComponent(text.toWellFormed())
      .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll("%20", "+");
  }

  function decodeForm(text) {
    const bytes = [];
    for (const [piece] of text.replaceAll("+", " ").matchAll(/%[0-9a-fA-F]{2}|[^%]+|%/g)) {
      if (/^%../.test(piece)) bytes.push(parseInt(piece.slice(1), 16));
      else for (const byte of new TextEncoder().encode(piece)) bytes.push(byte);
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  }

  function pairsOf(init) {
    if (init === undefined || init === null) return [];
    if (typeof init === "object") {
      const entries =
        typeof init[Symbol.iterator] === "function" ? Array.from(init) : Object.entries(init);
      return entries.map(([name, value]) => [String(name), String(value)]);
    }
    return String(init)
      .replace(/^\?/, "")
      .split("&")
      .filter(Boolean)
      .map((part) => {
        const at = part.indexOf("=");
        return at < 0
          ? [decodeForm(part), ""]
          : [decodeForm(part.slice(0, at)), decodeForm(part.slice(at + 1))];
      });
  }

  class URLSearchParams {
    #pairs;
    #changed;
    constructor(init, changed = () => {}) {
      this.#pairs = pairsOf(init);
      this.#changed = typeof changed === "function" ? changed : () => {};
    }
    #set(pairs) {
      this.#pairs = pairs;
      this.#changed(this.toString());
    }
    get size() {
      return this.#pairs.length;
    }
    append(name, value) {
      this.#set([...this.#pairs, [String(name), String(value)]]);
    }
    delete(name) {
      this.#set(this.#pairs.filter((pair) => pair[0] !== String(name)));
    }
    get(name) {
      return this.#pairs.find((pair) => pair[0] === String(name))?.[1] ?? null;
    }
    getAll(name) {
      return this.#pairs.filter((pair) => pair[0] === String(name)).map((pair) => pair[1]);
    }
    has(name) {
      return this.#pairs.some((pair) => pair[0] === String(name));
    }
    set(name, value) {
      const key = String(name);
      const first = this.#pairs.findIndex((pair) => pair[0] === key);
      if (first < 0) return this.append(key, value);
      const rest = this.#pairs.filter((pair, index) => index <= first || pair[0] !== key);
      rest[first] = [key, String(value)];
      return this.#set(rest);
    }
    sort() {
      this.#set(
        this.#pairs.toSorted((left, right) =>
          left[0] < right[0] ? -1 : left[0] > right[0] ? 1 : 0,
        ),
      );
    }
    forEach(callback, thisValue) {
      for (const [name, value] of this.#pairs) callback.call(thisValue, value, name, this);
    }
    *entries() {
      for (const [name, value] of this.#pairs) yield [name, value];
    }
    *keys() {
      for (const [name] of this.#pairs) yield name;
    }
    *values() {
      for (const [, value] of this.#pairs) yield value;
    }
    [Symbol.iterator]() {
      return this.entries();
    }
    toString() {
      return this.#pairs
        .map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`)
        .join("&");
    }
  }

  const SPLIT = /^([a-zA-Z][a-zA-Z0-9+.-]*:)?(?:([/\\]{2})([^/\\?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/s;

  function invalid(input) {
    const error = new TypeError("Invalid URL");
    Object.assign(error, { code: "ERR_INVALID_URL", input });
    throw error;
  }

  function hostOf(text, protocol, input) {
    if (!isSpecial(protocol)) return text;
    if (/^\[[0-9a-fA-F:.]+\]$/.test(text)) return text.toLowerCase();
    let host;
    try {
      host = decodeURIComponent(text).toLowerCase();
    } catch {
      return invalid(input);
    }
    if (host === "" ? protocol !== "file:" : /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/.test(host))
      invalid(input);
    return toAscii(host);
  }

  // Labels with other letters are written in Punycode.
  const toAscii = (host) =>
    host
      .normalize("NFKC")
      .split(/[.\u3002]/)
      .map((label) => (/[^\0-\x7f]/.test(label) ? `xn--${punycode(label)}` : label))
      .join(".");

  function adapt(delta, points, first) {
    let value = Math.floor(first ? delta / 700 : delta / 2);
    value += Math.floor(value / points);
    let k = 0;
    for (; value > 455; k += 36) value = Math.floor(value / 35);
    return k + Math.floor((36 * value) / (value + 38));
  }

  const digit = (value) => String.fromCharCode(value < 26 ? value + 97 : value + 22);

  function variable(number, bias) {
    let text = "";
    let rest = number;
    for (let k = 36; ; k += 36) {
      const limit = Math.min(26, Math.max(1, k - bias));
      if (rest < limit) return text + digit(rest);
      text += digit(limit + ((rest - limit) % (36 - limit)));
      rest = Math.floor((rest - limit) / (36 - limit));
    }
  }

  function punycode(label) {
    const points = Array.from(label, (char) => char.codePointAt(0));
    const basic = points.filter((point) => point < 128);
    let text = String.fromCodePoint(...basic) + (basic.length ? "-" : "");
    let [done, last, delta, bias] = [basic.length, 128, 0, 72];
    while (done < points.length) {
      const next = Math.min(...points.filter((point) => point >= last));
      delta += (next - last) * (done + 1);
      for (const point of points) {
        if (point < next) delta++;
        if (point !== next) continue;
        text += variable(delta, bias);
        bias = adapt(delta, done + 1, done === basic.length);
        [delta, done] = [0, done + 1];
      }
      [delta, last] = [delta + 1, next + 1];
    }
    return text;
  }

  function pathOf(path, protocol) {
    if (!isSpecial(protocol) && !path.startsWith("/")) return path;
    const parts = (isSpecial(protocol) ? path.replaceAll("\\", "/") : path).split("/").slice(1);
    const result = [];
    parts.forEach((part, index) => {
      const last = index === parts.length - 1;
      if (/^(?:\.|%2e){2}$/i.test(part)) {
        result.pop();
        if (last) result.push("");
      } else if (/^(?:\.|%2e)$/i.test(part)) {
        if (last) result.push("");
      } else result.push(inPath(part));
    });
    return `/${result.join("/")}`;
  }

  function authority(record, text, input) {
    const at = text.lastIndexOf("@");
    if (at >= 0) {
      const [user, ...rest] = text.slice(0, at).split(":");
      [record.username, record.password] = [inUser(user), inUser(rest.join(":"))];
    }
    const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text.slice(at + 1)) ?? invalid(input);
    record.hostname = hostOf(match[1], record.protocol, input);
    const port = match[2] ? String(Number(match[2])) : "";
    if (Number(port) > 65535) invalid(input);
    record.port = port === PORTS[record.protocol] ? "" : port;
  }

  function merged(path, base) {
    if (path === "") return base.pathname;
    return path.startsWith("/") || path.startsWith("\\")
      ? path
      : base.pathname.replace(/[^/]*$/, "") + path;
  }

  function parse(text, base) {
    const input = text.trim().replace(/[\t\n\r]/g, "");
    const [, scheme, slashes, host, path, query = "", hash = ""] =
      SPLIT.exec(input) ?? invalid(text);
    if (scheme === undefined && base === undefined) invalid(text);
    const protocol = (scheme ?? base.protocol).toLowerCase();
    const record = {
      protocol,
      username: "",
      password: "",
      hostname: "",
      port: "",
      query: inQuery(query),
      hash: inFragment(hash),
    };
    const relative = scheme === undefined && slashes === undefined;
    if (relative)
      Object.assign(record, {
        username: base.username,
        password: base.password,
        hostname: base.hostname,
        port: base.port,
      });
    else if (slashes !== undefined) authority(record, host, text);
    else if (isSpecial(protocol))
      return parse(`${protocol}//${input.slice(scheme.length).replace(/^[/\\]+/, "")}`, undefined);
    record.pathname = pathOf(
      relative ? merged(path, base) : path || (isSpecial(protocol) ? "/" : ""),
      protocol,
    );
    if (relative && path === "" && query === "") record.query = base.query;
    record.slashes = isSpecial(protocol) || slashes !== undefined;
    return record;
  }

  class URL {
    #parts;
    #params;
    constructor(input, base) {
      const start = base === undefined ? undefined : parse(String(base));
      this.#parts = parse(String(input), start);
      this.#renew();
    }
    #renew() {
      this.#params = new URLSearchParams(this.#parts.query, (text) => {
        this.#parts.query = text ? `?${text}` : "";
      });
    }
    static canParse(input, base) {
      return URL.parse(input, base) !== null;
    }
    static parse(input, base) {
      try {
        return new URL(input, base);
      } catch {
        return null;
      }
    }
    get href() {
      const { protocol, username, password, slashes, pathname, query, hash } = this.#parts;
      const user = username || password ? `${username}${password ? `:${password}` : ""}@` : "";
      return `${protocol}${slashes ? "//" : ""}${user}${this.host}${pathname}${query === "?" ? "" : query}${hash === "#" ? "" : hash}`;
    }
    set href(value) {
      this.#parts = parse(String(value));
      this.#renew();
    }
    get origin() {
      return Object.hasOwn(PORTS, this.protocol) ? `${this.protocol}//${this.host}` : "null";
    }
    get host() {
      return this.#parts.hostname + (this.#parts.port ? `:${this.#parts.port}` : "");
    }
    set host(value) {
      authority(this.#parts, String(value), value);
    }
    get protocol() {
      return this.#parts.protocol;
    }
    set protocol(value) {
      const protocol = `${String(value).replace(/:.*$/s, "").toLowerCase()}:`;
      if (isSpecial(protocol) === isSpecial(this.protocol)) this.#parts.protocol = protocol;
      if (this.#parts.port === PORTS[protocol]) this.#parts.port = "";
    }
    get username() {
      return this.#parts.username;
    }
    set username(value) {
      this.#parts.username = inUser(String(value));
    }
    get password() {
      return this.#parts.password;
    }
    set password(value) {
      this.#parts.password = inUser(String(value));
    }
    get hostname() {
      return this.#parts.hostname;
    }
    set hostname(value) {
      this.#parts.hostname = hostOf(String(value), this.protocol, value);
    }
    get port() {
      return this.#parts.port;
    }
    set port(value) {
      const port = String(parseInt(value, 10));
      this.#parts.port = port === "NaN" || port === PORTS[this.protocol] ? "" : port;
    }
    get pathname() {
      return this.#parts.pathname;
    }
    set pathname(value) {
      this.#parts.pathname = pathOf(
        String(value)
          .replace(/^(?![/\\])/, "/")
          .replace(/[?#]/g, encodeURIComponent),
        this.protocol,
      );
    }
    get search() {
      return this.#parts.query === "?" ? "" : this.#parts.query;
    }
    set search(value) {
      const text = String(value).replace(/^\?/, "");
      this.#parts.query = text ? `?${inQuery(text).replaceAll("#", "%23")}` : "";
      this.#renew();
    }
    get hash() {
      return this.#parts.hash === "#" ? "" : this.#parts.hash;
    }
    set hash(value) {
      const text = String(value).replace(/^#/, "");
      this.#parts.hash = text ? `#${inFragment(text)}` : "";
    }
    get searchParams() {
      return this.#params;
    }
    toString() {
      return this.href;
    }
    toJSON() {
      return this.href;
    }
  }

  P.provide({ URL, URLSearchParams });
})((globalThis.__penstock ??= {}));
