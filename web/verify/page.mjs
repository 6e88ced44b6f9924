// SPDX-License-Identifier: Apache-2.0
// The page /verify: takes a receipt and keys, checks them here, and says what came of it. Nothing is sent anywhere; the
// one request is for the keys that this server offers. Texts of receipts become text nodes, never markup.
import { utf8, VerifyError } from "./bytes.mjs";
import { checkReceipt, readKeys } from "./report.mjs";

const language = document.documentElement.lang === "en" ? "english" : "chinese";
const say = (chinese, english) => (language === "english" ? english : chinese);
const receiptBytesMax = 1200000;  // a note of the longest kind, and all that stands before it
const keysMax = 20000;            // letters

const place = (id) => document.getElementById(id);
const form = place("check"), file = place("file"), receipt = place("receipt"), keys = place("keys");
const source = place("source"), result = place("result");
const ownAdvice = source.textContent;
let chosen = null;   // {name, bytes} of a file; null: what is pasted counts
let offered = null;  // the keys that this server offers, as they were put into the field
let latest = 0;      // of two files chosen quickly the later one counts

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  return made;
}

function show(...parts) {
  result.replaceChildren(...parts);
  result.focus();
}

function showNote(head, text) {
  const verdict = element("p", undefined, "verdict unknown");
  verdict.append(element("b", head), document.createElement("br"), text);
  show(verdict);
}

// What keeps the check from being made; it says nothing of the receipt.
class NotYet extends Error {}

function stepItem({ ok, chinese, english }) {
  const mark = ok === null ? say("– 没有查到这一步：", "– Not come to: ") :
      ok                   ? say("✔ 成立：", "✔ Holds: ") :
                             say("✘ 不成立：", "✘ Does not hold: ");
  const item = element("li");
  item.append(element("b", mark), say(chinese, english));
  return item;
}

function factsList(rows) {
  const list = element("dl");
  for (const [name, value] of rows) list.append(element("dt", name[language]), element("dd", value[language]));
  return list;
}

function notesOn({ verified, unused }, name) {
  const notes = [];
  if (name !== null) notes.push(say(`核对的文件：${name}。`, `The file was ${name}.`));
  if (verified)
    notes.push(say(
        "还要您自己比对：上面的 id 和内容散列，应与您手里的事件一致。",
        "What is left to you: compare the id and the content hash above with those of the event in your hands."));
  if (verified && unused.length > 0)
    notes.push(say(
        `给出的密钥中，${unused.join("、")} 没有在这张回执上签名。`,
        `Of the keys given, ${unused.join(", ")} did not sign this receipt.`));
  if (verified && keys.value === offered)
    notes.push(say(
        "所用的密钥来自本服务器，所以这只说明本服务器自己对得上自己。",
        "The keys are those that this server offers, so this shows only that the server agrees with itself."));
  return notes.map((text) => element("p", text, "note"));
}

function showReport(report, name) {
  if (report.reason === "no_entry") {
    const where = say("请在命令行用 --entry 核对。", "Check it on the command line with --entry.");
    showNote(say("这一页核对不了", "Not for this page"), `${report.says[language]}${say("", " ")}${where}`);
    return;
  }
  const verdict = element("p", undefined, report.verified ? "verdict normal" : "verdict attention");
  const head = report.verified ? say("✔ 验证通过", "✔ Verified") : say("✘ 验证不通过", "✘ Not verified");
  verdict.append(element("b", head), document.createElement("br"), report.says[language]);
  const parts = [verdict];
  if (report.verified)
    parts.push(element("h2", say("回执说的是", "What the receipt is about")), factsList(report.facts));
  const steps = element("ol");
  steps.append(...report.steps.map(stepItem));
  show(...parts, element("h2", say("核对了什么", "What was checked")), steps, ...notesOn(report, name));
}

// Pasting often loses the last line feed or adds blanks around: nothing of it is signed.
function receiptBytes() {
  if (chosen !== null) return chosen.bytes;
  const text = receipt.value.trim();
  if (text === "") throw new NotYet(say("还没有回执：请选择文件，或粘贴全文。", "There is no receipt yet: choose a file or paste one."));
  if (text.length > receiptBytesMax) throw tooLong(text.length);
  return utf8(`${text}\n`);
}

function tooLong(bytes) {
  const size = (bytes / 1e6).toFixed(1);
  return new NotYet(say(
      `这不是回执：它有 ${size} MB，而回执不超过 ${receiptBytesMax / 1e6} MB。`,
      `This is no receipt: it has ${size} MB, and a receipt has at most ${receiptBytesMax / 1e6} MB.`));
}

function trustedKeys() {
  const advice = say(
      "请粘贴日志的验证密钥，形如 名称+编号+base64，一行一把。",
      "Paste the verifier key of the log: name+id+base64, one a line.");
  if (keys.value.length > keysMax) throw new NotYet(advice);
  try {
    const read = readKeys(keys.value);
    if (read.logKeys.length === 0) throw new NotYet(say(`还没有日志的密钥。${advice}`, `There is no key of a log. ${advice}`));
    return read;
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    throw new NotYet(say(
        `第 ${error.line} 行：${error.chinese}。${advice}`, `Line ${error.line}: ${error.english}. ${advice}`));
  }
}

function check() {
  try {
    const bytes = receiptBytes(), trusted = trustedKeys();
    showReport(checkReceipt(bytes, trusted), chosen === null ? null : chosen.name);
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    showNote(say("还没有验证", "Not checked"), error.message);
  }
}

// Reads a file and checks it as soon as there are keys.
async function take(one) {
  const turn = (latest += 1);
  receipt.value = "";
  chosen = null;
  if (one.size > receiptBytesMax) {
    showNote(say("还没有验证", "Not checked"), tooLong(one.size).message);
    return;
  }
  let bytes;
  try {
    bytes = new Uint8Array(await one.arrayBuffer());
  } catch {
    showNote(say("还没有验证", "Not checked"), say("读不了这个文件。", "The file cannot be read."));
    return;
  }
  if (turn !== latest) return;
  chosen = { name: one.name, bytes };
  check();
}

async function offerKeys() {
  try {
    const answer = await fetch("/log/keys");
    if (!answer.ok) return;
    const text = (await answer.text()).slice(0, keysMax).trim();
    readKeys(text);
    if (text === "" || keys.value !== "") return;
    keys.value = text;
    offered = keys.value;
    source.textContent = say(
        "这些密钥由本服务器提供：用它们核对，只说明本服务器自己对得上自己。请换成印发的公告或监管部门网页上的密钥，或与之比对。",
        "These keys come from this server: with them a check shows only that the server agrees with itself. Better take " +
            "those of a printed notice or of a regulator's page, or compare them.");
  } catch {
    // no log here, no network, or something else than keys: the reader brings their own
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
file.addEventListener("change", () => {
  if (file.files.length > 0) take(file.files[0]);
});
receipt.addEventListener("input", () => {
  latest += 1;
  chosen = null;
  file.value = "";
});
keys.addEventListener("input", () => {
  if (keys.value !== offered) source.textContent = ownAdvice;
});
for (const name of ["dragenter", "dragover", "drop"]) {
  document.addEventListener(name, (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
}
document.addEventListener("drop", (event) => {
  if (event.dataTransfer.files.length === 1) take(event.dataTransfer.files[0]);
  if (event.dataTransfer.files.length > 1)
    showNote(say("还没有验证", "Not checked"), say("一次验证一张回执。", "One receipt at a time."));
});
place("waiting").remove();
place("go").disabled = false;
offerKeys();
