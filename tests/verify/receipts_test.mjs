// SPDX-License-Identifier: Apache-2.0
// Receipts as nobody should take them: every change of a byte, every key, every spelling that is not the one.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as v from "../../web/verify/verify.mjs";

import { changes, survivors } from "./changes.mjs";
import { checkpointText, exampleReceipt, Signer, Tree } from "./support.mjs";

const example = exampleReceipt();
const check = (receipt, { entry = example.entry, ...trust } = {}) =>
    v.verifyReceipt(receipt, entry, {...example.trust, ...trust });
const refuses = (receipt, reason, more) =>
    assert.throws(() => check(receipt, more), { name: "VerifyError", reason }, receipt);

// shows: T9
test("a receipt proves what it says and no more", () => {
  const proven = check(example.receipt);
  assert.deepEqual(
      [proven.origin, proven.index, proven.size, proven.hashName], ["trace.example.cn/log1", 6n, 11n, "sha256"]);
  assert.deepEqual(proven.signed.map(({ kind }) => kind), ["ed25519"]);
  assert.deepEqual(
      proven.cosigned.map(({ name, time }) => [name, time]),
      [["witness.example/a", 1767225600n], ["witness.example/b", 1767225601n]]);
  refuses(example.receipt, "not_included", { entry: v.utf8("entry 7") });
  refuses(example.receipt, "not_included", { entry: new Uint8Array(0) });
  refuses(example.receipt, "bad_entry", { entry: new Uint8Array(65536) });
  refuses(example.receipt, "not_included", { hash: "sm3" });
  assert.equal(check(v.utf8(example.receipt)).index, 6n);
});

// What is still taken says the same: it differs in the extra line, which nobody signs.
test("every small change of a receipt is refused or leaves its meaning", () => {
  const { receipt, entry, trust } = exampleReceipt({ witnessNames: ["a"] });
  const bytes = v.utf8(receipt), verdict = (changed) => v.verifyReceipt(changed, entry, trust);
  const { tried, taken } = survivors(bytes, verdict, verdict(bytes));
  const extra = receipt.indexOf("extra "), end = receipt.indexOf("\n", extra);
  console.log(`${tried} changes, ${taken.length} taken, all in the extra line`);
  assert.ok(tried === bytes.length * 6 && taken.length > 0);
  assert.deepEqual(taken.filter(({ at }) => at < extra || at > end), []);
});

test("every small change of an entry or of a key is refused", () => {
  for (const { changed } of changes(example.entry)) refuses(example.receipt, "not_included", { entry: changed });
  const [key] = example.trust.keys;
  for (const { changed } of changes(v.utf8(key))) {
    const text = Buffer.from(changed).toString("latin1");
    assert.throws(() => check(example.receipt, { keys: [text] }), v.VerifyError, text);
  }
});

const lines = example.receipt.split("\n");
const replaced = (number, line) => lines.map((old, i) => (i === number ? line : old)).join("\n");

test("a receipt has one spelling", () => {
  assert.equal(lines[2], "index 6");
  for (const index
           of ["index 06", "index +6", "index 6 ", "index  6", "index", "index 0x6", "index 6\r", "Index 6", "index ６",
               "index 18446744073709551616", "index 18446744073709551622", "index -6", "index 6.0", "index 6e0"]) {
    assert.throws(() => check(replaced(2, index)), v.VerifyError, index);
  }
  refuses(replaced(2, "index 7"), "not_included");
  refuses(replaced(2, "index 11"), "not_included");
  refuses(replaced(2, "index 18446744073709551615"), "not_included");
  for (const extra
           of ["extra ", "extra =", "extra dGltZQ",
               "extra dGltZR==", "extra dGltZQ==\nextra dGltZQ==", "extra\tdGltZQ=="]) {
    refuses(replaced(1, extra), "bad_receipt");
  }
  assert.equal(check(lines.filter((_, i) => i !== 1).join("\n")).index, 6n);
  assert.equal(v.parseReceipt(example.receipt).extra.length, 4);
  refuses(replaced(0, "c2sp.org/tlog-proof@v2"), "bad_receipt");
  refuses(`\ufeff${example.receipt}`, "bad_receipt");
  refuses(example.receipt.replaceAll("\n", "\r\n"), "bad_receipt");
  refuses(replaced(3, lines[3].replace("=", "")), "bad_receipt");
  refuses(replaced(3, `${lines[3]}\n${lines[3]}`), "not_included");
  refuses(replaced(3, Array(65).fill(lines[3]).join("\n")), "bad_receipt");
  refuses("", "bad_receipt");
  refuses("\n\n", "bad_receipt");
});

test("a signature of a known name and id must hold, an unknown one is passed over", () => {
  const { log, text, receipt } = example;
  const stranger = new Signer("stranger.example", v.utf8("s".repeat(32)));
  assert.equal(check(receipt + stranger.line("other text\n")).index, 6n);
  const namesake = new Signer(log.name, v.utf8("f".repeat(32)));  // the log's name, another id
  assert.equal(check(receipt + namesake.line(text)).index, 6n);
  refuses(receipt + log.line("other text\n"), "bad_signature");
  refuses(receipt + example.witnesses[0].line("other text\n", 5n), "bad_signature");
  refuses(receipt.replace(log.line(text), ""), "unsigned");
  refuses(receipt.replace(example.witnesses[1].line(text, 1767225601n), ""), "no_quorum");
  assert.equal(
      check(receipt.replace(example.witnesses[1].line(text, 1767225601n), ""), { quorum: 1 }).cosigned.length, 1);
  const twice = receipt.replace(example.witnesses[1].line(text, 1767225601n), example.witnesses[0].line(text, 9n));
  refuses(twice, "no_quorum");
  refuses(receipt, "unsigned", { keys: [example.trust.keys[0], namesake.vkey] });
  assert.equal(check(receipt, { keys: [example.trust.keys[0], namesake.vkey], required: 1 }).signed.length, 1);
  refuses(receipt, "unsigned", { keys: [namesake.vkey] });
});

test("the limits of a note are where the page says", () => {
  const stranger = new Signer("stranger.example", v.utf8("s".repeat(32)));
  assert.equal(check(example.receipt + stranger.line("x\n").repeat(97)).index, 6n);
  refuses(example.receipt + stranger.line("x\n").repeat(98), "bad_note");
});

test("a cosignature states its time, up to 2^63 - 1", () => {
  const { text, trust } = example, witness = example.witnesses[0];
  const key = v.parseVkey(witness.vkey);
  const time = (t) => v.verifyNote(`${text}\n${witness.line(text, t)}`, [key]).signed[0].time;
  assert.equal(time(0n), 0n);
  assert.equal(time((1n << 63n) - 1n), (1n << 63n) - 1n);
  assert.throws(() => time(1n << 63n), { reason: "bad_signature" });
  assert.throws(() => check(example.receipt, { keys: trust.witnesses }), TypeError);
  assert.throws(() => check(example.receipt, { witnesses: trust.keys }), TypeError);
});

test("a checkpoint of another log is refused although its key is trusted", () => {
  const { log, entry } = example;
  const text = checkpointText("trace.example.cn/log2", 1, v.leafHash(v.sha256, entry));
  refuses(`c2sp.org/tlog-proof@v1\nindex 0\n\n${text}\n${log.line(text)}`, "other_log", { witnesses: [], quorum: 0 });
});

test("the tree of SM3 is the one whose name ends so", () => {
  const log = new Signer("trace.example.cn/log1/sm3", v.utf8("3".repeat(32)));
  const entries = ["a", "b", "c"].map(v.utf8), tree = new Tree(v.sm3, entries);
  const text = checkpointText(log.name, 3, tree.root(0, 3));
  const proof = tree.path(2, 0, 3).map((hash) => `${v.toBase64(hash)}\n`).join("");
  const receipt = `c2sp.org/tlog-proof@v1\nindex 2\n${proof}\n${text}\n${log.line(text)}`;
  assert.equal(v.verifyReceipt(receipt, entries[2], { keys: [log.vkey] }).hashName, "sm3");
  assert.throws(
      () => v.verifyReceipt(receipt, entries[2], { keys: [log.vkey], hash: "sha256" }), { reason: "not_included" });
});

test("a checkpoint has three lines, and more only where the log signed more", () => {
  const root = v.toBase64(new Uint8Array(32));
  const { origin, size, extensions } = v.parseCheckpoint(`o\n18446744073709551615\n${root}\nmore\n`);
  assert.deepEqual([origin, size, extensions], ["o", (1n << 64n) - 1n, ["more"]]);
  for (const bad
           of ["", "o\n1\n", `o\n1\n${root}`, `\n1\n${root}\n`, `o\n01\n${root}\n`, `o\n1\n${root}\n\n`,
               `o\n1\n${root.slice(4)}\n`, `o\n18446744073709551616\n${root}\n`, `o\n1 \n${root}\n`,
               `o\n1\n${root} \n`]) {
    assert.throws(() => v.parseCheckpoint(bad), { reason: "bad_checkpoint" }, JSON.stringify(bad));
  }
});

test("a note is UTF-8 without control characters, its text ends at the last empty line", () => {
  const signer = new Signer("a.example", v.utf8("n".repeat(32))), key = v.parseVkey(signer.vkey);
  const text = "one\n\ntwo\n", note = `${text}\n${signer.line(text)}`;
  assert.equal(Buffer.from(v.verifyNote(note, [key]).text).toString(), text);
  for (const bad
           of [note.slice(0, -1), note + "\n", note.replace("\u2014 ", "- "), note.replace("one", "o\tne"),
               note.replace("one", "o\0ne"), note.replace("\u2014 a.example", "\u2014  a.example"), `${text}\n`, text,
               note.replace("a.example ", "a+example "), note.replace("a.example ", "a\u00a0example "),
               `${note}\u2014 b AAAAAA==\n`, `${note}\u2014 b AAAAAAA\n`]) {
    assert.throws(() => v.verifyNote(bad, [key]), { reason: "bad_note" }, JSON.stringify(bad));
  }
  assert.throws(() => v.verifyNote(Uint8Array.from([...v.utf8(text), 0xc3, 0x28]), [key]), { reason: "bad_note" });
  assert.throws(() => v.verifyNote("a\ud800\n\n\u2014 a b\n", [key]), TypeError);
});

test("a verifier key has one spelling, and its id belongs to it", () => {
  const sm2 =
      "trace.example.cn/log1+75c38f00+/1NNMi13aXRoLVNNMy8xMjM0NTY3ODEyMzQ1Njc4BAn53zEeVCGhUN19Fh5LxcZyF5+tGDP8B2uwj/NW81Ag" +
      "zOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM=";
  assert.deepEqual([v.parseVkey(sm2).kind, v.parseVkey(sm2).id], ["sm2", "75c38f00"]);
  for (const bad
           of [undefined, "", "a", "a+b", "++", sm2.replace("75c38f00", "75C38F00"),
               sm2.replace("75c38f00", "75c38f01"), sm2.replace("log1", "log2"), ` ${sm2}`, `${sm2}\n`,
               sm2.slice(0, -1), "a+00000000+"]) {
    assert.throws(() => v.parseVkey(bad), { reason: "bad_key" }, String(bad));
  }
});

test("numbers and texts of any size or kind are refused, not waited for", () => {
  const base = { hash: v.sha256, leafHash: new Uint8Array(32), root: new Uint8Array(32), proof: [] };
  for (const index of [-1, 0.5, NaN, "0", null, undefined, -1n, 1n << 64n, 2 ** 53]) {
    assert.equal(v.verifyInclusion({ ...base, index, size: 1  }), false);
    assert.equal(v.verifyInclusion({ ...base, index: 0, size: index  }), false);
  }
  assert.equal(v.verifyInclusion({ ...base, index: 0, size: 1  }), true);
  assert.equal(v.verifyInclusion({ ...base, index: 0, size: 1, proof: [undefined]  }), false);
  assert.equal(v.verifyInclusion({...base, index: 0, size: 1, proof: {} }), false);
  const long = "A".repeat(1 << 24);
  for (const text
           of [long, `c2sp.org/tlog-proof@v1\nindex 0\n\n${long}`,
               `c2sp.org/tlog-proof@v1\nextra ${long}\nindex 0\n\n\n`,
               `c2sp.org/tlog-proof@v1\nindex ${"1".repeat(1 << 20)}\n\n\n`, "\n".repeat(1 << 20),
               `c2sp.org/tlog-proof@v1\nindex 0\n\na\n1\n${long}\n\n\u2014 ${long} ${long}\n`]) {
    assert.throws(() => check(text), v.VerifyError);
  }
});

test("base64 and back", () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 89 + length) & 255);
    assert.equal(v.toBase64(bytes), Buffer.from(bytes).toString("base64"));
    assert.deepEqual(v.fromBase64(v.toBase64(bytes)), bytes);
  }
  for (const bad of ["A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A", "AA-_", "AAAA\n", " AAAA", "AA==AA=="]) {
    assert.equal(v.fromBase64(bad), null, bad);
  }
});
