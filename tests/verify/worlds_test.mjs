// SPDX-License-Identifier: Apache-2.0
// worlds_test.mjs VERIFY_WORLDS [COUNT SEED]: our two verifiers, which share no code, on random receipts, proofs and
// keys, most with a fault. They agree on every verdict, on what is proven, and on what is wrong.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";

import * as v from "../../web/verify/verify.mjs";

import { survivors } from "./changes.mjs";

const [program, count = 1600, seed = 20260] = process.argv.slice(2);

const made = spawnSync(program, [String(count), String(seed)], { encoding: "utf8", maxBuffer: 1 << 28 });
assert.equal(made.status, 0, made.stderr || String(made.error));
const worlds = made.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));

// What our C++ calls what is wrong.
const codes = {
  bad_receipt: "log.receipt",
  bad_note: "log.note",
  bad_checkpoint: "log.checkpoint",
  bad_signature: "log.signature",
  unsigned: "log.unsigned",
  other_log: "log.unsigned",
  not_included: "log.not_included",
  bad_entry: "log.not_included",
  no_quorum: "log.quorum",
  bad_extra: "log.extra",
  bad_opening: "log.opening",
};

function refusal(run) {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof v.VerifyError)) throw error;
    return { refused: codes[error.reason] ?? error.reason };
  }
}

function receiptVerdict({ receipt, entry, keys, witnesses, hash }) {
  return refusal(() => {
    const { origin, size, root, index, signed, cosigned } =
        v.verifyReceipt(v.fromBase64(receipt), v.fromBase64(entry), { keys, witnesses, hash, required: 1 });
    const ids = [...keys, ...witnesses].map((vkey) => v.parseVkey(vkey).id);
    const by = [...signed, ...cosigned].map(({ id, time }) => [ids.indexOf(id), String(time ?? 0)]);
    return { origin, size: String(size), root: v.toBase64(root), index: String(index), by: by.sort() };
  });
}

// Of a reader who wants every key and a quorum; entry and event come from the extra line where the receipt explains
// itself.
function proofVerdict({ receipt, entry, keys, witnesses, quorum, hash, explains }) {
  return refusal(() => {
    const trust = { keys, witnesses, quorum, hash }, bytes = v.fromBase64(receipt);
    const { root, index, signed, cosigned, event } =
        explains ? v.verifyOwnReceipt(bytes, trust) : v.verifyReceipt(bytes, v.fromBase64(entry), trust);
    const verdict =
        { root: v.toBase64(root), index: String(index), signed: signed.length, witnessed: cosigned.length };
    if (event !== undefined)
      verdict.event = { ...event, number: String(event.number), recorded: String(event.recorded) };
    return verdict;
  });
}

// Which of two faults is named may differ: a text that nobody has signed is read by one verifier only after its
// signature.
const sooner = ["log.signature", "log.unsigned"];
function sameVerdict(js, cpp) {
  return isDeepStrictEqual(js, cpp) || (cpp.refused === "log.checkpoint" && sooner.includes(js.refused));
}

// The one kept difference: bytes that are no point of the curve are named at once by one verifier; for the other they
// are a key with which no signature holds.
const isNoPoint = (encoded) => {
  try {
    return v.parseVkey(Buffer.from(encoded, "base64").toString("utf8")) === null;
  } catch (error) {
    return /no point of the curve/.test(error.message);
  }
};

// shows: T9
test("both verifiers agree on random receipts with planted faults", () => {
  const counts = {}, differs = [];
  let noPoints = 0;
  const note = (what, verdict) => {
    counts[what] ??= {};
    counts[what][verdict] = (counts[what][verdict] ?? 0) + 1;
  };
  for (const world of worlds) {
    let verdict;
    if (world.what === "consistency") {
      const { hash, root1, root2, proof } = world;
      verdict = v.verifyConsistency({
        ...world,
        hash: v.hashes[hash],
        root1: v.fromBase64(root1),
        root2: v.fromBase64(root2),
        proof: proof.map(v.fromBase64)
      });
    } else if (world.what === "vkey") {
      verdict = refusal(() => v.parseVkey(Buffer.from(world.vkey, "base64").toString("utf8")).id.length > 0) === true;
    } else {
      world.verdict.by?.sort();
      verdict = receiptVerdict(world);
    }
    if (world.what === "vkey" && isNoPoint(world.vkey)) {
      noPoints += 1;
    } else if (!sameVerdict(verdict, world.verdict)) {
      const text = Buffer.from(world.receipt ?? world.vkey ?? "", "base64").toString();
      differs.push({ world: world.world, fault: world.fault ?? world.what, cpp: world.verdict, js: verdict, text });
    }
    if (world.what === "receipt") {
      const proof = proofVerdict(world);
      if (!sameVerdict(proof, world.proof))
        differs.push({ world: world.world, fault: world.fault, cpp: world.proof, js: proof });
      note(`${world.fault}, all keys`, proof.refused ?? "proven");
      if (proof.event !== undefined) note("events", "shown");
    }
    note(world.fault ?? world.what, verdict.refused ?? (verdict === false ? "refused" : "taken"));
  }
  for (const [what, verdicts] of Object.entries(counts)) {
    console.log(`${what}: ${Object.entries(verdicts).sort().map(([verdict, n]) => `${verdict} ${n}`).join(", ")}`);
  }
  assert.deepEqual(differs, []);
  console.log(`keys that are no point of their curve: ${noPoints}`);
  assert.ok(noPoints > 0);
  const total = (verdict) => Object.values(counts).reduce((sum, verdicts) => sum + (verdicts[verdict] ?? 0), 0);
  console.log(`taken ${total("taken")} of ${worlds.length} worlds, seed ${seed}`);
  assert.ok(total("shown") > count / 20);
  assert.ok(total("taken") > count / 5 && total("taken") < count * 0.6);
  for (const code of new Set(Object.values(codes))) assert.ok(total(code) > 0, `${code} is not among the faults`);
});

test("every small change of a receipt signed by SM2 in a tree of SM3 is refused", () => {
  const { receipt, entry, keys, hash } = worlds.find(
      ({ fault, keys, witnesses, hash, receipt }) => fault === "nothing" && keys.length === 1 &&
          v.parseVkey(keys[0]).kind === "sm2" && witnesses.length === 0 && hash === "sm3" &&
          v.parseReceipt(v.fromBase64(receipt)).extra === undefined);
  const bytes = v.fromBase64(receipt),
        verdict = (changed) => v.verifyReceipt(changed, v.fromBase64(entry), { keys, hash });
  const { tried, taken } = survivors(bytes, verdict, verdict(bytes));
  console.log(`${tried} changes`);
  assert.deepEqual(taken, []);
});
