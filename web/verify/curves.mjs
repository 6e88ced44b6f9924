// SPDX-License-Identifier: Apache-2.0
// Signatures: Ed25519 (RFC 8032) and SM2 (GB/T 32918.2-2016, curve and values of part 5). Verification only: everything
// here is public, so nothing needs constant time.
import { bigEndian, concat, equal, fromHex, utf8 } from "./bytes.mjs";
import { sha512, sm3 } from "./hash.mjs";

const mod = (a, m) => ((a % m) + m) % m;

function power(base, exponent, m) {
  let result = 1n;
  for (let b = mod(base, m), e = exponent; e > 0n; e >>= 1n, b = (b * b) % m)
    if (e & 1n) result = (result * b) % m;
  return result;
}

// m is prime and a is not 0 modulo m.
function inverse(a, m) {
  let [r0, r1, s0, s1] = [m, mod(a, m), 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - q * r1, s1, s0 - q * s1];
  }
  return mod(s0, m);
}

// [a]P + [b]Q, both doublings shared.
function twoMultiples(group, a, p, b, q) {
  const table = [null, p, q, group.add(p, q)];
  let sum = group.zero;
  for (let i = Math.max(a.toString(2).length, b.toString(2).length) - 1; i >= 0; i -= 1) {
    sum = group.add(sum, sum);
    const which = Number((a >> BigInt(i)) & 1n) + 2 * Number((b >> BigInt(i)) & 1n);
    if (which !== 0) sum = group.add(sum, table[which]);
  }
  return sum;
}

// ------------------------------------------------------------------------------------------------------------- Ed25519

const p25519 = (1n << 255n) - 19n;
const order25519 = (1n << 252n) + 27742317777372353535851937790883648493n;
const d25519 = mod(-121665n * inverse(121666n, p25519), p25519);
const rootOfMinusOne = power(2n, (p25519 - 1n) / 4n, p25519);

// RFC 8032 section 5.1.4: extended coordinates (X, Y, Z, T); the addition is complete, so it doubles too.
const edwards = {
  zero: [0n, 1n, 1n, 0n],
  add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = mod((y1 - x1) * (y2 - x2), p25519), b = ((y1 + x1) * (y2 + x2)) % p25519;
    const c = (2n * d25519 * t1 * t2) % p25519, d = (2n * z1 * z2) % p25519;
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f, p25519), mod(g * h, p25519), mod(f * g, p25519), mod(e * h, p25519)];
  },
};

function littleEndian(bytes) {
  return bigEndian(Uint8Array.from(bytes).reverse());
}

// RFC 8032 section 5.1.3, with two freedoms of its widely used implementations, OpenSSL among them: y at or above p,
// and the sign bit with x = 0. Both need a key that was made so; keys here are those that the reader trusts. Null: no
// point.
function decodePoint(bytes) {
  const number = littleEndian(bytes);
  const sign = number >> 255n, y = (number & ((1n << 255n) - 1n)) % p25519;
  const u = mod(y * y - 1n, p25519), v = mod(d25519 * y * y + 1n, p25519);
  let x = (u * v ** 3n * power(u * v ** 7n, (p25519 - 5n) / 8n, p25519)) % p25519;
  const check = (v * x * x) % p25519;
  if (check === mod(-u, p25519))
    x = (x * rootOfMinusOne) % p25519;
  else if (check !== u)
    return null;
  if ((x & 1n) !== sign) x = mod(-x, p25519);
  return [x, y, 1n, (x * y) % p25519];
}

function encodePoint([x, y, z]) {
  const scale = inverse(z, p25519);
  const number = ((y * scale) % p25519) | ((((x * scale) % p25519) & 1n) << 255n);
  return fromHex(number.toString(16).padStart(64, "0")).reverse();
}

const base25519 = decodePoint(fromHex("58" + "66".repeat(31)));  // y = 4/5, x even

export function isEd25519Key(key) {
  return key.length === 32 && decodePoint(key) !== null;
}

// RFC 8032 section 5.1.7, without the cofactor: R is compared with the encoding of [S]B - [k]A. So a second encoding of
// R is refused.
export function verifyEd25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const point = decodePoint(key);
  const s = littleEndian(signature.slice(32));
  if (point === null || s >= order25519) return false;
  const k = littleEndian(sha512(concat(signature.slice(0, 32), key, message))) % order25519;
  const [x, y, z, t] = point;
  const minus = [mod(-x, p25519), y, z, mod(-t, p25519)];
  return equal(encodePoint(twoMultiples(edwards, s, base25519, k, minus)), signature.slice(0, 32));
}

// ----------------------------------------------------------------------------------------------------------------- SM2

const sm2Hex = {
  p: "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
  a: "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc",
  b: "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
  n: "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
  gx: "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
  gy: "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
};
const sm2 = Object.fromEntries(Object.entries(sm2Hex).map(([name, hex]) => [name, BigInt(`0x${hex}`)]));

// Jacobian coordinates: x = X / Z^2, y = Y / Z^3; Z = 0 is the point at infinity.
function doubleJacobian([x, y, z]) {
  if (y === 0n || z === 0n) return weierstrass.zero;
  const p = sm2.p, yy = (y * y) % p, s = (4n * x * yy) % p, zz = (z * z) % p;
  const m = mod(3n * (x - zz) * (x + zz), p);  // a is p - 3
  const x3 = mod(m * m - 2n * s, p);
  return [x3, mod(m * (s - x3) - 8n * yy * yy, p), (2n * y * z) % p];
}

const weierstrass = {
  zero: [1n, 1n, 0n],
  add(first, second) {
    const [x1, y1, z1] = first, [x2, y2, z2] = second, p = sm2.p;
    if (z1 === 0n) return second;
    if (z2 === 0n) return first;
    const zz1 = (z1 * z1) % p, zz2 = (z2 * z2) % p;
    const u1 = (x1 * zz2) % p, h = mod(x2 * zz1 - u1, p);
    const s1 = (y1 * zz2 * z2) % p, r = mod(y2 * zz1 * z1 - s1, p);
    if (h === 0n) return r === 0n ? doubleJacobian(first) : weierstrass.zero;
    const hh = (h * h) % p, hhh = (h * hh) % p, v = (u1 * hh) % p;
    const x3 = mod(r * r - hhh - 2n * v, p);
    return [x3, mod(r * (v - x3) - s1 * hhh, p), (h * z1 * z2) % p];
  },
};

// A key is 04, x, y: 65 bytes. GB/T 32918.1-2016 clause 6.2.1; the cofactor is 1, so a point of the curve has the order
// n.
export function isSm2Key(key) {
  if (key.length !== 65 || key[0] !== 4) return false;
  const x = bigEndian(key.slice(1, 33)), y = bigEndian(key.slice(33));
  return x < sm2.p && y < sm2.p && mod(y * y - (x * x * x + sm2.a * x + sm2.b), sm2.p) === 0n;
}

// Z of GB/T 32918.2-2016 clause 5.5: the identifier and the key, bound to the message.
export function sm2Z(key, identifier) {
  const id = utf8(identifier);
  const curve = [sm2Hex.a, sm2Hex.b, sm2Hex.gx, sm2Hex.gy].map(fromHex);
  return sm3(concat(Uint8Array.of((id.length * 8) >> 8, (id.length * 8) & 255), id, ...curve, key.slice(1)));
}

// GB/T 32918.2-2016 clause 7.1. The signature is r, s: 64 bytes.
export function verifySm2(key, message, signature, identifier = "1234567812345678") {
  if (signature.length !== 64 || !isSm2Key(key)) return false;
  const r = bigEndian(signature.slice(0, 32)), s = bigEndian(signature.slice(32));
  if (r < 1n || r >= sm2.n || s < 1n || s >= sm2.n) return false;
  const t = (r + s) % sm2.n;
  if (t === 0n) return false;
  const e = bigEndian(sm3(concat(sm2Z(key, identifier), message)));
  const point = [bigEndian(key.slice(1, 33)), bigEndian(key.slice(33)), 1n];
  const [x, , z] = twoMultiples(weierstrass, s, [sm2.gx, sm2.gy, 1n], t, point);
  if (z === 0n) return false;
  const x1 = mod(x * inverse(z * z, sm2.p), sm2.p);
  return (e + x1) % sm2.n === r;
}
