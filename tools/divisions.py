#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes policy/divisions.csv from two public files (see NOTICE): the current divisions and what became of old codes.

    divisions.py CURRENT.csv DIFF.json VERSION > policy/divisions.csv

CURRENT.csv has the columns code,name,level,parent; DIFF.json maps an old code to its list of new codes.
"""
import csv
import json
import sys

# Where the source names a code that GB/T 2260 never had, or that it does not list itself.
SANSHA = {460321: [460302], 460322: [460303], 460323: [460302]}  # divided into two districts in April 2020
CORRECTED = {
    **SANSHA,
    460301: [460302],
    330202: [],        # the source says: itself
    430504: [],        # the source says: a place in Taiwan
    652524: [654203],  # the source says 654281, which is in no edition
    132433: [130600],  # three counties that the source moves to 133100, which is in no edition; their own
    132434: [130600],  # codes of today (130629, 130632, 130638) are current, which of them is which it does not say
    132435: [130600],
}
NEVER_CODES = {460324}

HEAD = """\
# version {version}. Divisions of GB/T 2260 as of 2026-04: the current codes, and what became of the withdrawn ones.
# code,name,successors
# successors: empty, the code is current; a dot, withdrawn and nobody says what came after; else codes separated by
# spaces, all of which took over a part. Names of withdrawn codes are not kept. Written by tools/divisions.py.
"""


def successors(code, listed):
    if code in CORRECTED:
        return CORRECTED[code]
    found = []
    for each in listed:
        found += [s for s in SANSHA.get(each, [each]) if s not in found and each not in NEVER_CODES]
    return found


def main(current_path, diff_path, version):
    with open(current_path, encoding="utf-8") as file:
        rows = {int(row["code"]): (row["name"], "") for row in csv.DictReader(file)}
    current = set(rows)
    with open(diff_path, encoding="utf-8") as file:
        withdrawn = {int(old): [int(each) for each in new] for old, new in json.load(file).items()}
    for code, listed in sorted((SANSHA | withdrawn).items()):
        if code in current:  # the number is in use, whatever it meant before
            continue
        rows[code] = ("", " ".join(str(each) for each in sorted(successors(code, listed))) or ".")
    sys.stdout.write(HEAD.format(version=version))
    for code, (name, after) in sorted(rows.items()):
        sys.stdout.write(f"{code},{name},{after}\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
