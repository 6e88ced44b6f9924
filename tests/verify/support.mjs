// SPDX-License-Identifier: Apache-2.0
// Public data that may be absent; trees, notes and receipts of the tests' own.
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { leafHash, nodeHash, sha256, toBase64, toHex, utf8 } from "../../web/verify/verify.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const data = path.join(process.env.SUYUAN_TEST_DATA ?? path.join(here, "../../../shared/data"), "integrity");

// A test over published data below `folder`: named as skipped where that is not there.
export function dataTest(name, folder, body) {
  const there = existsSync(path.join(data, folder));
  if (!there) console.log(`[  SKIPPED ] verify: ${name} (no integrity/${folder} in the test data)`);
  test(name, { skip: there ? false : "no test data" }, () => body(path.join(data, folder)));
}

// Whole numbers that a double cannot hold become BigInt.
export function readJson(file) {
  const text = readFileSync(file, "utf8").replace(/("\w+": )(\d{16,})/g, '$1"$2n"');
  return JSON.parse(
      text, (_, value) => (typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value));
}

export function jsonFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
      .flatMap((entry) => {
        const name = path.join(folder, entry.name);
        return entry.isDirectory() ? jsonFiles(name) : name.endsWith(".json") ? [name] : [];
      })
      .sort();
}

// --------------------------------------------------------------------------- trees, straight from RFC 9162

function split(n) {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

// The hashes of all that lies in [start, end) of the leaves, each computed once.
export class Tree {
  constructor(hash, entries) {
    this.hash = hash;
    this.leaves = entries.map((entry) => leafHash(hash, entry));
    this.known = new Map();
  }
  root(start, end) {
    if (start === end) return this.hash(new Uint8Array(0));
    if (end - start === 1) return this.leaves[start];
    const key = `${start} ${end}`;
    if (!this.known.has(key)) {
      const k = start + split(end - start);
      this.known.set(key, nodeHash(this.hash, this.root(start, k), this.root(k, end)));
    }
    return this.known.get(key);
  }
  // RFC 9162 section 2.1.3.1, PATH(index - start, D[start:end]).
  path(index, start, end) {
    if (end - start === 1) return [];
    const k = start + split(end - start);
    return index < k ? [...this.path(index, start, k), this.root(k, end)] :
                       [...this.path(index, k, end), this.root(start, k)];
  }
  // draft-ietf-plants-merkle-tree-certs section 4.4.1, SUBTREE_SUBPROOF of [from, to) in D[start:end].
  consistency(from, to, start, end, whole = true) {
    if (from === start && to === end) return whole ? [] : [this.root(start, end)];
    const k = start + split(end - start);
    if (to <= k) return [...this.consistency(from, to, start, k, whole), this.root(k, end)];
    if (from >= k) return [...this.consistency(from, to, k, end, whole), this.root(start, k)];
    return [...this.consistency(k, to, k, end, false), this.root(start, k)];
  }
}

// ----------------------------------------------------------------------------------------- notes of our own

// An Ed25519 key of a name and a seed of 32 bytes; signed by Node's own OpenSSL.
export class Signer {
  constructor(name, seed, cosigner = false) {
    const der = Uint8Array.from([...Buffer.from("302e020100300506032b657004220420", "hex"), ...seed]);
    this.key = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
    const typed = Uint8Array.from(
        [cosigner ? 4 : 1, ...Buffer.from(createPublicKey(this.key).export({ format: "jwk" }).x, "base64url")]);
    this.name = name;
    this.cosigner = cosigner;
    this.id = sha256(Uint8Array.from([...utf8(`${name}\n`), ...typed])).slice(0, 4);
    this.vkey = `${name}+${toHex(this.id)}+${toBase64(typed)}`;
  }
  line(text, time = 0n) {
    const message = this.cosigner ? `cosignature/v1\ntime ${time}\n${text}` : text;
    const stamp = this.cosigner ? [...Buffer.from(time.toString(16).padStart(16, "0"), "hex")] : [];
    const signature = sign(null, Buffer.from(message), this.key);
    return `\u2014 ${this.name} ${toBase64(Uint8Array.from([...this.id, ...stamp, ...signature]))}\n`;
  }
}

export function checkpointText(origin, size, root) {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

// A receipt for entry `index` of a log of `count` entries, cosigned by witnesses: all that is needed to check it.
export function exampleReceipt(
    { count = 11, index = 6, extra = "dGltZQ==", witnessNames = ["a", "b"], entry } = {}) {
  const log = new Signer("trace.example.cn/log1", utf8("0123456789abcdef0123456789abcdef"));
  const witnesses = witnessNames.map((name) => new Signer(`witness.example/${name}`, utf8(name.repeat(32)), true));
  const entries = Array.from({ length: count }, (_, i) => utf8(`entry ${i}`));
  if (entry !== undefined) entries[index] = utf8(entry);
  const tree = new Tree(sha256, entries);
  const text = checkpointText(log.name, count, tree.root(0, count));
  const lines =
      [log.line(text), ...witnesses.map((witness, i) => witness.line(text, 1767225600n + BigInt(i)))].join("");
  const proof = tree.path(index, 0, count).map((hash) => `${toBase64(hash)}\n`).join("");
  const receipt =
      `c2sp.org/tlog-proof@v1\n${extra ? `extra ${extra}\n` : ""}index ${index}\n${proof}\n${text}\n${lines}`;
  const trust = { keys: [log.vkey], witnesses: witnesses.map(({ vkey }) => vkey), quorum: witnesses.length };
  return { receipt, entry: entries[index], trust, log, witnesses, text };
}

// One with the example of docs/formats/log-entries.md, of an event whose id ends so.
export function explainingReceipt(end = "5f60") {
  const entry =
      "event/1 N2e4MJaMLt19orx8+etZFyPeCUGNmI6YGfTJeA0f79I= bREL9UhVi9fg/yruW+/X4w== 12 1763750000123456";
  const salt = Buffer.from("dc160ec1ea1403479b8fd71d7af9a33a", "hex");
  const lines = "event\ned7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73\n" +
      `urn:uuid:0197a1c2-7b3e-7c4d-8a5f-1b2c3d4e${end}`;
  return exampleReceipt({ entry, extra: Buffer.concat([utf8(`${entry}\n`), salt, utf8(lines)]).toString("base64") });
}
