// SPDX-License-Identifier: Apache-2.0
// Every published vector, against the verifier in web/verify.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import * as v from "../../web/verify/verify.mjs";

import { dataTest, jsonFiles, readJson, Tree } from "./support.mjs";

const merkle = "transparency-dev-merkle/testdata";
const proofOf = (vector) => (vector.proof ?? []).map(v.fromBase64);

// The vectors take any bytes for a hash; a hash has 32 here. With these files that is the whole difference.
const shortRoots = new Set([
  "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
  "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
  "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-subtree-root-valid-tree-root-random-proof-is-empty.json",
  "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json",
]);

function runMerkle(kind, counts, verify) {
  dataTest(`published vectors: ${kind}`, `${merkle}/${kind}`, (folder) => {
    const seen = { true: 0, false: 0 }, differs = [];
    for (const file of jsonFiles(folder)) {
      const vector = readJson(file), name = `${kind}/${path.relative(folder, file)}`;
      const verdict = verify(vector);
      seen[verdict] += 1;
      if (verdict === vector.wantErr) differs.push(name);
    }
    assert.deepEqual(differs, [...shortRoots].filter((name) => name.startsWith(`${kind}/`)).sort());
    assert.deepEqual(seen, counts);
  });
}

runMerkle("inclusion", { true: 6, false: 92 }, (vector) => v.verifyInclusion({
  hash: v.sha256,
  leafHash: v.fromBase64(vector.leafHash),
  index: vector.leafIdx,
  size: vector.treeSize,
  root: v.fromBase64(vector.root),
  proof: proofOf(vector)
}));
runMerkle("consistency", { true: 5, false: 93 }, (vector) => v.verifyConsistency({
  hash: v.sha256,
  size1: vector.size1,
  size2: vector.size2,
  root1: v.fromBase64(vector.root1),
  root2: v.fromBase64(vector.root2),
  proof: proofOf(vector)
}));
runMerkle("subtreeinclusion", { true: 12, false: 192 }, (vector) => v.verifySubtreeInclusion({
  hash: v.sha256,
  leafHash: v.fromBase64(vector.leafHash),
  index: vector.leafIdx,
  start: vector.start,
  end: vector.end,
  root: v.fromBase64(vector.root),
  proof: proofOf(vector)
}));
runMerkle("subtreeconsistency", { true: 9, false: 109 }, (vector) => v.verifySubtreeConsistency({
  hash: v.sha256,
  start: vector.start,
  end: vector.end,
  size: vector.size,
  root1: v.fromBase64(vector.root1),
  root2: v.fromBase64(vector.root2),
  proof: proofOf(vector)
}));

dataTest("the reference tree of RFC 6962, in SHA-256 and in SM3", "rfc6962-reference-tree", (folder) => {
  const reference = readJson(path.join(folder, "reference_tree.json"));
  const entries = reference.leaf_inputs_hex.map(v.fromHex);
  for (const name of ["sha256", "sm3"]) {
    const hash = v.hashes[name], roots = reference[`root_${name}_by_size`].map(v.fromHex);
    const tree = new Tree(hash, entries);
    for (let size = 0; size <= entries.length; size += 1) assert.deepEqual(tree.root(0, size), roots[size]);
    for (let size = 1; size <= entries.length; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const claim = {
          hash,
          leafHash: v.leafHash(hash, entries[index]),
          index,
          size,
          proof: tree.path(index, 0, size),
          root: roots[size]
        };
        assert.ok(v.verifyInclusion(claim));
        assert.ok(!v.verifyInclusion({ ...claim, hash: name === "sm3" ? v.sha256 : v.sm3 }) || claim.proof.length === 0);
        assert.ok(!v.verifyInclusion({ ...claim, root: roots[size - 1]  }));
      }
      for (let size1 = 1; size1 <= size; size1 += 1) {
        const claim = {
          hash,
          size1,
          size2: size,
          root1: roots[size1],
          root2: roots[size],
          proof: tree.consistency(0, size1, 0, size)
        };
        assert.ok(v.verifyConsistency(claim));
        if (size1 !== size) assert.ok(!v.verifyConsistency({ ...claim, root1: roots[size1 - 1]  }));
      }
    }
  }
});

// The draft publishes one SHA-256 over lines for every subtree of every tree up to 130 entries. What it hashes is what
// our proofs are, and each proof is put to the verifier.
dataTest("all subtrees up to 130 entries give the draft's rolling hashes", "rfc6962-reference-tree", (folder) => {
  const expected = readJson(path.join(folder, "reference_tree.json")).draft_ietf_plants_rolling_sha256;
  const max = 130, tree = new Tree(v.sha256, Array.from({ length: max }, (_, i) => Uint8Array.of(i)));
  const rolling = { hash: createHash("sha256"), inclusion: createHash("sha256"), consistency: createHash("sha256") };
  const line = (which, head, proof) => rolling[which].update([head, ...proof.map(v.toHex)].join(" ") + "\n");
  let proofs = 0;
  for (let end = 0; end <= max; end += 1) {
    for (let start = 0; start <= end; start += 1) {
      if (!v.isSubtree(BigInt(start), BigInt(end))) continue;
      const root = tree.root(start, end);
      line("hash", `[${start}, ${end})`, [root]);
      for (let index = start; index < end; index += 1) {
        const proof = tree.path(index, start, end);
        line("inclusion", `${index} [${start}, ${end})`, proof);
        proofs += 1;
        if (proofs % 7 === 0)
          assert.ok(v.verifySubtreeInclusion(
              { hash: v.sha256, leafHash: tree.leaves[index], index, start, end, proof, root }));
      }
    }
  }
  for (let size = 0; size <= max; size += 1) {
    for (let end = 0; end <= size; end += 1) {
      for (let start = 0; start <= end; start += 1) {
        if (!v.isSubtree(BigInt(start), BigInt(end))) continue;
        const proof = start === end ? [] : tree.consistency(start, end, 0, size);
        line("consistency", `[${start}, ${end}) ${size}`, proof);
        proofs += 1;
        if (proofs % 7 !== 0) continue;
        const claim = {
          hash: v.sha256,
          start,
          end,
          size,
          root1: tree.root(start, end),
          root2: tree.root(0, size),
          proof
        };
        assert.ok(v.verifySubtreeConsistency(claim), `[${start}, ${end}) of ${size}`);
      }
    }
  }
  console.log(`${proofs} proofs, every seventh verified`);
  const seen = Object.fromEntries(Object.entries(rolling).map(([name, hash]) => [name, hash.digest("hex")]));
  assert.deepEqual(seen, {
    hash: expected.subtree_hash,
    inclusion: expected.subtree_inclusion,
    consistency: expected.subtree_consistency
  });
});

dataTest("the examples of GB/T 32905 and GB/T 32918.5", "gm-vectors", (folder) => {
  const vectors = readJson(path.join(folder, "gm_vectors.json"));
  for (const { msg_hex, digest } of vectors.sm3) assert.equal(v.toHex(v.sm3(v.fromHex(msg_hex))), digest);
  for (const { id, msg, pub_x, pub_y, za, r, s } of vectors.sm2_sign) {
    const key = v.fromHex(`04${pub_x}${pub_y}`), message = v.utf8(msg), signature = v.fromHex(r + s);
    assert.equal(v.toHex(v.sm2Z(key, id)), za);
    assert.ok(v.verifySm2(key, message, signature));
    assert.ok(!v.verifySm2(key, message, signature, ""), "the identifier is part of what is signed");
    assert.ok(!v.verifySm2(key, v.utf8("message digesT"), signature));
    for (let i = 0; i < 64; i += 1) {
      const changed = Uint8Array.from(signature);
      changed[i] ^= 1;
      assert.ok(!v.verifySm2(key, message, changed), `byte ${i}`);
    }
  }
});

test("the hashes agree with OpenSSL's at every length around a block", () => {
  for (let length = 0; length < 300; length += 1) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
    for (const name of ["sha256", "sha512", "sm3"]) {
      assert.equal(
          v.toHex(v[name](message)), createHash(name).update(message).digest("hex"), `${name} of ${length} bytes`);
    }
  }
});

test("SM2 takes r, s, their sum and the key in their ranges only", () => {
  const n = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
  const gx = "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7";
  const gy = "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";
  const word = (number) => number.toString(16).padStart(64, "0");
  const order = BigInt(`0x${n}`), key = v.fromHex(`04${gx}${gy}`);
  for (const [r, s] of [[0n, 1n], [1n, 0n], [order, 1n], [1n, order], [1n, order - 1n], [order - 1n, 1n]]) {
    assert.equal(v.verifySm2(key, v.utf8("m"), v.fromHex(word(r) + word(s))), false);
  }
  assert.equal(v.verifySm2(v.fromHex(`04${gx}${gx}`), v.utf8("m"), v.fromHex(word(1n) + word(1n))), false);
  assert.equal(v.verifySm2(v.fromHex(`02${gx}`), v.utf8("m"), v.fromHex(word(1n) + word(1n))), false);
  assert.equal(v.verifySm2(key, v.utf8("m"), v.fromHex(word(1n))), false);
});

// The verdict that OpenSSL gives too: a second encoding of R and a residue of low order are refused, the other edge
// cases taken.
dataTest("Ed25519: the 914 edge cases of C2SP CCTV", "c2sp-cctv/ed25519", (folder) => {
  const vectors = readJson(path.join(folder, "ed25519vectors.json")), differs = [];
  const seen = { true: 0, false: 0 };
  for (const { number, key, sig, msg, flags } of vectors) {
    const expected = !(flags ?? []).some((flag) => flag === "low_order_residue" || flag === "non_canonical_R");
    const verdict = v.verifyEd25519(v.fromHex(key), v.utf8(msg), v.fromHex(sig));
    seen[verdict] += 1;
    if (verdict !== expected) differs.push(number);
  }
  assert.deepEqual(differs, []);
  assert.deepEqual(seen, { true: 208, false: 706 });
});

const sunlight = "sunlight/cmd/skylight/testdata";

for (const folder of ["witness", "witness2"]) {
  dataTest(`a checkpoint cosigned by the ${folder} of another implementation`, `${sunlight}/${folder}`, (at) => {
    const [vkey] = JSON.parse(readFileSync(path.join(at, "witness.v0.json"), "utf8")).verifier_keys;
    const origins = {
      witness: "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706",
      witness2: "88ad7a28caeb0b2aa890fdf0304c2fcaf59fca2ee140134ff8c1300bac493482"
    };
    const note = readFileSync(path.join(at, origins[folder], "checkpoint"));
    const { text, signed } = v.verifyNote(new Uint8Array(note), [v.parseVkey(vkey)]);
    assert.deepEqual(signed.map(({ key, time }) => [key.kind, time]), [["ed25519-cosignature", 1767139200n]]);
    const { origin, size, root } = v.parseCheckpoint(text);
    assert.equal(v.toHex(v.sha256(v.utf8(origin))), origins[folder]);
    assert.deepEqual([size, v.toBase64(root)], [300n, "lCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0="]);
    const changed = note.toString("utf8").replace("\n300\n", "\n301\n");
    assert.throws(() => v.verifyNote(changed, [v.parseVkey(vkey)]), { reason: "bad_signature" });
  });
}

dataTest("a checkpoint whose only signature is of an unknown type is unsigned", `${sunlight}/tree`, (folder) => {
  const note = new Uint8Array(readFileSync(path.join(folder, "checkpoint")));
  assert.equal(v.parseNote(note).signatures.length, 1);
  assert.throws(() => v.verifyNote(note, []), { reason: "unsigned" });
});
