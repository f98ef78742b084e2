#!/usr/bin/env python3
"""Compare the overshoot binary with golden rows (made by make_rows.py).

    OVERSHOOT=.build/release/overshoot python3 check_binary.py [ROWS.tsv] [--limit N] [--only json|text] [--show N]

JSON mode: value, change, predicted and error of the first row of `descend ... steps=1` must be the nearest double
to the golden number (at most 1 ulp away; 0 must be 0). Text mode, six digits: every printed number must be the golden
number correctly rounded (ties away from zero, trailing zeros dropped), or carry `~` and be correctly rounded to fewer digits.
Prints "N passed, M failed" (numbers, not rows) for each mode; the exit code is 1 where something failed.
"""
import argparse
import decimal
import json
import os
import re
import struct
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = os.path.join(HERE, "..", "OvershootTests", "Cases", "rows.tsv")
FIELDS = ("value", "change", "predicted", "error")
CHUNK = 500
MARK = 700000


def read_rows(path, limit):
    rows = []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            formula, variables, point, eta, *golden = line.rstrip("\n").split("\t")
            rows.append((formula, variables.split(","), point.split(","), eta, golden))
            if limit and len(rows) == limit:
                break
    return rows


def statements(row):
    formula, variables, point, eta, _ = row
    return ["f(%s) = %s" % (", ".join(variables), formula), "descend f eta=%s from=[%s] steps=1" % (eta, ", ".join(point))]


def run(binary, arguments, text):
    environment = dict(os.environ, COLUMNS="400", NO_COLOR="1")
    result = subprocess.run([binary, *arguments], input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    if result.returncode < 0:
        print("killed by signal %d" % -result.returncode)
    return result.stdout.decode("utf-8", "replace"), result.stderr.decode("utf-8", "replace")


def ordinal(x):
    n = struct.unpack("<q", struct.pack("<d", x))[0]
    return n if n >= 0 else -(n & 0x7FFFFFFFFFFFFFFF)


class Tally:
    def __init__(self, name, show):
        self.name, self.show = name, show
        self.passed = self.failed = self.missing = self.fewer = self.ulp = 0
        self.wrong_formulas = Counter()

    def fail(self, row, field, got, want):
        self.failed += 1
        self.wrong_formulas[row[0]] += 1
        if self.failed <= self.show:
            print("%s: %s: got %s, golden %s\n    %s\n    %s" % (self.name, field, got, want, *statements(row)))

    def report(self, seconds):
        print("%s: %d passed, %d failed (%d numbers missing, %d with fewer digits, %d not the nearest double; %.1f s)" % (
            self.name, self.passed, self.failed, self.missing, self.fewer, self.ulp, seconds))
        if self.wrong_formulas:
            print("    most failures: " + "; ".join("%s: %d" % p for p in self.wrong_formulas.most_common(8)))


def check_json(binary, rows, tally):
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start:start + CHUNK]
        text = [s for row in chunk for s in statements(row)]
        out, err = run(binary, ["--json", "--keep-going"], "\n".join(text) + "\n")
        answers = []
        for line in out.splitlines():
            try:
                answers.append(json.loads(line))
            except ValueError:
                print("not JSON: %.120r" % line)
        if len(answers) != len(text):
            # Not one object per statement: find each row's answers by their source.
            print("%d statements, %d answers; stderr: %.200s" % (len(text), len(answers), err))
            answers = align(text, answers)
        for i, row in enumerate(chunk):
            answer = answers[2 * i + 1] or {}
            steps = answer.get("rows") or [{}]
            for field, golden in zip(FIELDS, row[4]):
                got = steps[0].get(field)
                if got == 0 and golden == "0" and steps[0].get(field + "_status", "") == "below 1e-300":
                    tally.passed += 1  # a zero that enclosures cannot prove: a bound, no digit
                    continue
                if got is None:
                    tally.missing += 1
                    problem = steps[0].get(field + "_status") or answer.get("message") or "no number"
                    tally.fail(row, field, problem, golden)
                    continue
                if got in ("underflow", "overflow"):
                    got = "nan"
                got, want = float(got), float(golden)
                if got == want:
                    tally.passed += 1
                elif want != 0 and abs(ordinal(got) - ordinal(want)) <= 1:
                    tally.ulp += 1
                    tally.passed += 1
                else:
                    tally.fail(row, field, repr(got), golden)


def align(text, answers):
    aligned, at = [], 0
    for statement in text:
        found = next((k for k in range(at, min(at + 6, len(answers))) if (answers[k].get("source") or "").strip() == statement), None)
        aligned.append(None if found is None else answers[found])
        at = at if found is None else found + 1
    return aligned


def rounded(golden, digits):
    q = Decimal(golden)
    if q == 0:
        return q
    return decimal.Context(prec=digits, rounding=decimal.ROUND_HALF_UP).plus(q)


SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def parse_number(token):
    """(Decimal, approximate) of a printed number, or None."""
    approximate = "~" in token
    t = token.replace("~", "").replace("−", "-").lstrip("+").translate(SUPERSCRIPTS)
    t = re.sub(r"[·×]10\^?", "e", t)
    if not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", t):
        return None
    return Decimal(t), approximate, t


def digits_of(text):
    return len(re.sub(r"e.*", "", text).replace("-", "").replace(".", "").lstrip("0"))


def check_number(token, golden):
    """An explanation where the token is wrong, else '' or '~'."""
    parsed = parse_number(token)
    if parsed is None:
        return "not a number"
    value, approximate, text = parsed
    mantissa = text.split("e")[0]
    if not approximate:
        if value != rounded(golden, 6):
            return "should be %s" % rounded(golden, 6)
        if "." in mantissa and mantissa.endswith("0"):
            return "trailing zero"
        return ""
    if any(value == rounded(golden, d) for d in range(max(1, digits_of(text)), 6)):
        return "~"
    return "wrong though marked ~"


def first_row(lines):
    """The tokens of table row 0 after the headline of descend."""
    inside = False
    for line in lines:
        if line.startswith("descend f"):
            inside = True
        elif inside:
            tokens = re.sub("[▲│|]", " ", line).split()
            if tokens and tokens[0] == "0":
                return tokens
    return None


def check_text(binary, rows, tally):
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start:start + CHUNK]
        text = ["set digits 6"]
        for i, row in enumerate(chunk):
            text += [str(MARK + i) + "+0", *statements(row)]  # the value of the sum marks the row in the output
        out, _ = run(binary, ["--keep-going"], "\n".join(text) + "\n")
        parts, current = {}, None
        for line in out.splitlines():
            mark = re.fullmatch(r"(?:.*=)?\s*(7\d{5})\s*", line)
            if mark:
                current = parts.setdefault(int(mark.group(1)) - MARK, [])
            elif current is not None:
                current.append(line)
        for i, row in enumerate(chunk):
            tokens = first_row(parts.get(i, []))
            n = len(row[1])
            if tokens is None or len(tokens) != n + 6:
                for field, golden in zip(FIELDS, row[4]):
                    tally.missing += 1
                    tally.fail(row, field, "no row" if tokens is None else " ".join(tokens), golden)
                continue
            printed = (tokens[n + 1], tokens[n + 4], tokens[n + 3], tokens[n + 5])  # value, change, predicted, error
            for field, token, golden in zip(FIELDS, printed, row[4]):
                problem = check_number(token, golden)
                if problem in ("", "~"):
                    tally.passed += 1
                    tally.fewer += problem == "~"
                else:
                    tally.fail(row, field, "%s (%s)" % (token, problem), golden)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="?", default=ROWS)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--only", choices=("json", "text"))
    parser.add_argument("--show", type=int, default=8)
    options = parser.parse_args()
    binary = os.environ.get("OVERSHOOT", ".build/release/overshoot")
    if not os.access(binary, os.X_OK):
        sys.exit("no binary at %s; set OVERSHOOT" % binary)
    rows = read_rows(options.rows, options.limit)
    failed = 0
    for name, check in (("json", check_json), ("text", check_text)):
        if options.only in (None, name):
            tally, began = Tally(name, options.show), time.monotonic()
            check(binary, rows, tally)
            tally.report(time.monotonic() - began)
            failed += tally.failed
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
