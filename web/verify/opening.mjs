// SPDX-License-Identifier: Apache-2.0
// The extra line of a receipt that explains itself: an entry, and what the entry of an event commits to
// (docs/formats/log.md, docs/formats/log-entries.md).
import { equal, fromBase64, fromDecimal, fromUtf8, VerifyError } from "./bytes.mjs";
import { sha256 } from "./hash.mjs";

const saltBytes = 16;
const timeMax = (1n << 63n) - 1n;

function fail(chinese, english) {
  throw new VerifyError(
      "bad_extra", `回执的 extra 行里没有条目:${chinese}`,
      `The extra line of the receipt does not hold an entry: ${english}`);
}

// What is before the first line feed, and what is after it; null when there is none.
function cut(bytes) {
  const at = bytes.indexOf(10);
  return at < 0 ? null : [bytes.subarray(0, at), bytes.subarray(at + 1)];
}

const startsWith = (bytes, text) => [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0));

// {entry: bytes, opening: {entry, commits: bytes (salt and lines), isDeclaration, content: hex, id}, or undefined when
// the entry stands alone}.
export function parseExplanation(extra = new Uint8Array(0)) {
  if (!startsWith(extra, "event/")) {
    if (extra.at(-1) !== 10) fail("没有换行", "no line feed ends the entry");
    return { entry: extra.subarray(0, -1) };
  }
  const [entry, commits] = cut(extra) ?? fail("没有换行", "no line feed ends the entry");
  return { entry, opening: commits.length === 0 ? undefined : parseOpening(entry, commits) };
}

function parseOpening(entry, commits) {
  if (commits.length < saltBytes) fail("盐不足 16 字节", "there is no salt of 16 bytes");
  const [kindBytes, afterKind] = cut(commits.subarray(saltBytes)) ?? fail("缺种类行", "its kind is missing");
  const kind = fromUtf8(kindBytes);
  if (kind !== "event" && kind !== "declaration") fail("种类不对", "it is neither event nor declaration");
  const [contentBytes, idBytes] = cut(afterKind) ?? fail("缺内容行", "its content is missing");
  const content = fromUtf8(contentBytes);
  if (content === null || !/^[0-9a-f]{64}$/.test(content)) fail("内容散列有误", "its content is no SHA-256");
  const id = fromUtf8(idBytes);
  if (!id || /[\u0000-\u001f\u007f]/.test(id)) fail("事件标识有误", "its id is empty or has control characters");
  return { entry, commits, isDeclaration: kind === "declaration", content, id };
}

// What an event's entry says, when it commits to that opening: {id, content, isDeclaration, submitter: base64, number,
// recorded: microseconds}.
export function openEntry({ entry, commits, isDeclaration, content, id }) {
  const words = (fromUtf8(entry) ?? "").split(" ");
  const [commitment, submitter] = words.slice(1, 3).map(fromBase64);
  const [number, recorded] = words.slice(3, 5).map(fromDecimal);
  const isEntry = words.length === 5 && words[0] === "event/1" && commitment?.length === 32 &&
      submitter?.length === 16 && number != null && number > 0n && recorded != null && recorded <= timeMax;
  if (!isEntry) fail("首行不是事件的条目", "its first line is no entry of an event");
  if (!equal(sha256(commits), commitment)) {
    throw new VerifyError(
        "bad_opening", `条目所承诺的不是事件 ${id}`, `The entry does not commit to the event ${id}`);
  }
  return { id, content, isDeclaration, submitter: words[2], number, recorded };
}
