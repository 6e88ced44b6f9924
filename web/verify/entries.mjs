// SPDX-License-Identifier: Apache-2.0
// What an entry of a log of ours says, and what its commitment opens to (docs/formats/log-entries.md). Whatever is
// spelt otherwise, and whatever is not known, is refused.
import { concat, equal, fromBase64, fromDecimal, fromUtf8, utf8, VerifyError } from "./bytes.mjs";
import { sha256 } from "./hash.mjs";
import { toBytes } from "./note.mjs";

export const entryBytesMax = 65535;
export const saltBytes = 16;
const timeMax = (1n << 63n) - 1n;

function entryError(chinese, english) {
  return new VerifyError("unknown_entry", `条目的写法不对：${chinese}`, `The entry is malformed: ${english}`);
}

function bytesOf(word, count, chinese, english) {
  const bytes = fromBase64(word);
  if (bytes === null || bytes.length !== count) throw entryError(chinese, english);
  return bytes;
}

const commitmentOf = (word) =>
    bytesOf(word, 32, "第二个词应为 32 字节的承诺", "its second word is no commitment of 32 bytes");

// Microseconds since 1970-01-01T00:00:00Z.
function timeOf(word) {
  const time = fromDecimal(word);
  if (time === null || time > timeMax) throw entryError("最后一个词应为时间", "its last word is no time");
  return time;
}

function eventOf(words) {
  if (words.length !== 5) throw entryError("事件的条目有五个词", "an event's has five words");
  const commitment = commitmentOf(words[1]);
  const submitter = bytesOf(words[2], 16, "第三个词应为 16 字节的代号", "its third word is no pseudonym of 16 bytes");
  const number = fromDecimal(words[3]);
  if (number === null || number === 0n)
    throw entryError("第四个词应为从 1 起的编号", "its fourth word is no number from 1 on");
  return { kind: "event", commitment, submitter, number, recorded: timeOf(words[4]) };
}

function auditOf(words) {
  if (words.length !== 3) throw entryError("审计的条目有三个词", "an audit entry's has three words");
  return { kind: "audit", commitment: commitmentOf(words[1]), at: timeOf(words[2]) };
}

// The only entry of several lines: how long the first checkpoint is, then both.
function anchorOf(bytes) {
  const end = bytes.indexOf(10);
  const line = end < 0 ? null : fromUtf8(bytes.subarray(0, end));
  const size = line === null ? null : fromDecimal(line.slice("anchor/1 ".length));
  const notes = bytes.slice(end + 1);
  if (size === null || size > BigInt(notes.length))
    throw entryError(
        "首行应说明第一个检查点有多少字节", "its first line does not say how long the first checkpoint is");
  return { kind: "anchor", sha256: notes.slice(0, Number(size)), sm3: notes.slice(Number(size)) };
}

// {kind: "event", commitment, submitter (16 bytes), number, recorded}, {kind: "audit", commitment, at}, or
// {kind: "anchor", sha256, sm3}: notes as bytes. Numbers and times are BigInt.
export function parseEntry(input) {
  const bytes = toBytes(input);
  if (bytes.length > entryBytesMax) throw entryError(`超过 ${entryBytesMax} 字节`, `more than ${entryBytesMax} bytes`);
  if (equal(bytes.subarray(0, 9), utf8("anchor/1 "))) return anchorOf(bytes);
  const text = fromUtf8(bytes);
  if (text === null) throw entryError("不是 UTF-8", "it is not UTF-8");
  const words = text.split(" ");
  if (words[0] === "event/1") return eventOf(words);
  if (words[0] === "audit/1") return auditOf(words);
  throw entryError("应以 event/1、audit/1 或 anchor/1 开头", "it does not begin with event/1, audit/1 or anchor/1");
}

function openingError(chinese, english) {
  return new VerifyError(
      "bad_opening", `条目的说明写法不对：${chinese}`, `What explains the entry is malformed: ${english}`);
}

// Salt and three lines without a last line feed: {salt, isDeclaration, content (SHA-256 of the CBV prehash, in hex),
// id}.
export function parseOpening(input) {
  const bytes = toBytes(input);
  const text = bytes.length < saltBytes ? null : fromUtf8(bytes.subarray(saltBytes));
  if (text === null)
    throw openingError(`应为 ${saltBytes} 字节的盐和 UTF-8 文本`, `a salt of ${saltBytes} bytes and UTF-8 is expected`);
  const [kind, content, id, ...more] = text.split("\n");
  if (id === undefined || more.length > 0)
    throw openingError("盐之后应有三行", "three lines behind the salt are expected");
  if (kind !== "event" && kind !== "declaration")
    throw openingError("第一行应为 event 或 declaration", "its first line is neither event nor declaration");
  if (!/^[0-9a-f]{64}$/.test(content))
    throw openingError("第二行应为 64 位小写十六进制", "its second line is not 64 lower-case hexadecimal digits");
  if (id === "" || /[\0-\x1f\x7f]/.test(id))
    throw openingError("第三行应为事件的 id", "its third line is no id of an event");
  return { salt: bytes.slice(0, saltBytes), isDeclaration: kind === "declaration", content, id };
}

// What the commitment of an event's entry is of, or VerifyError when it is of something else.
export function openEvent(entry, input) {
  if (entry.kind !== "event")
    throw new VerifyError("not_opened", "回执的条目不是事件的条目", "The entry of the receipt is not that of an event");
  const opening = parseOpening(input);
  if (!equal(sha256(toBytes(input)), entry.commitment)) {
    throw new VerifyError(
        "not_opened", "说明与条目里的承诺不符：条目说的不是这个事件",
        "What explains the entry does not fit its commitment: the entry is not about this event");
  }
  return opening;
}

// The commitment that an entry of this event has to have.
export function eventCommitment({salt, isDeclaration, content, id}) {
  return sha256(concat(salt, utf8(`${isDeclaration ? "declaration" : "event"}\n${content}\n${id}`)));
}

// What the extra line of a receipt that explains itself holds: {entry, opening}, both bytes.
export function splitExtra(extra) {
  if (extra === undefined) {
    throw new VerifyError(
        "no_entry", "回执里没有条目（没有 extra 行），要另给条目文件",
        "The receipt does not hold its entry (it has no extra line): the entry has to be given beside it");
  }
  const end = extra.indexOf(10);
  if (end < 0) {
    throw new VerifyError(
        "no_entry", "回执的 extra 行里没有条目和它的说明，要另给条目文件",
        "The extra line of the receipt holds no entry with what explains it: the entry has to be given beside it");
  }
  return { entry: extra.slice(0, end), opening: extra.slice(end + 1) };
}
