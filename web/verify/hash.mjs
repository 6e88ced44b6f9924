// SPDX-License-Identifier: Apache-2.0
// SHA-256 and SHA-512 (FIPS 180-4), SM3 (GB/T 32905-2016). Bytes in, bytes out.

// The largest x with x^degree <= n.
function integerRoot(n, degree) {
  let low = 0n, high = 1n << (BigInt(n.toString(2).length) / degree + 1n);
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= n)
      low = middle;
    else
      high = middle;
  }
  return low;
}

function firstPrimes(count) {
  const primes = [];
  for (let n = 2; primes.length < count; n += 1)
    if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes.map(BigInt);
}

// FIPS 180-4 sections 4.2.2, 4.2.3, 5.3.3 and 5.3.5: the first bits of the fractional parts of the square and cube
// roots of the first primes. What SHA-256 takes are the upper halves of what SHA-512 takes.
const primes = firstPrimes(80);
const wide = (1n << 64n) - 1n;
const initial512 = primes.slice(0, 8).map((p) => integerRoot(p << 128n, 2n) & wide);
const rounds512 = primes.map((p) => integerRoot(p << 192n, 3n) & wide);
const initial256 = initial512.map((word) => Number(word >> 32n));
const rounds256 = rounds512.slice(0, 64).map((word) => Number(word >> 32n));

// The message, a one bit, zeros, and the length in bits as the last 8 bytes of a block.
function padded(message, block) {
  const lengthBytes = block / 8;
  const blocks = Math.ceil((message.length + 1 + lengthBytes) / block);
  const bytes = new Uint8Array(blocks * block);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return view;
}

function wordsToBytes(words) {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => view.setUint32(4 * i, word));
  return new Uint8Array(view.buffer);
}

const rotateRight = (x, n) => (x >>> n) | (x << (32 - n));
const rotateLeft = (x, n) => (n % 32 === 0 ? x : (x << n % 32) | (x >>> (32 - (n % 32))));

export function sha256(message) {
  const input = padded(message, 64);
  const state = initial256.slice();
  const w = new Int32Array(64);
  for (let start = 0; start < input.byteLength; start += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = input.getInt32(start + 4 * t);
    for (let t = 16; t < 64; t += 1) {
      const s0 = rotateRight(w[t - 15], 7) ^ rotateRight(w[t - 15], 18) ^ (w[t - 15] >>> 3);
      const s1 = rotateRight(w[t - 2], 17) ^ rotateRight(w[t - 2], 19) ^ (w[t - 2] >>> 10);
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t += 1) {
      const t1 = (h + (rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)) + ((e & f) ^ (~e & g)) +
                  rounds256[t] + w[t]) |
          0;
      const t2 = ((rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
  }
  return wordsToBytes(state);
}

const rotateWide = (x, n) => ((x >> n) | (x << (64n - n))) & wide;

export function sha512(message) {
  const input = padded(message, 128);
  const state = initial512.slice();
  for (let start = 0; start < input.byteLength; start += 128) {
    const w = Array.from({ length: 16 }, (_, t) => input.getBigUint64(start + 8 * t));
    for (let t = 16; t < 80; t += 1) {
      const s0 = rotateWide(w[t - 15], 1n) ^ rotateWide(w[t - 15], 8n) ^ (w[t - 15] >> 7n);
      const s1 = rotateWide(w[t - 2], 19n) ^ rotateWide(w[t - 2], 61n) ^ (w[t - 2] >> 6n);
      w.push((w[t - 16] + s0 + w[t - 7] + s1) & wide);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 80; t += 1) {
      const t1 = h + (rotateWide(e, 14n) ^ rotateWide(e, 18n) ^ rotateWide(e, 41n)) + ((e & f) ^ ((e ^ wide) & g)) +
          rounds512[t] + w[t];
      const t2 = (rotateWide(a, 28n) ^ rotateWide(a, 34n) ^ rotateWide(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & wide, c, b, a, (t1 + t2) & wide];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) & wide));
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => out.setBigUint64(8 * i, word));
  return new Uint8Array(out.buffer);
}

// GB/T 32905-2016 clause 4.1.
const initialSm3 = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

export function sm3(message) {
  const input = padded(message, 64);
  const state = initialSm3.slice();
  const w = new Int32Array(68);
  for (let start = 0; start < input.byteLength; start += 64) {
    for (let j = 0; j < 16; j += 1) w[j] = input.getInt32(start + 4 * j);
    for (let j = 16; j < 68; j += 1) {
      const x = w[j - 16] ^ w[j - 9] ^ rotateLeft(w[j - 3], 15);
      w[j] = x ^ rotateLeft(x, 15) ^ rotateLeft(x, 23) ^ rotateLeft(w[j - 13], 7) ^ w[j - 6];
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let j = 0; j < 64; j += 1) {
      const early = j < 16;
      const ss1 = rotateLeft((rotateLeft(a, 12) + e + rotateLeft(early ? 0x79cc4519 : 0x7a879d8a, j)) | 0, 7);
      const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ rotateLeft(a, 12)) + (w[j] ^ w[j + 4])) | 0;
      const tt2 = (gg + h + ss1 + w[j]) | 0;
      [d, c, b, a] = [c, rotateLeft(b, 9), a, tt1];
      [h, g, f, e] = [g, rotateLeft(f, 19), e, tt2 ^ rotateLeft(tt2, 9) ^ rotateLeft(tt2, 17)];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] ^= word));
  }
  return wordsToBytes(state);
}
