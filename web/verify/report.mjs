// SPDX-License-Identifier: Apache-2.0
// What checking a receipt came to, in words: one sentence, what the receipt is about, and what was checked step by
// step. Each text is {chinese, english}. For the command line and for pages.
import { toBase64, VerifyError } from "./bytes.mjs";
import { isCosigner, parseCheckpoint, parseNote, parseVkey } from "./note.mjs";
import { parseReceipt, verifyExplainedReceipt } from "./verify.mjs";

const hashNames = { sha256: "SHA-256", sm3: "SM3" };
const signatureNames = { "ed25519": "Ed25519", "sm2": "SM2" };

// Texts of others, with whatever has no shape of its own or turns the direction of writing made visible.
export function shown(text) {
  return text.replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => `\\u{${letter.codePointAt(0).toString(16).padStart(4, "0")}}`);
}

// Microseconds since 1970: to the microsecond, in Beijing time and in UTC; a time that no calendar has as its number.
export function timeText(micros) {
  const part = (hours) => {
    const date = new Date(Number(micros / 1000n) + hours * 3600000);
    if (Number.isNaN(date.valueOf())) return null;
    return `${date.toISOString().slice(0, -1)}${String(micros % 1000n).padStart(3, "0")}`;
  };
  const [beijing, utc] = [part(8), part(0)];
  if (beijing === null || utc === null) return { chinese: String(micros), english: String(micros) };
  return { chinese: `${beijing.replace("T", " ")} +08:00`, english: `${utc}Z` };
}

const same = (text) => ({ chinese: text, english: text });

const secondsText = (time) => {
  const date = new Date(Number(time) * 1000);
  return Number.isNaN(date.valueOf()) ? String(time) : `${date.toISOString().slice(0, 19)}Z`;
};

function signersOf({ signed, cosigned }) {
  const kinds = signed.map(({ kind }) => signatureNames[kind]);
  const seen = cosigned.map(({ name, time }) => `${shown(name)} ${secondsText(time)}`);
  return {
    chinese: `日志签名 ${kinds.join("、")}${seen.length ? `，见证 ${seen.join("、")}` : ""}`,
    english: `signed by ${kinds.join(", ")}${seen.length ? `, witnessed by ${seen.join(", ")}` : ""}`,
  };
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

// `proven`: from verifyReceipt or verifyExplainedReceipt.
function provenText(proven) {
  const { index, size, hashName, opened } = proven;
  const origin = shown(proven.origin), by = signersOf(proven), hash = hashNames[hashName];
  let what = { chinese: "这个条目", english: "this entry" };
  if (opened !== undefined) {
    const id = shown(opened.id);
    what = opened.isDeclaration ? { chinese: `错误声明 ${id} `, english: `the error declaration ${id}` } :
                                  { chinese: `事件 ${id} `, english: `the event ${id}` };
  }
  return {
    chinese: `${what.chinese}是日志 ${origin} 的第 ${index} 条` +
        `（从 0 数起，检查点共 ${size} 条，${hash}），${by.chinese}。`,
    english: `${what.english} is number ${index}, counted from 0, of the ${size} in the log ${origin} (${hash}), ` +
        `${by.english}.`,
  };
}

export function verifiedSentence(proven) {
  const { chinese, english } = provenText(proven);
  return { chinese: `验证通过：${chinese}`, english: `Verified: ${english}` };
}

export function refusedSentence(error) {
  return { chinese: `验证不通过。${error.chinese}。`, english: `Not verified. ${error.english}.` };
}

// What a receipt that explains itself is about: [[name, value]], each {chinese, english}.
export function facts({ origin, index, size, hashName, signed, cosigned, entry, opened }) {
  const signer = ({ kind, id }) => `${signatureNames[kind]} (${id})`;
  const witness = ({ name, time }) => `${shown(name)} ${secondsText(time)}`;
  const row = (chinese, english, value) => [{ chinese, english }, typeof value === "string" ? same(value) : value];
  const event = opened === undefined ? [] : [
    row(opened.isDeclaration ? "错误声明的 id" : "事件 id",
        opened.isDeclaration ? "Id of the error declaration" : "Id of the event", shown(opened.id)),
    row("内容散列（CBV 2.0 第 8.9 节）", "Content hash (CBV 2.0 section 8.9)", opened.content),
  ];
  const submission = entry.kind !== "event" ? [] : [
    row("报送单位的代号", "Pseudonym of the submitter", toBase64(entry.submitter)),
    row("该单位的第几条", "Which of its reports", String(entry.number)),
  ];
  return [
    ...event,
    ...submission,
    row("入库时间", "Recorded", timeText(entry.recorded ?? entry.at)),
    row("日志", "Log", shown(origin)),
    row("位置（从 0 数起）", "Index, counted from 0", String(index)),
    row("检查点的条目数", "Entries in the checkpoint", String(size)),
    row("散列算法", "Hash", hashNames[hashName]),
    row("日志签名（密钥编号）", "Signed by (key id)", signed.map(signer).join(", ")),
    ...(cosigned.length === 0 ? [] : [row("见证者", "Witnesses", cosigned.map(witness).join(", "))]),
  ];
}

// What is checked, in this order, and which reasons of a VerifyError mean that it does not hold.
const steps = [
  {
    reasons: ["bad_receipt", "no_entry"],
    chinese: "回执写法正确，里面有条目和它的说明",
    english: "The receipt is well-formed and holds its entry with what explains it",
  },
  {
    reasons: ["bad_note", "bad_signature", "unsigned", "other_log", "bad_checkpoint", "no_quorum"],
    chinese: "检查点上有您所信任的日志密钥的签名，签名成立",
    english: "A key of the log that you trust has signed the checkpoint, and the signature holds",
  },
  {
    reasons: ["not_included", "bad_entry"],
    chinese: "从条目出发，证明里的散列一步步算到了签过名的根",
    english: "From the entry, the hashes of the proof lead to the root that was signed",
  },
  {
    reasons: ["unknown_entry"],
    chinese: "条目的写法正确",
    english: "The entry is well-formed",
  },
  {
    reasons: ["bad_opening", "not_opened"],
    chinese: "条目里的承诺正是对这个 id 和内容散列作出的",
    english: "The commitment in the entry is to this id and this content hash",
  },
];

// [{ok: true, false, or null where it was not come to, chinese, english}]; `reason` of the error, or undefined.
function stepsUpTo(reason, isOpened = true) {
  const failed = reason === undefined ? steps.length : steps.findIndex(({ reasons }) => reasons.includes(reason));
  return (isOpened ? steps : steps.slice(0, -1)).map(
      ({ chinese, english }, i) => ({ ok: i < failed ? true : i === failed ? false : null, chinese, english }));
}

// The name of the log that a receipt says it is of; nobody has signed that yet.
function claimedOrigin(receipt) {
  return parseCheckpoint(parseNote(parseReceipt(receipt).checkpoint).text).origin;
}

function noKeyOf(origin, names) {
  const given = names.map(shown).join(", ");
  return new VerifyError(
      "other_log", `回执出自日志 ${shown(origin)}，而给出的密钥属于 ${given}`,
      `The receipt is of the log ${shown(origin)}, the keys given are of ${given}`);
}

// Verifier keys as a reader pastes them, one a line: {logKeys, witnesses}. VerifyError with `line` for what is none.
export function readKeys(text) {
  const keys = [];
  String(text).split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    try {
      keys.push(parseVkey(line.trim()));
    } catch (error) {
      throw error instanceof VerifyError ? Object.assign(error, { line: i + 1 }) : error;
    }
  });
  return { logKeys: keys.filter((key) => !isCosigner(key)), witnesses: keys.filter(isCosigner) };
}

// A receipt that explains itself against keys of readKeys, of as many logs as there are; one signature of a key of the
// receipt's log is asked for, since old receipts are signed by old keys. {verified, reason, says: what is proven or what is
// wrong, facts, steps, unused: ids of the keys of that log that did not sign}.
export function checkReceipt(receipt, { logKeys, witnesses }) {
  try {
    const origin = claimedOrigin(receipt), keys = logKeys.filter(({ name }) => name === origin);
    if (keys.length === 0) throw noKeyOf(origin, Array.from(new Set(logKeys.map(({ name }) => name))));
    const proven = verifyExplainedReceipt(receipt, { keys, required: 1, witnesses });
    const unused = keys.map(({ id }) => id).filter((id) => proven.signed.every((one) => one.id !== id));
    const { chinese, english } = provenText(proven), says = { chinese, english: capital(english) };
    return { verified: true, says, facts: facts(proven), steps: stepsUpTo(undefined, proven.opened !== undefined), unused };
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    const { reason, chinese, english } = error, says = { chinese: `${chinese}。`, english: `${english}.` };
    return { verified: false, reason, says, facts: [], steps: stepsUpTo(reason), unused: [] };
  }
}
