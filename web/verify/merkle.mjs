// SPDX-License-Identifier: Apache-2.0
// Merkle proofs: RFC 9162 sections 2.1.3.2 and 2.1.4.2 (the trees of RFC 6962), and the subtrees of
// draft-ietf-plants-merkle-tree-certs sections 4.1, 4.3 and 4.4, of which the former are the case start = 0. `hash` is
// sha256 or sm3 of hash.mjs. Numbers are BigInt, or Number where that is exact. Each verify… says true or false and
// throws for no input.
import { concat, equal, toUint64 } from "./bytes.mjs";

export const hashBytes = 32;
export const proofHashesMax = 64;

const isHash = (value) => value instanceof Uint8Array && value.length === hashBytes;
const isProof = (value) => Array.isArray(value) && value.length <= proofHashesMax && value.every(isHash);

export function leafHash(hash, entry) {
  return hash(concat(Uint8Array.of(0), entry));
}

export function nodeHash(hash, left, right) {
  return hash(concat(Uint8Array.of(1), left, right));
}

// Whether start is a multiple of the least power of two that is not below end - start.
export function isSubtree(start, end) {
  if (start > end) return false;
  let width = 1n;
  while (width < end - start) width <<= 1n;
  return start % width === 0n;
}

// Is the leaf number `index` of the tree, counted from 0, the one with this hash?
export function verifySubtreeInclusion({ hash, leafHash: leaf, index, start, end, proof, root }) {
  const [i, from, to] = [index, start, end].map(toUint64);
  if (i === null || from === null || to === null || !isHash(leaf) || !isHash(root) || !isProof(proof)) return false;
  if (!isSubtree(from, to) || i < from || i >= to) return false;
  let fn = i - from, sn = to - from - 1n, r = leaf;
  for (const p of proof) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(hash, p, r);
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      r = nodeHash(hash, r, p);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && equal(r, root);
}

export function verifyInclusion({ hash, leafHash: leaf, index, size, proof, root }) {
  return verifySubtreeInclusion({ hash, leafHash: leaf, index, start: 0n, end: size, proof, root });
}

// Where the walk upwards begins: the subtree's root, or, where the tree has no such node, the last complete node of its
// right edge.
function firstNode(start, last, lastOfTree) {
  let fn = start, sn = last, tn = lastOfTree;
  const atTheEdge = sn === tn;
  while (fn !== sn && (atTheEdge || (sn & 1n) === 1n)) [fn, sn, tn] = [fn >> 1n, sn >> 1n, tn >> 1n];
  return [fn, sn, tn];
}

// Are the entries [start, end) under `root1` the same as in the tree of `size` under `root2`?
export function verifySubtreeConsistency({ hash, start, end, size, root1, root2, proof }) {
  const [from, to, n] = [start, end, size].map(toUint64);
  if (from === null || to === null || n === null || !isHash(root1) || !isHash(root2) || !isProof(proof)) return false;
  if (!isSubtree(from, to) || to > n) return false;
  if (from === to) return proof.length === 0 && equal(root1, hash(new Uint8Array(0)));
  let [fn, sn, tn] = firstNode(from, to - 1n, n - 1n);
  const rest = proof.slice();
  const first = fn === sn ? root1 : rest.shift();
  if (first === undefined) return false;
  let fr = first, sr = first;
  for (const c of rest) {
    if (tn === 0n) return false;
    if ((sn & 1n) === 1n || sn === tn) {
      if (fn < sn) fr = nodeHash(hash, c, fr);
      sr = nodeHash(hash, c, sr);
      while ((sn & 1n) === 0n && sn !== 0n) [fn, sn, tn] = [fn >> 1n, sn >> 1n, tn >> 1n];
    } else {
      sr = nodeHash(hash, sr, c);
    }
    [fn, sn, tn] = [fn >> 1n, sn >> 1n, tn >> 1n];
  }
  return tn === 0n && equal(fr, root1) && equal(sr, root2);
}

// Does the tree of size2 begin with the tree of size1? From an empty tree nothing follows: size1 = 0 is refused.
export function verifyConsistency({ hash, size1, size2, root1, root2, proof }) {
  return toUint64(size1) !== 0n &&
      verifySubtreeConsistency({ hash, start: 0n, end: size1, size: size2, root1, root2, proof });
}
