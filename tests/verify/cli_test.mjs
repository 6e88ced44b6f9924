// SPDX-License-Identifier: Apache-2.0
// The command line: exit codes and the one sentence, in Chinese and in English.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { exampleReceipt, explainingReceipt } from "./support.mjs";

const cli = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../web/verify/cli.mjs");
const folder = mkdtempSync(path.join(tmpdir(), "suyuan-verify-"));
after(() => rmSync(folder, { recursive: true }));

const { receipt, entry, trust } = exampleReceipt();
const file = (name, content) => {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
};
const receiptFile = file("回执.tlog-proof", receipt), entryFile = file("entry", entry),
      otherFile = file("other", "other");

function run(...given) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...given], { encoding: "utf8" });
  return { status, stdout, stderr };
}

const right = ["--receipt", receiptFile, "--entry", entryFile, "--key", trust.keys[0]];

test("verified: 0, and what is proven", () => {
  const chinese = run(...right);
  assert.equal(chinese.status, 0, chinese.stderr);
  assert.match(
      chinese.stdout, /^验证通过:这个条目是日志 trace\.example\.cn\/log1 的第 6 条.*11 条.*。\n$/);
  const witnessed =
      run("--english", ...right, "--witness", trust.witnesses[0], "--witness", trust.witnesses[1], "--quorum", "2");
  assert.equal(witnessed.status, 0, witnessed.stderr);
  assert.match(
      witnessed.stdout,
      /^Verified: this entry is number 6, .* witnessed by witness\.example\/a 2026-01-01T00:00:00Z, witness\.example\/b .*\.\n$/);
});

test("a receipt that explains itself needs no entry, and says of which event it is", () => {
  const { receipt, trust } = explainingReceipt();
  const given = ["--receipt", file("explains", receipt), "--key", trust.keys[0]];
  const { status, stdout } = run("--english", ...given);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /\nEvent urn:uuid:0197a1c2-7b3e-7c4d-8a5f-1b2c3d4e5f60\nContent hash ed70[0-9a-f]{60}\n/);
  assert.match(stdout, /\nNumber 12 of the submitter bREL9UhVi9fg\/yruW\+\/X4w==, recorded at 2025-11-21T18:33:20\.123Z\n$/);
  assert.match(run(...given).stdout, /^验证通过:.*\n事件 urn:uuid:.*\n内容散列 ed70.*\n提交者 .* 的第 12 个事件/);
  const other = run("--english", "--receipt", file("other event", explainingReceipt("5f61").receipt), ...given.slice(2));
  assert.deepEqual([other.status, /^Not verified\. The entry does not commit/.test(other.stdout)], [1, true]);
  assert.equal(run("--receipt", receiptFile, "--key", trust.keys[0]).status, 1);
});

test("not verified: 1, and why", () => {
  for (const [given, says] of [
           [
             ["--receipt", receiptFile, "--entry", otherFile, "--key", trust.keys[0]],
             /条目不是回执所说的那一条/
           ],
           [["--receipt", otherFile, "--entry", entryFile, "--key", trust.keys[0]], /回执的格式不对/],
           [[...right, "--hash", "sm3"], /条目不是回执所说的那一条/],
           [[...right, "--witness", trust.witnesses[0], "--quorum", "2"], /见证者/],
           [["--english", ...right, "--hash", "sm3"], /^Not verified\. The entry is not the one .*\.\n$/],
  ]) {
    const { status, stdout } = run(...given);
    assert.deepEqual([status, stdout.split("\n").length], [1, 2], stdout);
    assert.match(stdout, says);
  }
});

test("called wrongly: 2, and how to", () => {
  for (const given
           of [[], ["--receipt"], right.slice(0, 4), right.slice(0, 2), [...right, "--nothing", "x"], [...right, "--hash", "md5"],
               [...right, "x"], [...right, "--quorum", "-1"], [...right, "--entry", entryFile],
               [...right, "--key", trust.witnesses[0]], [...right, "--witness", trust.keys[0]],
               [...right.slice(0, 4), "--key", `${trust.keys[0]}x`],
               ["--receipt", path.join(folder, "absent"), ...right.slice(2)]]) {
    const { status, stdout, stderr } = run(...given);
    assert.deepEqual([status, stdout], [2, ""], given.join(" "));
    assert.match(stderr, /用法/);
  }
  assert.match(run("--english").stderr, /^--receipt is missing\nUsage/);
});
