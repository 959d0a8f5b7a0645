// What code asks of its host: gathered while promises are settled and sent as one list, so that
// requests that do not wait for each other run at the same time.
(function (P) {
  "use strict";
  const parse = JSON.parse, stringify = JSON.stringify;
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const DIGIT = new Map([...ALPHABET].map((letter, value) => [letter, value]));

  class HostError extends Error {
    constructor(error) {
      super(error.message);
      this.code = error.code;
      if (error.hint) this.hint = error.hint;
    }
  }
  HostError.prototype.name = "HostError";

  class HttpError extends Error {
    constructor(response, options) {
      super(`Request failed with status code ${response.statusCode}`);
      this.code = "http.status";
      this.statusCode = response.statusCode;
      this.httpCode = String(response.statusCode);
      this.response = response;
      this.options = { method: options.method, url: options.url };
    }
  }
  HttpError.prototype.name = "HttpError";

  let waiting = [];
  let sent = [];

  P.request = function (name, args) {
    return new Promise((resolve, reject) => waiting.push({ name, args, resolve, reject }));
  };

  P.takeRequests = function () {
    if (!waiting.length) return null;
    sent = waiting;
    waiting = [];
    return stringify(sent.map((request) => ({ name: request.name, arguments: request.args })));
  };

  P.giveAnswers = function (body) {
    const answers = parse(body);
    sent.forEach((request, i) => {
      const answer = answers[i] ?? { error: { code: "guest.protocol", message: "The host gave no answer." } };
      if (answer.error) request.reject(new HostError(answer.error));
      else request.resolve(answer.ok);
    });
    sent = [];
  };

  P.toBase64 = function (bytes) {
    let out = "";
    for (let i = 0; i < bytes.length; i += 3) {
      const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      out += ALPHABET[group >> 18] + ALPHABET[(group >> 12) & 63];
      out += i + 1 < bytes.length ? ALPHABET[(group >> 6) & 63] : "=";
      out += i + 2 < bytes.length ? ALPHABET[group & 63] : "=";
    }
    return out;
  };

  P.fromBase64 = function (text) {
    const letters = text.replace(/=+$/, "");
    const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
    let bits = 0, size = 0, at = 0;
    for (const letter of letters) {
      bits = (bits << 6) | (DIGIT.get(letter) ?? 0);
      size += 6;
      if (size >= 8) bytes[at++] = (bits >> (size -= 8)) & 255;
    }
    return globalThis.Buffer?.from ? globalThis.Buffer.from(bytes) : bytes;
  };

  const asBytes = (value) =>
    value instanceof ArrayBuffer ? new Uint8Array(value) : ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null;
  const isForm = (value) =>
    typeof globalThis.URLSearchParams === "function" && value instanceof globalThis.URLSearchParams;
  const hasHeader = (headers, name) => Object.keys(headers).some((key) => key.toLowerCase() === name);

  function encodeForm(values) {
    return Object.entries(values)
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
  }

  // Set the body and the header that says what it is.
  function setBody(args, body, form) {
    const type = (value) => {
      if (!hasHeader(args.headers, "content-type")) args.headers["content-type"] = value;
    };
    const bytes = asBytes(body);
    if (form !== undefined || isForm(body)) {
      args.body = form === undefined ? String(body) : encodeForm(form);
      type("application/x-www-form-urlencoded");
    } else if (bytes) {
      args.body = P.toBase64(bytes);
      args.bodyEncoding = "base64";
      return;
    } else if (typeof body === "string") {
      args.body = body;
    } else if (body !== undefined && body !== null) {
      args.body = stringify(body);
      type("application/json");
    } else return;
    args.bodyEncoding = "text";
  }

  function location(options) {
    const url = String(options.url ?? options.uri ?? "");
    if (!options.baseURL || /^[a-z][a-z0-9+.-]*:/i.test(url)) return url;
    return `${String(options.baseURL).replace(/\/+$/, "")}/${url.replace(/^\/+/, "")}`;
  }

  function toArguments(options, credential) {
    const args = { method: String(options.method ?? "GET").toUpperCase(), url: location(options), headers: {} };
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value !== undefined && value !== null) args.headers[name] = String(value);
    }
    if (options.qs && Object.keys(options.qs).length) args.query = options.qs;
    if (options.json && !hasHeader(args.headers, "accept")) args.headers.accept = "application/json";
    if (options.auth && !hasHeader(args.headers, "authorization")) {
      const pair = `${options.auth.username ?? options.auth.user ?? ""}:${options.auth.password ?? options.auth.pass ?? ""}`;
      args.headers.authorization = `Basic ${btoa(unescape(encodeURIComponent(pair)))}`;
    }
    setBody(args, options.body, options.form);
    if (options.timeout) args.timeoutMs = Number(options.timeout);
    if (options.disableFollowRedirect || options.followRedirect === false) args.maxRedirects = 0;
    if (credential !== undefined) args.credential = String(credential);
    return args;
  }

  function readBody(answer, options) {
    const base64 = answer.bodyEncoding === "base64";
    if (options.encoding === "arraybuffer") {
      return P.fromBase64(base64 ? answer.body : btoa(unescape(encodeURIComponent(answer.body ?? ""))));
    }
    if (base64) return P.fromBase64(answer.body);
    const type = String(answer.headers?.["content-type"] ?? "");
    if (options.encoding === "text" || options.json === false || !(options.json || /[/+]json\b/i.test(type))) {
      return answer.body;
    }
    try {
      return parse(answer.body);
    } catch {
      return answer.body;
    }
  }

  P.httpRequest = async function (given, credential) {
    const options = typeof given === "string" ? { url: given } : (given ?? {});
    const answer = await P.request("http", toArguments(options, credential));
    const response = { statusCode: answer.status, headers: answer.headers, body: readBody(answer, options), url: answer.url };
    const fine = answer.status < 400 || options.ignoreHttpStatusErrors || options.simple === false;
    if (!fine) throw new HttpError(response, options);
    return options.returnFullResponse || options.resolveWithFullResponse ? response : response.body;
  };
})(globalThis.__penstock ??= {});
