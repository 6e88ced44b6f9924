// SPDX-License-Identifier: Apache-2.0
// Signed notes, verifier keys, cosignatures and checkpoints (C2SP signed-note, tlog-cosignature, tlog-checkpoint;
// docs/formats/log.md). Whatever is wrong with a text is thrown as VerifyError.
import { bigEndian, concat, equal, fromBase64, fromDecimal, fromUtf8, toHex, utf8, VerifyError } from "./bytes.mjs";
import { isEd25519Key, isSm2Key, verifyEd25519, verifySm2 } from "./curves.mjs";
import { sha256 } from "./hash.mjs";
import { hashBytes } from "./merkle.mjs";

export const signaturesMax = 100;
export const noteBytesMax = 1000000;

// What may stand before a key: who signs with it, and the first line of what a cosigner signs.
const kinds = [
  { kind: "ed25519", type: Uint8Array.of(1), keyBytes: 32, isKey: isEd25519Key, verify: verifyEd25519 },
  {
    kind: "ed25519-cosignature",
    type: Uint8Array.of(4),
    keyBytes: 32,
    isKey: isEd25519Key,
    verify: verifyEd25519,
    header: "cosignature/v1"
  },
  {
    kind: "sm2",
    type: concat(Uint8Array.of(255), utf8("SM2-with-SM3/1234567812345678")),
    keyBytes: 65,
    isKey: isSm2Key,
    verify: verifySm2
  },
  {
    kind: "sm2-cosignature",
    type: concat(Uint8Array.of(255), utf8("SM2-cosignature/v1")),
    keyBytes: 65,
    isKey: isSm2Key,
    verify: verifySm2,
    header: "sm2-cosignature/v1"
  },
];

export function isCosigner(key) {
  return kindOf(key).header !== undefined;
}

const kindOf = (key) => kinds.find((one) => one.kind === key.kind);

const isName = (name) => name !== "" && !/[\p{White_Space}+\0-\x1f]/u.test(name);

// The bytes of a text; a lone half of a surrogate pair has none.
export function toBytes(input) {
  if (input instanceof Uint8Array) return input;
  if (typeof input !== "string" || /[\ud800-\udfff]/u.test(input))
    throw new TypeError("bytes or well-formed text expected");
  return utf8(input);
}

// `name+id+base64`, as a log or a witness publishes it: {name, id (8 hexadecimal digits), kind, publicKey}.
export function parseVkey(text) {
  const fail = (chinese, english) => {
    throw new VerifyError("bad_key", `验证密钥不对：${chinese}`, `The verifier key is wrong: ${english}`);
  };
  const [name, id, ...encoded] = String(text).split("+");  // base64 may hold a plus sign too
  if (encoded.length === 0) fail("应为 名称+编号+base64", "name+id+base64 is expected");
  const bytes = fromBase64(encoded.join("+"));
  if (!isName(name)) fail("名称为空或含空白", "the name is empty or holds white space");
  if (!/^[0-9a-f]{8}$/.test(id)) fail("编号应为 8 位小写十六进制", "the id is 8 lower-case hexadecimal digits");
  if (bytes === null) fail("base64 有误", "its base64 is not the one spelling");
  if (toHex(keyId(name, bytes)) !== id) fail("编号与密钥不符", "the id does not belong to this name and key");
  for (const { kind, type, keyBytes, isKey } of kinds) {
    const publicKey = bytes.slice(type.length);
    if (!equal(bytes.slice(0, type.length), type) || publicKey.length !== keyBytes) continue;
    if (!isKey(publicKey)) fail("公钥不是曲线上的点", "its public key is no point of the curve");
    return { name, id, kind, publicKey };
  }
  return fail("不是 Ed25519 或 SM2 公钥", "it holds no public key of Ed25519 or SM2");
}

export function keyId(name, typeAndKey) {
  return sha256(concat(utf8(`${name}\n`), typeAndKey)).slice(0, 4);
}

function noteError(chinese, english) {
  return new VerifyError("bad_note", `签名文本的格式不对：${chinese}`, `The signed text is malformed: ${english}`);
}

// {text: bytes that are signed, signatures: [{ name, id, signature }]}; nothing is verified yet.
export function parseNote(input) {
  const bytes = toBytes(input);
  if (bytes.length > noteBytesMax) throw noteError("太长", `it is longer than ${noteBytesMax} bytes`);
  const whole = fromUtf8(bytes);
  if (whole === null) throw noteError("不是 UTF-8", "it is not UTF-8");
  if (/[\0-\x09\x0b-\x1f]/.test(whole)) throw noteError("含控制字符", "it holds a control character");
  const gap = whole.lastIndexOf("\n\n");
  if (gap < 0) throw noteError("没有空行隔开签名", "no empty line before the signatures");
  const lines = whole.slice(gap + 2).split("\n");
  if (lines.pop() !== "") throw noteError("末行没有换行", "the last line does not end");
  if (lines.length === 0) throw noteError("没有签名", "there is no signature");
  if (lines.length > signaturesMax) throw noteError("签名太多", `more than ${signaturesMax} signatures`);
  return { text: utf8(whole.slice(0, gap + 1)), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line) {
  const [dash, name, encoded, ...more] = line.split(" ");
  const bytes = encoded === undefined || more.length > 0 ? null : fromBase64(encoded);
  if (dash !== "\u2014" || bytes === null || bytes.length < 5 || !isName(name)) {
    throw noteError("签名行应为 — 名称 base64", "a signature line is an em dash, a name and base64");
  }
  return { name, id: toHex(bytes.slice(0, 4)), signature: bytes.slice(4) };
}

// The time that a cosigner states, or null for what is none; undefined where the key states no time.
function holds(key, text, signature) {
  const { verify, header } = kindOf(key);
  if (header === undefined) return verify(key.publicKey, text, signature) ? undefined : null;
  if (signature.length !== 72) return null;
  const time = bigEndian(signature.slice(0, 8));
  if (time >= 1n << 63n) return null;
  const message = concat(utf8(`${header}\ntime ${time}\n`), text);
  return verify(key.publicKey, message, signature.slice(8)) ? time : null;
}

// Verifies what is signed by any of `keys` (from parseVkey), passes over what is not, and refuses the whole when one
// does not hold, or when none is there: {text, signed: [{key, time (seconds since 1970 as BigInt; cosignatures
// only)}]}.
export function verifyNote(input, keys) {
  const { text, signatures } = parseNote(input);
  const signed = new Map();
  for (const { name, id, signature } of signatures) {
    for (const key of keys.filter((one) => one.name === name && one.id === id)) {
      const time = holds(key, text, signature);
      if (time === null) {
        throw new VerifyError(
            "bad_signature", `${name} 的签名不成立：内容被改过，或签名不是这把密钥做的`,
            `The signature of ${name} does not hold: the text was changed, or another key signed it`);
      }
      if (!signed.has(key)) signed.set(key, time);
    }
  }
  if (signed.size === 0) {
    throw new VerifyError("unsigned", "没有一个签名出自所信任的密钥", "No signature is of a key that you trust");
  }
  return { text, signed: Array.from(signed, ([key, time]) => (time === undefined ? { key } : { key, time })) };
}

// The text of a checkpoint: {origin, size (BigInt), root, extensions}.
export function parseCheckpoint(text) {
  const fail = (chinese, english) => {
    throw new VerifyError("bad_checkpoint", `检查点的格式不对：${chinese}`, `The checkpoint is malformed: ${english}`);
  };
  const lines = fromUtf8(toBytes(text))?.split("\n") ?? fail("不是 UTF-8", "it is not UTF-8");
  if (lines.pop() !== "") fail("末行没有换行", "the last line does not end");
  if (lines.length < 3 || lines.includes(""))
    fail("应有三行且无空行", "at least three lines, none of them empty, are expected");
  const [origin, sizeText, rootText, ...extensions] = lines;
  const size = fromDecimal(sizeText), root = fromBase64(rootText);
  if (size === null) fail("第二行应为条目数", "the second line is the number of entries");
  if (root === null || root.length !== hashBytes)
    fail("第三行应为 32 字节的根", "the third line is a root of 32 bytes");
  return { origin, size, root, extensions };
}
