// Digests of bytes as hexadecimal text: P.hashes.sha256(Uint8Array) and so on.
(function (P) {
  "use strict";

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const rotl = (word, by) => (word << by) | (word >>> (32 - by));

  /** The message with its padding: a one, zeros, and its length in bits. */
  function padded(bytes, block, littleEndian) {
    const lengthBytes = block / 8;
    const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
    const result = new Uint8Array(size);
    result.set(bytes);
    result[bytes.length] = 0x80;
    const view = new DataView(result.buffer);
    const [low, high] = [(bytes.length << 3) >>> 0, Math.floor(bytes.length / 0x20000000)];
    view.setUint32(littleEndian ? size - 8 : size - 4, low, littleEndian);
    view.setUint32(littleEndian ? size - 4 : size - 8, high, littleEndian);
    return view;
  }

  function output(state, littleEndian, length = state.length) {
    const bytes = new Uint8Array(state.length * 4);
    const view = new DataView(bytes.buffer);
    state.forEach((word, index) => view.setInt32(index * 4, word, littleEndian));
    return hex(bytes.subarray(0, length * 4));
  }

  const fraction = (number) => ((number - Math.floor(number)) * 0x100000000) | 0;
  const primes = [];
  for (let number = 2; primes.length < 80; number++)
    if (primes.every((prime) => number % prime)) primes.push(number);

  const MD5_SHIFTS = [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
  ];
  const MD5_SINES = Int32Array.from({ length: 64 }, (_, index) =>
    Math.floor(Math.abs(Math.sin(index + 1)) * 0x100000000),
  );
  const MD5_INDEX = [
    (i) => i,
    (i) => (5 * i + 1) % 16,
    (i) => (3 * i + 5) % 16,
    (i) => (7 * i) % 16,
  ];
  const MD5_MIX = [
    (b, c, d) => (b & c) | (~b & d),
    (b, c, d) => (d & b) | (~d & c),
    (b, c, d) => b ^ c ^ d,
    (b, c, d) => c ^ (b | ~d),
  ];

  function add(state, words) {
    for (let i = 0; i < state.length; i++) state[i] = (state[i] + words[i]) | 0;
  }

  function md5(bytes) {
    const view = padded(bytes, 64, true);
    const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    for (let at = 0; at < view.byteLength; at += 64) {
      let [a, b, c, d] = state;
      for (let i = 0; i < 64; i++) {
        const round = i >> 4;
        const word = view.getInt32(at + MD5_INDEX[round](i) * 4, true);
        const sum = (a + MD5_MIX[round](b, c, d) + MD5_SINES[i] + word) | 0;
        a = d;
        d = c;
        c = b;
        b = (b + rotl(sum, MD5_SHIFTS[round][i % 4])) | 0;
      }
      add(state, [a, b, c, d]);
    }
    return output(state, true);
  }

  const SHA1_KEYS = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc | 0, 0xca62c1d6 | 0];
  const SHA1_MIX = [
    (b, c, d) => (b & c) | (~b & d),
    (b, c, d) => b ^ c ^ d,
    (b, c, d) => (b & c) | (b & d) | (c & d),
    (b, c, d) => b ^ c ^ d,
  ];

  function sha1(bytes) {
    const view = padded(bytes, 64, false);
    const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
    const words = new Int32Array(80);
    for (let at = 0; at < view.byteLength; at += 64) {
      for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + i * 4);
      for (let i = 16; i < 80; i++)
        words[i] = rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
      let [a, b, c, d, e] = state;
      for (let i = 0; i < 80; i++) {
        const round = Math.floor(i / 20);
        const mixed = SHA1_MIX[round](b, c, d) + SHA1_KEYS[round] + words[i];
        const sum = (rotl(a, 5) + e + mixed) | 0;
        e = d;
        d = c;
        c = rotl(b, 30);
        b = a;
        a = sum;
      }
      add(state, [a, b, c, d, e]);
    }
    return output(state, false);
  }

  const SHA256_KEYS = Int32Array.from(primes.slice(0, 64), (prime) => fraction(Math.cbrt(prime)));
  const SHA256_START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
  const SHA224_START = Int32Array.of(
    0xc1059ed8,
    0x367cd507,
    0x3070dd17,
    0xf70e5939,
    0xffc00b31,
    0x68581511,
    0x64f98fa7,
    0xbefa4fa4,
  );

  function sha2Small(bytes, start, length) {
    const view = padded(bytes, 64, false);
    const state = Array.from(start);
    const words = new Int32Array(64);
    for (let at = 0; at < view.byteLength; at += 64) {
      for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + i * 4);
      for (let i = 16; i < 64; i++) {
        const x = words[i - 15];
        const y = words[i - 2];
        const left = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const right = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        words[i] = words[i - 16] + left + words[i - 7] + right;
      }
      sha2Rounds(state, words);
    }
    return output(state, false, length);
  }

  function sha2Rounds(state, words) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const low = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const high = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const first = (h + low + ((e & f) ^ (~e & g)) + SHA256_KEYS[i] + words[i]) | 0;
      const second = (high + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    add(state, [a, b, c, d, e, f, g, h]);
  }

  // 64-bit words as pairs of 32-bit halves; the constants are roots of primes, worked out exactly once.

  const MASK = (1n << 64n) - 1n;
  function root(value, power) {
    let [low, high] = [0n, value];
    while (low < high) {
      const middle = (low + high + 1n) / 2n;
      if (middle ** power <= value) low = middle;
      else high = middle - 1n;
    }
    return low;
  }
  const pairs = (list) =>
    Int32Array.from(list.flatMap((word) => [Number(word >> 32n), Number(word & 0xffffffffn)]));
  const SHA512_KEYS = pairs(primes.map((prime) => root(BigInt(prime) << 192n, 3n) & MASK));
  const SHA512_START = pairs(
    primes.slice(0, 8).map((prime) => root(BigInt(prime) << 128n, 2n) & MASK),
  );
  const SHA384_START = pairs(
    primes.slice(8, 16).map((prime) => root(BigInt(prime) << 128n, 2n) & MASK),
  );

  // The high half of a rotation to the right, of a pair; the low half is the same with the pair swapped.
  const turn = (high, low, by) =>
    by < 32
      ? (high >>> by) | (low << (32 - by))
      : by === 32
        ? low
        : (low >>> (by - 32)) | (high << (64 - by));
  const carry = (low) => Math.floor(low / 0x100000000);

  function schedule(view, at, words) {
    for (let i = 0; i < 32; i++) words[i] = view.getInt32(at + i * 4);
    for (let i = 32; i < 160; i += 2) {
      const xh = words[i - 30];
      const xl = words[i - 29];
      const yh = words[i - 4];
      const yl = words[i - 3];
      const ah = turn(xh, xl, 1) ^ turn(xh, xl, 8) ^ (xh >>> 7);
      const al = turn(xl, xh, 1) ^ turn(xl, xh, 8) ^ ((xl >>> 7) | (xh << 25));
      const bh = turn(yh, yl, 19) ^ turn(yh, yl, 61) ^ (yh >>> 6);
      const bl = turn(yl, yh, 19) ^ turn(yl, yh, 61) ^ ((yl >>> 6) | (yh << 26));
      const low = (al >>> 0) + (bl >>> 0) + (words[i - 13] >>> 0) + (words[i - 31] >>> 0);
      words[i + 1] = low;
      words[i] = ah + bh + words[i - 14] + words[i - 32] + carry(low);
    }
  }

  function wideRounds(state, words) {
    let [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl] = state;
    for (let i = 0; i < 160; i += 2) {
      const el1 = turn(el, eh, 14) ^ turn(el, eh, 18) ^ turn(el, eh, 41);
      const eh1 = turn(eh, el, 14) ^ turn(eh, el, 18) ^ turn(eh, el, 41);
      const firstLow =
        (hl >>> 0) +
        (el1 >>> 0) +
        (((el & fl) ^ (~el & gl)) >>> 0) +
        (SHA512_KEYS[i + 1] >>> 0) +
        (words[i + 1] >>> 0);
      const firstHigh =
        (hh + eh1 + ((eh & fh) ^ (~eh & gh)) + SHA512_KEYS[i] + words[i] + carry(firstLow)) | 0;
      const al1 = turn(al, ah, 28) ^ turn(al, ah, 34) ^ turn(al, ah, 39);
      const ah1 = turn(ah, al, 28) ^ turn(ah, al, 34) ^ turn(ah, al, 39);
      const secondLow = (al1 >>> 0) + (((al & bl) ^ (al & cl) ^ (bl & cl)) >>> 0);
      const secondHigh = (ah1 + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + carry(secondLow)) | 0;
      hh = gh;
      hl = gl;
      gh = fh;
      gl = fl;
      fh = eh;
      fl = el;
      const newE = (dl >>> 0) + ((firstLow | 0) >>> 0);
      eh = (dh + firstHigh + carry(newE)) | 0;
      el = newE | 0;
      dh = ch;
      dl = cl;
      ch = bh;
      cl = bl;
      bh = ah;
      bl = al;
      const newA = ((firstLow | 0) >>> 0) + ((secondLow | 0) >>> 0);
      ah = (firstHigh + secondHigh + carry(newA)) | 0;
      al = newA | 0;
    }
    return [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl];
  }

  function sha2Wide(bytes, start, length) {
    const view = padded(bytes, 128, false);
    const state = Array.from(start);
    const words = new Int32Array(160);
    for (let at = 0; at < view.byteLength; at += 128) {
      schedule(view, at, words);
      const mixed = wideRounds(state, words);
      for (let i = 0; i < 16; i += 2) {
        const low = (state[i + 1] >>> 0) + (mixed[i + 1] >>> 0);
        [state[i], state[i + 1]] = [(state[i] + mixed[i] + carry(low)) | 0, low | 0];
      }
    }
    return output(state, false, length);
  }

  // SHA-3: 25 lanes of 64 bits, low half first.

  const KECCAK_TURNS = [
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
  ];
  const KECCAK_CONSTANTS = keccakConstants();

  function keccakConstants() {
    const result = new Int32Array(48);
    let register = 1;
    for (let round = 0; round < 24; round++) {
      for (let bit = 0; bit < 7; bit++) {
        const place = (1 << bit) - 1;
        if (register & 1) result[round * 2 + (place >> 5)] ^= 1 << (place & 31);
        register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
      }
    }
    return result;
  }

  // Where each lane goes, in halves, and by how much it turns to the right.
  const KECCAK_TO = Uint8Array.from({ length: 25 }, (_, i) => {
    const y = Math.floor(i / 5);
    return (y + ((2 * (i % 5) + 3 * y) % 5) * 5) * 2;
  });
  const KECCAK_BY = Uint8Array.from(KECCAK_TURNS, (by) => (64 - by) % 64);
  const columns = new Int32Array(10);
  const moved = new Int32Array(50);

  function mixColumns(lanes) {
    for (let i = 0; i < 10; i++) {
      columns[i] = lanes[i] ^ lanes[i + 10] ^ lanes[i + 20] ^ lanes[i + 30] ^ lanes[i + 40];
    }
    for (let x = 0; x < 10; x += 2) {
      const left = (x + 8) % 10;
      const right = (x + 2) % 10;
      const low = columns[left] ^ ((columns[right] << 1) | (columns[right + 1] >>> 31));
      const high = columns[left + 1] ^ ((columns[right + 1] << 1) | (columns[right] >>> 31));
      for (let i = x; i < 50; i += 10) {
        lanes[i] ^= low;
        lanes[i + 1] ^= high;
      }
    }
  }

  function moveLanes(lanes) {
    for (let i = 0; i < 25; i++) {
      const by = KECCAK_BY[i];
      const to = KECCAK_TO[i];
      const low = by < 32 ? lanes[i * 2] : lanes[i * 2 + 1];
      const high = by < 32 ? lanes[i * 2 + 1] : lanes[i * 2];
      const rest = by & 31;
      moved[to] = rest === 0 ? low : (low >>> rest) | (high << (32 - rest));
      moved[to + 1] = rest === 0 ? high : (high >>> rest) | (low << (32 - rest));
    }
  }

  function keccakRound(lanes, round) {
    mixColumns(lanes);
    moveLanes(lanes);
    for (let row = 0; row < 50; row += 10) {
      for (let i = 0; i < 10; i++) {
        lanes[row + i] =
          moved[row + i] ^ (~moved[row + ((i + 2) % 10)] & moved[row + ((i + 4) % 10)]);
      }
    }
    lanes[0] ^= KECCAK_CONSTANTS[round * 2];
    lanes[1] ^= KECCAK_CONSTANTS[round * 2 + 1];
  }

  function sha3(bytes) {
    const rate = 72;
    const size = (Math.floor(bytes.length / rate) + 1) * rate;
    const message = new Uint8Array(size);
    message.set(bytes);
    message[bytes.length] |= 0x06;
    message[size - 1] |= 0x80;
    const view = new DataView(message.buffer);
    const lanes = new Int32Array(50);
    for (let at = 0; at < size; at += rate) {
      for (let i = 0; i < rate / 4; i++) lanes[i] ^= view.getInt32(at + i * 4, true);
      for (let round = 0; round < 24; round++) keccakRound(lanes, round);
    }
    return output(Array.from(lanes.subarray(0, 16)), true);
  }

  const RIPE_ORDER = [
    [
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5,
      2, 14, 11, 8, 3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12, 1, 9, 11, 10, 0, 8, 12, 4,
      13, 3, 7, 15, 14, 5, 6, 2, 4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
    ],
    [
      5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12, 6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8,
      12, 4, 9, 1, 2, 15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13, 8, 6, 4, 1, 3, 11, 15,
      0, 5, 12, 2, 13, 9, 7, 10, 14, 12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
    ],
  ];
  const RIPE_TURNS = [
    [
      11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15,
      9, 11, 7, 13, 12, 11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14,
      15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12, 9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
    ],
    [
      8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12,
      7, 6, 15, 13, 11, 9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14,
      14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8, 8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
    ],
  ];
  const RIPE_KEYS = [
    [0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e],
    [0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0],
  ];
  const RIPE_MIX = [
    (x, y, z) => x ^ y ^ z,
    (x, y, z) => (x & y) | (~x & z),
    (x, y, z) => (x | ~y) ^ z,
    (x, y, z) => (x & z) | (y & ~z),
    (x, y, z) => x ^ (y | ~z),
  ];

  function ripeLine(state, view, at, line) {
    let [a, b, c, d, e] = state;
    for (let i = 0; i < 80; i++) {
      const round = Math.floor(i / 16);
      const mixed = RIPE_MIX[line ? 4 - round : round](b, c, d);
      const sum =
        (a + mixed + view.getInt32(at + RIPE_ORDER[line][i] * 4, true) + RIPE_KEYS[line][round]) |
        0;
      a = e;
      e = d;
      d = rotl(c, 10);
      c = b;
      b = (rotl(sum, RIPE_TURNS[line][i]) + a) | 0;
    }
    return [a, b, c, d, e];
  }

  function ripemd160(bytes) {
    const view = padded(bytes, 64, true);
    let state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
    for (let at = 0; at < view.byteLength; at += 64) {
      const [left, right] = [0, 1].map((line) => ripeLine(state, view, at, line));
      state = [1, 2, 3, 4, 0].map(
        (from, index) => (state[from] + left[(from + 1) % 5] + right[(index + 3) % 5]) | 0,
      );
    }
    return output(state, true);
  }

  P.hashes = {
    md5,
    sha1,
    sha3,
    ripemd160,
    sha224: (bytes) => sha2Small(bytes, SHA224_START, 7),
    sha256: (bytes) => sha2Small(bytes, SHA256_START, 8),
    sha384: (bytes) => sha2Wide(bytes, SHA384_START, 12),
    sha512: (bytes) => sha2Wide(bytes, SHA512_START, 16),
  };
})((globalThis.__penstock ??= {}));
