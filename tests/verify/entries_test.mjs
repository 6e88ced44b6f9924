// SPDX-License-Identifier: Apache-2.0
// Entries of the log, receipts that explain themselves, and what is said of them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { concat } from "../../web/verify/bytes.mjs";
import { checkReceipt, readKeys, shown, timeText } from "../../web/verify/report.mjs";
import * as v from "../../web/verify/verify.mjs";

import { changes } from "./changes.mjs";
import { exampleReceipt, explainedReceipt, openingOf, workedEntry, workedEvent } from "./support.mjs";

const audit = "audit/1 pGcVg042/sYJ6vpKwj5I2MTWw+Xm4Sy3QJ0QP4/M4vI= 1763750000000000";

// shows: T9
test("the worked examples of the format are read as it says", () => {
  const event = v.parseEntry(workedEntry);
  assert.deepEqual([event.kind, event.number, event.recorded], ["event", 12n, 1763750000123456n]);
  assert.equal(v.toBase64(event.submitter), "bREL9UhVi9fg/yruW+/X4w==");
  assert.deepEqual(v.eventCommitment(workedEvent), event.commitment);
  assert.deepEqual(v.openEvent(event, openingOf(workedEvent)), workedEvent);
  const act = v.parseEntry(audit);
  assert.deepEqual([act.kind, act.at], ["audit", 1763750000000000n]);
  assert.deepEqual(v.sha256(concat(v.fromHex("fd62c5d15095592df4a76a919f45301d"), v.utf8("1:3\n"))), act.commitment);
  const anchor = v.parseEntry("anchor/1 5\nabc\n\nde");
  assert.deepEqual([anchor.sha256, anchor.sm3].map((note) => Buffer.from(note).toString()), ["abc\n\n", "de"]);
});

test("an entry has one spelling", () => {
  const numbers = " 12 1763750000123456", max = "18446744073709551615", timeMax = "9223372036854775807";
  assert.equal(v.parseEntry(workedEntry.replace(numbers, ` ${max} ${timeMax}`)).number, 18446744073709551615n);
  const others = [
    " 0 7", " 012 7", " +12 7", " 12 07", " 12 9223372036854775808", " 18446744073709551616 7", " 12", " 12 7 1",
    " 12  7", " 12 7 ", " 12 7\n", " 12 -7", " １２ 7", " 12\t7"
  ];
  const wrong = [
    "", " ", "event/1", "event/1 ", "anchor/1", "anchor/1 ", "anchor/1 5\nabc", "anchor/1 05\nabcdefg",
    "anchor/1 -1\nabc", "anchor/1 1", "anchor/2 0\n", "audit/1 x 1", `${audit} 1`, audit.replace("1763", "01763"),
    workedEntry.replace("event/1", "event/2"), workedEntry.replace("event/1", "Event/1"), ` ${workedEntry}`,
    `\ufeff${workedEntry}`, workedEntry.replace("= ", " "), workedEntry.replace("0f79I=", "0f79J="),
    workedEntry.replace(/ bREL\S+/, " AAAA"), workedEntry.replaceAll(" ", "\n"), "a".repeat(70000),
    ...others.map((other) => workedEntry.replace(numbers, other))
  ];
  for (const text of wrong)
    assert.throws(() => v.parseEntry(text), { name: "VerifyError", reason: "unknown_entry" }, JSON.stringify(text));
  assert.throws(() => v.parseEntry(Uint8Array.from([...v.utf8("event/1 "), 0xff])), { reason: "unknown_entry" });
});

test("what a commitment opens to has one spelling and is that of no other event", () => {
  const event = v.parseEntry(workedEntry), salt = workedEvent.salt;
  const good = `event\n${workedEvent.content}\n${workedEvent.id}`;
  for (const bad
           of ["", "event", `${good}\n`, `${good}\nx`, good.replace("event", "Event"), good.replace("ed70", "ED70"),
               good.replace("ed70", "d70"), `event\n${workedEvent.content}\n`, `event\n${workedEvent.content}`,
               `event\n${workedEvent.content}\na\tb`, good.replaceAll("\n", "\r\n")]) {
    assert.throws(
        () => v.openEvent(event, concat(salt, v.utf8(bad))), { reason: "bad_opening" }, JSON.stringify(bad));
  }
  assert.throws(() => v.parseOpening(salt.slice(1)), { reason: "bad_opening" });
  assert.throws(() => v.parseOpening(concat(salt, Uint8Array.of(0xff))), { reason: "bad_opening" });
  for (const other
           of [{ salt: Uint8Array.from(salt).fill(0, 15) }, { isDeclaration: true }, { id: `${workedEvent.id}0` },
               { content: workedEvent.content.replace("e", "f") }]) {
    assert.throws(() => v.openEvent(event, openingOf({ ...workedEvent, ...other })), { reason: "not_opened" });
  }
  assert.throws(() => v.openEvent(v.parseEntry(audit), openingOf(workedEvent)), { reason: "not_opened" });
});

// shows: T9
test("a receipt that explains itself is checked without another file", () => {
  const { receipt, trust } = explainedReceipt();
  const proven = v.verifyExplainedReceipt(receipt, trust);
  assert.deepEqual([proven.index, proven.size, proven.entry.number], [6n, 11n, 12n]);
  assert.deepEqual(proven.opened, workedEvent);
  const salted = { ...workedEvent, salt: new Uint8Array(16).fill(10), isDeclaration: true };  // a salt of line feeds
  const declaration = explainedReceipt(salted);
  assert.equal(v.verifyExplainedReceipt(declaration.receipt, trust).opened.isDeclaration, true);
});

test("every small change of a receipt that explains itself is refused, at one of the steps", () => {
  const { receipt, trust } = explainedReceipt(workedEvent, { witnessNames: [] });
  const keys = readKeys(trust.keys.join("\n")), bytes = v.utf8(receipt);
  assert.equal(checkReceipt(bytes, keys).verified, true);
  let tried = 0;
  for (const { at, changed } of changes(bytes)) {
    const { verified, steps } = checkReceipt(changed, keys);
    assert.deepEqual([verified, steps.filter(({ ok }) => ok === false).length], [false, 1], `changed at byte ${at}`);
    tried += 1;
  }
  console.log(`${tried} changes`);
  assert.equal(tried, bytes.length * 6);
});

const extraOf = (...parts) =>
    v.toBase64(concat(...parts.map((part) => (typeof part === "string" ? v.utf8(part) : part))));

test("an extra line that explains another entry or nothing is refused by name", () => {
  const { entry, trust } = explainedReceipt(), opening = openingOf(workedEvent);
  const other = workedEntry.replace(" 12 ", " 13 ");
  for (const [extra, reason] of [
           ["", "no_entry"],
           [extraOf(entry), "no_entry"],
           [extraOf("\n", opening), "not_included"],
           [extraOf(other, "\n", opening), "not_included"],
           [extraOf(entry, "\n", opening.slice(1)), "bad_opening"],
           [extraOf(entry, "\n", openingOf({ ...workedEvent, id: "urn:x:1" })), "not_opened"],
  ]) {
    const { receipt } = exampleReceipt({ entry, extra });
    assert.throws(() => v.verifyExplainedReceipt(receipt, trust), { name: "VerifyError", reason }, extra);
  }
  const strange = exampleReceipt({ extra: extraOf("entry 6\n", opening) });
  assert.throws(() => v.verifyExplainedReceipt(strange.receipt, trust), { reason: "unknown_entry" });
  const act = exampleReceipt({ entry: v.utf8(audit), extra: extraOf(audit, "\n", opening) });
  assert.throws(() => v.verifyExplainedReceipt(act.receipt, trust), { reason: "not_opened" });
});

test("an extra line that holds the entry alone proves the entry and opens nothing", () => {
  const { entry, trust } = explainedReceipt();
  const { receipt } = exampleReceipt({ entry, extra: extraOf(entry, "\n") });
  const proven = v.verifyExplainedReceipt(receipt, trust);
  assert.equal(proven.opened, undefined);
  assert.equal(proven.entry.number, 12n);
  const report = checkReceipt(receipt, readKeys(trust.keys.join("\n")));
  assert.equal(report.verified, true);
  assert.ok(report.steps.every(({ ok }) => ok));
  assert.ok(!report.facts.some(([name]) => name.english.startsWith("Id of")));
  const act = exampleReceipt({ entry: v.utf8(audit), extra: extraOf(audit, "\n") });
  assert.equal(checkReceipt(act.receipt, readKeys(trust.keys.join("\n"))).verified, true);
});

test("what was checked is said step by step, and of a failure how far it came", () => {
  const { receipt, trust, log } = explainedReceipt();
  const report = (text, keys = [...trust.keys, ...trust.witnesses]) => checkReceipt(text, readKeys(keys.join("\n")));
  const good = report(receipt);
  assert.deepEqual([good.verified, good.steps.map(({ ok }) => ok), good.unused], [true, Array(5).fill(true), []]);
  assert.match(good.says.english, /^The event urn:uuid:0197a1c2\S+ is number 6/);
  assert.match(good.says.chinese, /^事件 urn:uuid:0197a1c2\S+ 是日志 trace\.example\.cn\/log1 的第 6 条/);
  const said = Object.fromEntries(good.facts.map(([name, value]) => [name.english, value.english]));
  assert.equal(said["Id of the event"], workedEvent.id);
  assert.equal(said["Recorded"], "2025-11-21T18:33:20.123456Z");
  assert.match(said["Signed by (key id)"], /^Ed25519 \([0-9a-f]{8}\)$/);
  assert.match(said["Witnesses"], /^witness\.example\/a 2026-01-01T00:00:00Z, witness/);

  const other = exampleReceipt({ name: "trace.example.cn/log2" });
  const { entry } = explainedReceipt();
  for (const [text, keys, reason, came] of [
           ["", undefined, "bad_receipt", 0],
           [exampleReceipt().receipt.replace(/extra .*\n/, ""), undefined, "no_entry", 0],
           [receipt, other.trust.keys, "other_log", 1],
           [receipt.replace(log.line(explainedReceipt().text), ""), undefined, "unsigned", 1],
           [receipt.replace("\n11\n", "\n12\n"), undefined, "bad_signature", 1],
           [receipt.replace("index 6", "index 5"), undefined, "not_included", 2],
           [exampleReceipt({ extra: extraOf("entry 6\nx") }).receipt, undefined, "unknown_entry", 3],
           [exampleReceipt({ entry, extra: extraOf(entry, "\nx") }).receipt, undefined, "bad_opening", 4],
  ]) {
    const bad = report(text, keys);
    assert.deepEqual([bad.verified, bad.reason], [false, reason]);
    const expected = [0, 1, 2, 3, 4].map((i) => (i < came ? true : i === came ? false : null));
    assert.deepEqual(bad.steps.map(({ ok }) => ok), expected, reason);
    assert.match(bad.says.chinese, /。$/);
    assert.match(bad.says.english, /^[A-Z].*\.$/);
  }
});

test("keys are pasted one a line, of several logs and witnesses, and a wrong line is named", () => {
  const { receipt, trust } = explainedReceipt(), other = exampleReceipt({ name: "trace.example.cn/log2" });
  const pasted = `\n  ${other.trust.keys[0]}  \r\n${trust.keys[0]}\n\n${trust.witnesses[0]}`;
  const keys = readKeys(pasted);
  assert.deepEqual([keys.logKeys.length, keys.witnesses.length], [2, 1]);
  assert.equal(checkReceipt(receipt, keys).verified, true);
  assert.throws(() => readKeys(`${trust.keys[0]}\nx`), { reason: "bad_key", line: 2 });
  assert.deepEqual(readKeys(""), { logKeys: [], witnesses: [] });
});

test("texts of others and times are shown as what they are", () => {
  assert.equal(shown("urn:程:\u202e1\u200b\x1b[0m"), "urn:程:\\u{202e}1\\u{200b}\\u{001b}[0m");
  assert.deepEqual(
      timeText(1763750000123456n), { chinese: "2025-11-22 02:33:20.123456 +08:00", english: "2025-11-21T18:33:20.123456Z" });
  assert.equal(timeText(0n).english, "1970-01-01T00:00:00.000000Z");
  assert.equal(timeText((1n << 63n) - 1n).english, "9223372036854775807");
});
