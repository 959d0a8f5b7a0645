// Methods of booleans.
(function (P) {
  "use strict";

  const number = function () {
    return Number(this);
  };

  P.extend("Boolean", {
    toInt: number,
    toNumber: number,
    toFloat: number,
    toDecimalNumber: number,
    toWholeNumber: number,
    toBoolean() {
      return this.valueOf();
    },
    isEmpty: () => false,
    isNotEmpty: () => true,
    toJsonString() {
      return String(this);
    },
  });
})((globalThis.__penstock ??= {}));
