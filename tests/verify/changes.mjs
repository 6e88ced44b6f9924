// SPDX-License-Identifier: Apache-2.0
// Small changes of bytes, each with the place where it was made.
import assert from "node:assert/strict";

import { VerifyError } from "../../web/verify/verify.mjs";

export function* changes(bytes) {
  for (let at = 0; at < bytes.length; at += 1) {
    for (const bit of [0, 5, 7]) {  // another letter, the other case, no ASCII
      const changed = Uint8Array.from(bytes);
      changed[at] ^= 1 << bit;
      yield { at, changed };
    }
    yield { at, changed: Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)]) };
    yield { at, changed: Uint8Array.from([...bytes.slice(0, at + 1), ...bytes.slice(at)]) };
    yield { at, changed: bytes.slice(0, at) };
  }
}

// Puts every change to `check`, which throws VerifyError or returns what is proven; that must then be `meaning`. Says
// which were taken.
export function survivors(bytes, check, meaning) {
  const taken = [];
  let tried = 0;
  for (const { at, changed } of changes(bytes)) {
    tried += 1;
    try {
      assert.deepEqual(check(changed), meaning, `changed at byte ${at}`);
      taken.push({ at });
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error;
    }
  }
  return { tried, taken };
}
