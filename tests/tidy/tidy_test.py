#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants one defect of each kind in a small tree and looks whether tidy.py names it, and only it."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import tidy  # noqa: E402

LINE = "// SPDX-License-Identifier: Apache-2.0\n"


def found(tree):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in tree.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return list(tidy.defects(root))


class Tidy(unittest.TestCase):
    def only(self, tree, *words):
        said = found(tree)
        self.assertEqual(len(said), 1, said)
        for word in words:
            self.assertIn(word, said[0])

    def clean(self, tree):
        self.assertEqual(found(tree), [])

    def test_an_arrow_that_points_outwards_is_named_with_the_allowed_direction(self):
        self.only({"src/base/a.h": LINE + '#include "domain/trace/b.h"\n', "src/domain/trace/b.h": LINE},
                  "src/base/a.h:2", "base <- engine <- domain")

    def test_a_noun_does_not_reach_into_another(self):
        self.only({"src/domain/risk/a.cpp": LINE + '#include "domain/trace/b.h"\n', "src/domain/trace/b.h": LINE},
                  "domain/risk", "insides of domain/trace")

    def test_the_shared_nouns_are_open_to_all(self):
        self.clean({"src/domain/trace/a.cpp": LINE + '#include "domain/codes/b.h"\n', "src/domain/codes/b.h": LINE})

    def test_no_adapter_includes_another_but_the_stores_use_sql(self):
        self.only({"src/adapters/http/a.cpp": LINE + '#include "adapters/sql/b.h"\n', "src/adapters/sql/b.h": LINE},
                  "no adapter includes another")
        self.clean({"src/adapters/warehouse/a.cpp": LINE + '#include "adapters/sql/b.h"\n', "src/adapters/sql/b.h": LINE})

    def test_an_include_that_is_not_written_from_src_is_named(self):
        self.only({"src/base/a.cpp": LINE + '#include "b.h"\n', "src/base/b.h": LINE}, "\"b.h\" is not a file below src/")

    def test_a_heavy_library_stays_in_the_adapters(self):
        self.only({"src/app/trace/a.cpp": LINE + "#include <sqlite3.h>\n"}, "<sqlite3.h> belongs into src/adapters/")
        self.clean({"src/adapters/sql/a.cpp": LINE + "#include <sqlite3.h>\n"})

    def test_a_heavy_library_is_found_through_the_header_of_another_folder(self):
        self.only({"src/bin/main.cpp": LINE + '#include "adapters/http/outer.h"\n',
                   "src/adapters/http/outer.h": LINE + '#include "adapters/http/inner.h"\n',
                   "src/adapters/http/inner.h": LINE + "#include <boost/asio.hpp>\n"},
                  "src/bin/main.cpp", "<boost/asio.hpp>", "adapters/http/outer.h")

    def test_a_banned_call_is_named_with_its_replacement(self):
        for call in ("std::chrono::system_clock::now()", "sprintf(a, b)", "std::rand()", "system(\"ls\")", "std::stoi(a)",
                     "localtime(&a)", "assert(a)"):
            self.only({"src/app/trace/a.cpp": LINE + f"int a = {call};\n"}, ":2:", "is banned here; use ")

    def test_words_in_comments_and_strings_are_not_calls(self):
        self.clean({"src/base/a.cpp": LINE + '// rand() is not for us\nauto a = "system(";\nvoid static_assert_x();\n'})

    def test_the_clock_may_ask_the_clock(self):
        self.clean({"src/adapters/clock/a.cpp": LINE + "auto a = std::chrono::system_clock::now();\n"})

    def test_long_files_are_named(self):
        self.only({"src/base/a.h": LINE + "\n" * 220}, "221 lines, at most 220")
        self.only({"src/base/a.cpp": LINE + "\n" * 500}, "501 lines, at most 500")

    def test_every_source_names_its_licence(self):
        self.only({"src/base/a.h": "#pragma once\n"}, "SPDX")

    def test_promises_paths_and_registries_are_named(self):
        self.only({"docs/a.md": "TO" + "DO: write\n"}, "do it now")
        self.only({"docs/a.md": "https://registry.example/\n"}, "registry")
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "a.md").write_text(f"see {root.resolve()}/src\n", encoding="utf-8")
            said = list(tidy.defects(root))
            self.assertEqual(len(said), 1, said)
            self.assertIn("machine", said[0])


if __name__ == "__main__":
    unittest.main()
