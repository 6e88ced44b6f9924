// SPDX-License-Identifier: Apache-2.0
// Bytes, and the one spelling that each number and each base64 text has. Nothing here or in the other modules of this
// folder needs anything but ECMAScript 2022, TextEncoder and TextDecoder: it runs in Node 18 and in a browser page.

// What is wrong with a text, in two languages; `reason` is one word for programs.
export class VerifyError extends Error {
  constructor(reason, chinese, english) {
    super(english);
    this.name = "VerifyError";
    this.reason = reason;
    this.chinese = chinese;
    this.english = english;
  }
}

export const uint64Max = (1n << 64n) - 1n;

export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new TypeError(`not lower-case hexadecimal: ${text}`);
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function bigEndian(bytes) {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

// The text of well-formed UTF-8, a leading U+FEFF kept; null for anything else.
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const sextets = new Map(Array.from(alphabet, (letter, value) => [letter, value]));

export function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = [18, 12, 6, 0].map((shift) => alphabet[(word >> shift) & 63]).join("");
    text += letters.slice(0, Math.min(4, bytes.length - i + 1)).padEnd(4, "=");
  }
  return text;
}

// RFC 4648 section 4 with padding and with zero spare bits; null for anything else.
export function fromBase64(text) {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0, held = 0, at = 0;
  for (let i = 0; i < text.length - padding; i += 1) {
    const value = sextets.get(text[i]);
    if (value === undefined) return null;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = held >> bits;
      at += 1;
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 ? bytes : null;
}

// A decimal number below 2^64 without sign and leading zeros, as BigInt; null for anything else.
export function fromDecimal(text) {
  if (!/^(0|[1-9][0-9]{0,19})$/.test(text)) return null;
  const number = BigInt(text);
  return number <= uint64Max ? number : null;
}

// An index or a size given by a caller, as BigInt; null for what is no whole number from 0 to 2^64 - 1.
export function toUint64(value) {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
  return typeof value === "bigint" && value >= 0n && value <= uint64Max ? value : null;
}
