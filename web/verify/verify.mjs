// SPDX-License-Identifier: Apache-2.0
// A receipt (C2SP tlog-proof) checked without the software that made it and without a network. Written from the
// specifications that docs/formats/log.md names; everything that a page or a program needs is exported from here.
import { fromBase64, fromDecimal, fromUtf8, VerifyError } from "./bytes.mjs";
import { entryBytesMax, openEvent, parseEntry, splitExtra } from "./entries.mjs";
import { sha256, sm3 } from "./hash.mjs";
import { hashBytes, leafHash, proofHashesMax, verifyInclusion } from "./merkle.mjs";
import { isCosigner, parseCheckpoint, parseVkey, toBytes, verifyNote } from "./note.mjs";

export { fromBase64, fromHex, toBase64, toHex, utf8, VerifyError } from "./bytes.mjs";
export { sm2Z, verifyEd25519, verifySm2 } from "./curves.mjs";
export { entryBytesMax, eventCommitment, openEvent, parseEntry, parseOpening, splitExtra } from "./entries.mjs";
export { sha256, sha512, sm3 } from "./hash.mjs";
export { isSubtree, leafHash, nodeHash, verifyConsistency, verifyInclusion } from "./merkle.mjs";
export { verifySubtreeConsistency, verifySubtreeInclusion } from "./merkle.mjs";
export { isCosigner, parseCheckpoint, parseNote, parseVkey, verifyNote } from "./note.mjs";

export const hashes = { sha256, sm3 };

// {index (BigInt), proof: [32 bytes], checkpoint: bytes of a signed note, extra: bytes that nobody signed, or
// undefined}.
export function parseReceipt(input) {
  const fail = (chinese, english) => {
    throw new VerifyError("bad_receipt", `回执的格式不对：${chinese}`, `The receipt is malformed: ${english}`);
  };
  const bytes = toBytes(input);
  const gap = bytes.findIndex((byte, i) => byte === 10 && bytes[i + 1] === 10);
  if (gap < 0) fail("没有空行", "there is no empty line");
  const text = fromUtf8(bytes.subarray(0, gap)) ?? fail("不是 UTF-8", "it is not UTF-8");
  const lines = text.split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1")
    fail("首行应为 c2sp.org/tlog-proof@v1", "it begins with c2sp.org/tlog-proof@v1");
  let extra;
  if (lines[0]?.startsWith("extra ")) {
    extra = fromBase64(lines.shift().slice("extra ".length));
    if (extra === null || extra.length === 0) fail("extra 行有误", "its extra line is not base64");
  }
  const indexLine = lines.shift() ?? "";
  const index = indexLine.startsWith("index ") ? fromDecimal(indexLine.slice("index ".length)) : null;
  if (index === null) fail("缺 index 行", "its index line is missing or no number");
  if (lines.length > proofHashesMax) fail("证明太长", `more than ${proofHashesMax} hashes`);
  const proof = lines.map(fromBase64);
  if (proof.some((hash) => hash === null || hash.length !== hashBytes))
    fail("证明行应为 32 字节", "a line of the proof is not 32 bytes");
  return { index, proof, checkpoint: bytes.slice(gap + 2), extra };
}

// What a reader trusts, checked: keys of one log and of witnesses, how many of each must have signed, and the hash of
// the tree, which belongs to the log's name unless the reader says another.
function readTrust({ keys, required = keys.length, witnesses = [], quorum = 0, hash }) {
  const read = (key) => (typeof key === "string" ? parseVkey(key) : key);
  const logKeys = keys.map(read), witnessKeys = witnesses.map(read);
  const expect = (right, chinese, english) => {
    if (!right) throw Object.assign(new TypeError(english), { chinese, english });
  };
  expect(logKeys.length > 0, "至少要有一把日志的密钥", "At least one key of the log is expected");
  const origin = logKeys[0].name;
  expect(
      logKeys.every((key) => key.name === origin), "日志密钥应属于同一个日志",
      "The keys are expected to be of one log");
  expect(
      !logKeys.some(isCosigner), "见证者的密钥不能当作日志的密钥",
      "A witness's key is none of a log; give it as a witness");
  expect(witnessKeys.every(isCosigner), "日志的密钥不能当作见证者的密钥", "A log's key is none of a witness");
  expect(Number.isSafeInteger(quorum) && quorum >= 0, "见证者个数应为整数", "The quorum is a whole number");
  expect(
      Number.isSafeInteger(required) && required > 0, "至少要有一个日志签名",
      "At least one signature of the log is required");
  const name = hash ?? (origin.endsWith("/sm3") ? "sm3" : "sha256");
  expect(Object.keys(hashes).includes(name), "散列应为 sha256 或 sm3", "The hash is sha256 or sm3");
  return { origin, logKeys, required, witnessKeys, quorum, hash: hashes[name], hashName: name };
}

// A checkpoint with its signatures, against what the reader trusts (see verifyReceipt): {origin, size, root, hashName,
// signed, cosigned}.
export function verifyCheckpoint(input, trust) {
  const { origin, logKeys, required, witnessKeys, quorum, hashName } = readTrust(trust);
  const { text, signed } = verifyNote(input, [...logKeys, ...witnessKeys]);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== origin) {
    throw new VerifyError(
        "other_log", `检查点属于日志 ${checkpoint.origin}，而密钥属于 ${origin}`,
        `The checkpoint is of the log ${checkpoint.origin}, the key of ${origin}`);
  }
  const ofLog = logKeys.filter((key) => signed.some((one) => one.key === key));
  if (ofLog.length < required) {
    const missing = logKeys.filter((key) => !ofLog.includes(key)).map(({ name, id }) => `${name}+${id}`);
    throw new VerifyError(
        "unsigned", `没有密钥 ${missing.join("、")} 的签名`, `There is no signature of the key ${missing.join(", ")}`);
  }
  const cosigned = signed.filter(({ key }) => witnessKeys.includes(key))
                       .map(({ key, time }) => ({ name: key.name, kind: key.kind, id: key.id, time }));
  const witnesses = new Set(cosigned.map(({ name }) => name)).size;
  if (witnesses < quorum) {
    throw new VerifyError(
        "no_quorum", `所信任的见证者中签名的有 ${witnesses} 个，要求 ${quorum} 个`,
        `${witnesses} of the witnesses that you trust have signed, ${quorum} are required`);
  }
  return { ...checkpoint, hashName, signed: ofLog.map(({ kind, id }) => ({ kind, id })), cosigned };
}

// Is `entry` in the log? trust: {keys: verifier keys of the log; required: how many of them must have signed (all);
// witnesses: verifier keys whose cosignatures must hold where they are there; quorum: how many witnesses, by name, must
// have signed (0); hash: "sha256" or "sm3" (by the name of the log)}. Returns what is proven: {origin, index, size,
// root, hashName, signed, cosigned}. Throws VerifyError when it is not, and TypeError when the caller's own trust is no
// such thing.
export function verifyReceipt(receipt, entry, trust) {
  const { hash } = readTrust(trust);
  const bytes = toBytes(entry);
  const { index, proof, checkpoint } = parseReceipt(receipt);
  const proven = verifyCheckpoint(checkpoint, trust);
  if (bytes.length > entryBytesMax) {
    throw new VerifyError(
        "bad_entry", `条目超过 ${entryBytesMax} 字节`, `The entry is longer than ${entryBytesMax} bytes`);
  }
  const { size, root } = proven;
  if (index >= size || !verifyInclusion({ hash, leafHash: leafHash(hash, bytes), index, size, proof, root })) {
    throw new VerifyError(
        "not_included", "条目不是回执所说的那一条：条目、位置或证明被改过",
        "The entry is not the one that the receipt is for: entry, index or proof was changed");
  }
  return { ...proven, index };
}

// A receipt that explains itself (docs/formats/log.md): its extra line holds the entry, and what the entry commits to.
// Nobody signed that line; the proof holds for this entry or for none, the commitment for this event or for none. As
// verifyReceipt, and {entry: as parseEntry, opened: as parseOpening}; without `opened` where the line holds the entry alone,
// as it does for whoever may not see the event. Whether the event in the reader's hands has this
// id and content is for the reader to compare.
export function verifyExplainedReceipt(receipt, trust) {
  const { entry, opening } = splitExtra(parseReceipt(receipt).extra);
  const proven = verifyReceipt(receipt, entry, trust);
  const read = parseEntry(entry);
  return opening.length === 0 ? { ...proven, entry: read } : { ...proven, entry: read, opened: openEvent(read, opening) };
}
