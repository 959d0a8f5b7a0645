// The clock and the random numbers of one call. A baked image would otherwise give every copy
// the same "random" numbers, and a replay different ones.
(function (P) {
  "use strict";
  const imul = Math.imul;
  let a = 0, b = 0, c = 0, counter = 1;

  function next32() {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  P.seed = function (seed) {
    const number = Number(seed);
    a = imul(number | 0, 0x9e3779b1) | 0;
    b = imul(Math.floor(number / 4294967296) | 0, 0x85ebca6b) ^ 0x2545f491;
    c = 0x27220a95;
    counter = 1;
    for (let i = 0; i < 12; i++) next32();
  };

  P.random = function () {
    return ((next32() >>> 5) * 67108864 + (next32() >>> 6)) / 9007199254740992;
  };
  P.random32 = next32;

  Object.defineProperty(Math, "random", {
    value: function random() { return P.random(); },
    writable: true, configurable: true, enumerable: false,
  });
  P.seed(0);

  let frozen = null;

  // From here on this VM's Date tells the time that the host sent, not that of a clock.
  P.freezeClock = function () {
    const Native = Date;
    const NewDate = function Date(...parts) {
      if (!new.target) return new Native(frozen).toString();
      return Reflect.construct(Native, parts.length ? parts : [frozen], new.target);
    };
    for (const key of Reflect.ownKeys(Native)) {
      Object.defineProperty(NewDate, key, Object.getOwnPropertyDescriptor(Native, key));
    }
    NewDate.now = function now() { return frozen; };
    Object.defineProperty(NewDate, "now", { enumerable: false });
    Object.defineProperty(Native.prototype, "constructor", { value: NewDate, writable: true, configurable: true });
    globalThis.Date = NewDate;
    delete globalThis.performance;
    frozen = 0;
  };

  // Everything that is set anew for each call.
  P.start = function (ctx) {
    P.seed(ctx.seed ?? 0);
    if (frozen !== null) frozen = Number(ctx.now ?? 0);
    if (P.setMoment) P.setMoment(ctx);
  };
})(globalThis.__penstock ??= {});
