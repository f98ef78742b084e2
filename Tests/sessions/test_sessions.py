#!/usr/bin/env python3
"""Sessions that are shown must be sessions that happen.

Runs every Samples/*.over against the .out beside it (and its warnings against
the .err beside it; without one it may warn of nothing), and every fenced block
```overshoot of README.md with lines starting with "∇> " against the output
printed there, and the examples of every command's help page. OVERSHOOT names
the binary; UPDATE=1 rewrites .out and .err.
"""

import difflib
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(os.environ.get("OVERSHOOT") or ROOT / ".build/release/overshoot")
UPDATE = os.environ.get("UPDATE") == "1"
README = ROOT / "README.md"
PROMPT = "∇> "
TIMEOUT = 60


def run(arguments, text=None, merge=False):
    """One overshoot in an empty home at 80 columns; never a terminal."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "HOME": home, "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8",
            "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb",
        }
        return subprocess.run(
            [BINARY, "--no-init", *arguments], cwd=ROOT, env=environment, timeout=TIMEOUT,
            input=(text or "").encode(), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merge else subprocess.PIPE)


def difference(expected, actual, name):
    return "\n".join(difflib.unified_diff(
        expected, actual, f"{name} (expected)", f"{name} (printed)", lineterm=""))


def sessions(text):
    """(line number, inputs, output lines) of every session in a Markdown text."""
    found, block, start, fence = [], None, 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if block is None:
            opening = re.match(r"(`{3,})overshoot\s*$", line)
            if opening:
                block, start, fence = [], number, opening.group(1)
        elif line.rstrip() == fence:
            if any(entry.startswith(PROMPT) for entry in block):
                found.append((
                    start,
                    [entry[len(PROMPT):] for entry in block if entry.startswith(PROMPT)],
                    [entry.rstrip() for entry in block
                     if not entry.startswith(PROMPT) and entry.rstrip() != PROMPT.rstrip()]))
            block = None
        else:
            block.append(line)
    if block is not None:
        raise ValueError(f"the block opened on line {start} is never closed")
    return found


def trimmed(lines):
    """Without trailing blanks in lines, and without blank lines at the end."""
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


class Sessions(unittest.TestCase):
    def test_samples(self):
        samples = sorted((ROOT / "Samples").glob("*.over"))
        self.assertTrue(samples, "no Samples/*.over found")
        for sample in samples:
            with self.subTest(sample=sample.name):
                result = run([str(sample.relative_to(ROOT))])
                complaint = result.stderr.decode(errors="replace")
                self.assertEqual(
                    result.returncode, 0, f"{sample.name}: exit {result.returncode}\n{complaint}")
                self.assertNotIn("error:", complaint)
                for suffix, printed in ((".out", result.stdout), (".err", result.stderr)):
                    self.compare(sample.with_suffix(suffix), printed)
                printed = result.stdout + result.stderr
                wide = [line for line in printed.decode().splitlines() if len(line) > 80]
                self.assertFalse(wide, f"{sample.name}: wider than 80 columns:\n" + "\n".join(wide))

    def compare(self, expected, printed):
        """What a sample printed is what is in the file; no .err says no warnings."""
        optional = expected.suffix == ".err"
        if UPDATE and optional and not printed:
            expected.unlink(missing_ok=True)
        elif UPDATE:
            expected.write_bytes(printed)
        if not optional:
            self.assertTrue(expected.exists(), f"{expected.name} is missing; UPDATE=1 writes it")
        wanted = expected.read_bytes() if expected.exists() else b""
        if wanted != printed:
            self.fail("\n" + (difference(
                wanted.decode(errors="replace").split("\n"),
                printed.decode(errors="replace").split("\n"), expected.name)
                or f"{expected.name}: differs in bytes that are not text"))

    def test_expected_outputs_have_samples(self):
        for expected in sorted(path for suffix in ("out", "err")
                               for path in (ROOT / "Samples").glob(f"*.{suffix}")):
            self.assertTrue(expected.with_suffix(".over").exists(), f"{expected.name} has no .over")

    def test_readme(self):
        if not README.exists():
            self.skipTest("README.md does not exist")
        found = sessions(README.read_text(encoding="utf-8"))
        self.assertTrue(found, "README.md shows no session: a block ```overshoot with lines '∇> …'")
        for line, inputs, output in found:
            with self.subTest(line=line):
                result = run(["--keep-going"], "\n".join(inputs) + "\n", merge=True)
                printed = trimmed(result.stdout.decode(errors="replace").split("\n"))
                self.assertGreaterEqual(result.returncode, 0, f"README.md:{line}: killed by a signal")
                wanted = trimmed(output)
                if wanted != printed:
                    self.fail(f"\ninputs: {inputs}\n" + difference(wanted, printed, f"README.md:{line}"))

    def test_examples_of_help(self):
        names = json.loads(run(["--json", "-e", "help"]).stdout)["commands"]
        shown = 0
        for name in names:
            page = run(["-e", f"help {name}"]).stdout.decode()
            for example in [line[len(PROMPT):] for line in page.splitlines() if line.startswith(PROMPT)]:
                shown += 1
                with self.subTest(command=name, example=example):
                    result = run(["-e", example])
                    self.assertEqual(result.returncode, 0, result.stderr.decode(errors="replace"))
        self.assertGreater(shown, len(names) // 2)


class TheReader(unittest.TestCase):
    """The reader of Markdown, on a text whose sessions are known."""

    def test_blocks(self):
        text = ("```sh\n∇> no\n```\n```overshoot\n∇> 1+1\n2  \n∇> 2\n2\n```\n"
                "```overshoot\nf = x\n```\n")
        self.assertEqual(sessions(text), [(4, ["1+1", "2"], ["2", "2"])])

    def test_unclosed(self):
        with self.assertRaises(ValueError):
            sessions("```overshoot\n∇> 1\n")


if __name__ == "__main__":
    unittest.main()
