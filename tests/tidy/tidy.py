#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The repository as data: what may include what, which calls are banned, how long files may grow.

    tidy.py [ROOT]     prints one line per defect, each with what to do instead; exit 1 when there is one.

tidy_test.py plants each kind of defect and looks whether it is found.
"""
import re
import subprocess
import sys
from pathlib import Path

RINGS = ["base", "engine", "domain", "app", "adapters", "bin"]  # each may use itself and what stands left of it

# domain/x may use these, and no other noun's insides.
SHARED_NOUNS = {"codes", "registry", "identity"}
# app/x may use these; another noun only through app/<noun>/<noun>.h.
SHARED_APP = {"ports", "operation", "codes", "identity"}
APP_TO_APP = {("demo", "page")}  # the demo tells what the start page shows
# The cases in which an adapter includes another.
ADAPTER_TO_ADAPTER = {("records", "sql"), ("warehouse", "sql"), ("log_folder", "disk"), ("evidence_files", "disk")}
# Heavy libraries stay in adapters, and out of headers that another folder sees.
HEAVY = re.compile(r"^(boost/(beast|asio)|sqlite3\.h|simdjson\.h|expat\.h|libpq|prometheus/|spdlog/|toml\+\+|CLI/)")
HEAVY_ELSEWHERE = {"src/bin": re.compile(r"^CLI/")}

# (pattern, what to use instead, folders where it is right)
BANNED = [
    (r"std::chrono::system_clock", "an Instant that the caller passes, or the Clock port",
     ("src/adapters/clock/", "src/adapters/log/")),
    (r"\b(std::)?time\(\s*(nullptr|NULL|0)\s*\)", "an Instant that the caller passes, or the Clock port",
     ("src/adapters/clock/", "src/adapters/http/wire.cpp")),  # the Date field of HTTP is the real time
    (r"\b(std::)?s?rand\(", "<random> with a seed that can be named", ()),
    (r"\bv?sn?printf\(", "fmt::format", ()),
    (r"\b(std::)?(system|popen)\(", "a library call: no shell is started by the server", ()),
    (r"(?<!fmt::)\b(std::)?(gmtime|localtime|ctime|asctime)\(", "base/time.h (thread-safe, offsets kept)", ()),
    (r"\b(std::)?(strcpy|strcat|gets|strtok)\(", "std::string and base/text.h", ()),
    (r"\b(std::)?(atoi|atol|atof|strtod|stoi|stol|stod)\(", "std::from_chars or base/decimal.h (no locale, no silent 0)",
     ()),
    (r"\bassert\(", "CHECK from base/check.h: it is always on", ()),
]

HEADER_LINES, SOURCE_LINES = 220, 500
# Longer files, each with its reason. A file may not grow past the number here; lower it when it shrinks.
LONGER = {
    "src/domain/trace/read_event.cpp": (560, "one function per field group of the EPCIS event, read in standard order"),
    "src/adapters/http/connection.cpp": (570, "one connection's whole life: limits, deadlines and drain belong together"),
}

FORBIDDEN = [
    (re.compile(r"\b(TODO|FIXME|HACK)\b"), "do it now, or leave it out and say so in the docs"),
    (re.compile(r"https?://(registry|deb|snapshot|mirrors?|ftp)\."),
     "no registry's host: each machine has its own mirrors"),
]
TEXT = {".h", ".cpp", ".py", ".sh", ".md", ".txt", ".json", ".cmake", ".sql", ".toml", ".mjs", ".js", ".html", ".css",
        ".scenario", ""}
NEEDS_SPDX = {".h", ".cpp", ".py", ".sh", ".cmake", ".mjs", ".js"}
SPDX = "SPDX-License-Identifier: Apache-2.0"


def files(root):
    """Every file that git would commit, or all of them in an exported tree."""
    try:
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                capture_output=True, check=True).stdout.decode().split("\0")
        names = [name for name in listed if name and (root / name).is_file()]
        if names and (root / ".git").exists():
            return sorted(names)
    except (OSError, subprocess.CalledProcessError):
        pass
    skip = {"build", "node_modules", ".git", "suyuan-data"}
    return sorted(str(p.relative_to(root)) for p in root.rglob("*")
                  if p.is_file() and not skip & set(p.relative_to(root).parts))


def room(path):
    """src/domain/trace/walk.h -> ("domain", "trace"); src/base/text.h -> ("base", "")."""
    parts = path.split("/")
    return parts[1], (parts[2] if len(parts) > 3 else "")


def code_only(text):
    """Without comments and string contents, line numbers kept: what is judged is code."""
    text = re.sub(r'R"(\w*)\(.*?\)\1"', lambda m: '""' + "\n" * m.group().count("\n"), text, flags=re.S)
    text = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def arrow_defect(path, target):
    """Why this include points the wrong way, or None."""
    ring, noun = room(path)
    other_ring, other_noun = room("src/" + target)
    if ring not in RINGS:
        return f"src/{ring}/ is no ring; the rings are {' <- '.join(RINGS)}"
    if RINGS.index(other_ring) > RINGS.index(ring):
        return f"{ring}/ may not know {other_ring}/: arrows go {' <- '.join(RINGS)}. Declare a port in app/ or pass the value in"
    if ring != other_ring or noun == other_noun:
        return None
    if ring == "domain" and other_noun not in SHARED_NOUNS:
        return f"domain/{noun} may use domain/{{{', '.join(sorted(SHARED_NOUNS))}}} only, not the insides of domain/{other_noun}"
    if ring == "app" and other_noun not in SHARED_APP and (noun, other_noun) not in APP_TO_APP and \
            target != f"app/{other_noun}/{other_noun}.h":
        return f"app/{noun} may use another noun through app/{other_noun}/{other_noun}.h only"
    if ring == "adapters" and (noun, other_noun) not in ADAPTER_TO_ADAPTER:
        return f"no adapter includes another (records and warehouse use sql); put the shared part into app/ or base/"
    return None


def check_includes(texts):
    ours, seen_from = {}, {}
    for path, text in texts.items():
        lines = text.split("\n")
        ours[path] = []
        for number, line in enumerate(lines, 1):
            match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            if not match:
                continue
            quoted, target = match.group(1) == '"', match.group(2)
            ring = room(path)[0]
            if quoted:
                if f"src/{target}" not in texts:
                    yield f"{path}:{number}: \"{target}\" is not a file below src/: ours are written from there, \"base/text.h\""
                    continue
                ours[path].append(target)
                seen_from.setdefault(target, set()).add(room(path))
                defect = arrow_defect(path, target)
                if defect:
                    yield f"{path}:{number}: includes {target}: {defect}"
            elif HEAVY.match(target):
                here = next((p for f, p in HEAVY_ELSEWHERE.items() if path.startswith(f + "/")), None)
                if ring != "adapters" and not (here and here.match(target)):
                    yield f"{path}:{number}: <{target}> belongs into src/adapters/ (*.cpp); give {ring}/ a port or a value"
    yield from heavy_headers(texts, ours)


def heavy_headers(texts, ours):
    """A header that another folder sees must not drag a heavy library along."""
    def heavy(path, visiting):
        for match in re.finditer(r"^\s*#\s*include\s*<([^>]+)>", texts[path], re.M):
            if HEAVY.match(match.group(1)):
                return match.group(1)
        for target in ours.get(path, []):
            if f"src/{target}" not in visiting:
                found = heavy(f"src/{target}", visiting | {f"src/{target}"})
                if found:
                    return found
        return None

    for path in sorted(texts):
        for target in ours[path]:
            if room(path) != room("src/" + target):
                found = heavy(f"src/{target}", {f"src/{target}"})
                if found:
                    yield f"{path}: sees <{found}> through {target}: keep it in the .cpp files of src/{'/'.join(room('src/' + target)).rstrip('/')}"


def check_calls(texts):
    for path, text in texts.items():
        code = code_only(text)
        for pattern, instead, right_in in BANNED:
            if any(path.startswith(folder) for folder in right_in):
                continue
            for match in re.finditer(pattern, code):
                number = code.count("\n", 0, match.start()) + 1
                yield f"{path}:{number}: {match.group().strip()} is banned here; use {instead}"


def check_sizes(texts):
    for path, text in texts.items():
        lines = text.count("\n")
        limit = HEADER_LINES if path.endswith(".h") else SOURCE_LINES
        if path in LONGER:
            limit = max(limit, LONGER[path][0])
        if lines > limit:
            yield f"{path}: {lines} lines, at most {limit}: split it, or name it with a reason in LONGER of tests/tidy/tidy.py"
    for path in LONGER:
        if path in texts and texts[path].count("\n") <= (HEADER_LINES if path.endswith(".h") else SOURCE_LINES):
            yield f"{path}: is short again; take it out of LONGER in tests/tidy/tidy.py"


def check_words(root, names):
    for name in names:
        path = root / name
        if path.suffix not in TEXT or name.startswith("tests/tidy/") or name == "LICENSE":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            if "/fixtures/" not in name and "/corpus/" not in name and "/seeds/" not in name:
                yield f"{name}: not UTF-8"
            continue
        if (path.suffix in NEEDS_SPDX or path.name == "CMakeLists.txt") and SPDX not in "\n".join(text.split("\n")[:3]):
            yield f"{name}:1: the first line says {SPDX}"
        for pattern, instead in FORBIDDEN:
            for match in pattern.finditer(text):
                number = text.count("\n", 0, match.start()) + 1
                yield f"{name}:{number}: \"{match.group()}\": {instead}"
        if f"{root.resolve()}/" in text:
            yield f"{name}: holds the path of this checkout: no path of the machine it was written on"


def defects(root):
    names = files(root)
    texts = {name: (root / name).read_text(encoding="utf-8") for name in names
             if name.startswith("src/") and name.endswith((".h", ".cpp"))}
    yield from check_includes(texts)
    yield from check_calls(texts)
    yield from check_sizes(texts)
    yield from check_words(root, names)


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    found = list(defects(root))
    for defect in found:
        print(defect)
    print(f"{len(found)} defects" if found else "tidy")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
