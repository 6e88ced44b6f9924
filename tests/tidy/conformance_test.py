#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/conformance.py on small trees: what it counts, and what it refuses."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "tools/conformance.py"


class Conformance(unittest.TestCase):
    def run_on(self, test, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {"docs/clauses.txt": "T4 | 第三 | any code\nX6 | ours | a page\n", **test}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            ran = subprocess.run([sys.executable, SCRIPT, "--root", folder, *arguments], capture_output=True, text=True)
            page = root / "docs/conformance.md"
            return ran, page.read_text(encoding="utf-8") if page.is_file() else ""

    def test_a_tag_counts_for_the_test_below_it_and_the_other_clauses_are_missing(self):
        ran, page = self.run_on({"tests/a/a_test.cpp": "// shows: T4\nTEST(Codes, any_code_is_read) {}\n"})
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("| T4 | 第三 | any code | Codes: any code is read (`tests/a/a_test.cpp`) |", page)
        self.assertIn("| X6 | ours | a page | missing |", page)

    def test_a_story_is_its_own_name(self):
        ran, page = self.run_on({"tests/scenarios/re_used_pallet.story": "# shows: T4, X6\n"})
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(page.count("re used pallet (`tests/scenarios/re_used_pallet.story`)"), 2)

    def test_a_tag_that_names_no_clause_is_refused_with_its_line(self):
        ran, _ = self.run_on({"src/domain/a_test.cpp": "\n// shows: T44\nTEST(A, b) {}\n"})
        self.assertEqual(ran.returncode, 1)
        self.assertIn("src/domain/a_test.cpp:2: there is no clause T44", ran.stderr)

    def test_a_stale_table_is_refused(self):
        ran, _ = self.run_on({"docs/conformance.md": "old\n"}, "--check")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("./dev gen", ran.stderr)


if __name__ == "__main__":
    unittest.main()
