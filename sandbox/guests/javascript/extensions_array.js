// Methods of arrays. None changes the array but append, which its documentation promises to.
(function (P) {
  "use strict";

  function numbers(list, name) {
    return list.map((value) => {
      const number =
        typeof value === "number"
          ? value
          : typeof value === "string" && value.trim() !== ""
            ? Number(value)
            : NaN;
      if (typeof value !== "number" && Number.isNaN(number))
        P.fail(
          `${name}(): all array elements must be numbers`,
          "Take the numbers out first, for example with .pluck('price').",
        );
      return number;
    });
  }

  function arrayArgument(value, name) {
    if (!Array.isArray(value)) P.fail(`${name}(): expected array arg, e.g. .${name}(["a", "b"])`);
    return value;
  }

  const keysOf = (keys) =>
    keys
      .flat()
      .flatMap((key) => String(key).split(","))
      .map((key) => key.trim());
  const only = (value, keys) => Object.fromEntries(keys.map((key) => [key, value?.[key]]));

  function unique(...keys) {
    const names = keysOf(keys);
    const seen = new Set();
    return this.filter((value) => {
      const key = P.fingerprint(names.length && P.isPlain(value) ? only(value, names) : value);
      return !seen.has(key) && Boolean(seen.add(key));
    });
  }

  const fingerprints = (list) => new Set(list.map(P.fingerprint));

  function union(other) {
    return unique.call([...this, ...arrayArgument(other, "union")]);
  }

  function intersection(other) {
    const wanted = fingerprints(arrayArgument(other, "intersection"));
    return unique.call(this.filter((value) => wanted.has(P.fingerprint(value))));
  }

  function difference(other) {
    const unwanted = fingerprints(arrayArgument(other, "difference"));
    return this.filter((value) => !unwanted.has(P.fingerprint(value)));
  }

  function compact() {
    const kept = (value) =>
      value !== null && value !== undefined && value !== "" && value !== "nil";
    return this.filter(kept).map((value) =>
      plainData(value)
        ? Object.fromEntries(Object.entries(value).filter((entry) => kept(entry[1])))
        : value,
    );
  }

  const plainData = (value) => P.isPlain(value) && !P.isDateTime(value) && !(value instanceof Date);

  function merge(other) {
    const result = {};
    const lists = other === undefined ? [this] : [this, arrayArgument(other, "merge")];
    const length = Math.max(...lists.map((list) => list.length));
    for (let index = 0; index < length; index++) {
      for (const list of lists) {
        if (!plainData(list[index])) continue;
        for (const [key, value] of Object.entries(list[index]))
          if (!Object.hasOwn(result, key)) own(result, key, value);
      }
    }
    return result;
  }

  /** Also a key such as __proto__ becomes an ordinary field. */
  function own(target, key, value) {
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }

  function pluck(...keys) {
    const names = keys.flat().map(String);
    if (names.length === 0) return this.slice();
    const values = this.filter(P.isPlain).map((value) =>
      names.length === 1 ? value[names[0]] : pairs(value, names),
    );
    return values.filter((value) => value !== undefined);
  }

  function pairs(value, names) {
    const found = names.filter((name) => Object.hasOwn(value, name));
    return found.length ? only(value, found) : undefined;
  }

  function renameKeys(...names) {
    if (names.length === 0 || names.length % 2)
      P.fail("renameKeys(): expected an even amount of args: from1, to1 [, from2, to2, …]");
    const renamed = new Map();
    for (let index = 0; index < names.length; index += 2)
      renamed.set(String(names[index]), String(names[index + 1]));
    return this.map((value) => {
      if (!plainData(value)) return value;
      const result = {};
      for (const [key, field] of Object.entries(value)) own(result, renamed.get(key) ?? key, field);
      return result;
    });
  }

  function smartJoin(keyField, nameField) {
    if (!keyField || !nameField)
      P.fail('smartJoin(): expected two string args, e.g. .smartJoin("name", "value")');
    const result = {};
    for (const value of this) {
      if (P.isPlain(value) && value[keyField] !== undefined)
        own(result, String(value[keyField]), value[nameField]);
    }
    return result;
  }

  function chunk(length) {
    const size = Math.floor(Number(length));
    if (!(size >= 1)) P.fail("chunk(): expected non-zero numeric arg, e.g. .chunk(5)");
    const result = [];
    for (let index = 0; index < this.length; index += size)
      result.push(this.slice(index, index + size));
    return result;
  }

  const total = (list) => list.reduce((sum, value) => sum + value, 0);
  const extreme = (list, name, better) =>
    numbers(list, name).reduce(
      (best, value) =>
        Number.isNaN(best) || best === undefined || better(value, best) || Number.isNaN(value)
          ? value
          : best,
      undefined,
    );

  P.extend("Array", {
    unique,
    removeDuplicates: unique,
    union,
    intersection,
    difference,
    compact,
    merge,
    pluck,
    renameKeys,
    smartJoin,
    chunk,
    append(...elements) {
      for (const element of elements) this.push(element);
      return this;
    },
    length() {
      return this.length;
    },
    first() {
      return this[0];
    },
    last() {
      return this[this.length - 1];
    },
    sum() {
      return total(numbers(this, "sum"));
    },
    average() {
      return this.length === 0 ? 0 : total(numbers(this, "average")) / this.length;
    },
    max() {
      return extreme(this, "max", (value, best) => value > best);
    },
    min() {
      return extreme(this, "min", (value, best) => value < best);
    },
    randomItem() {
      return this[Math.floor(Math.random() * this.length)];
    },
    isEmpty() {
      return this.length === 0;
    },
    isNotEmpty() {
      return this.length > 0;
    },
    toJsonString() {
      return JSON.stringify(this);
    },
  });
  const notThere = () => undefined;
  P.extend("Array", {
    toInt: notThere,
    toFloat: notThere,
    toNumber: notThere,
    toBoolean: notThere,
    toDateTime: notThere,
  });
})((globalThis.__penstock ??= {}));
