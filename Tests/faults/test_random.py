#!/usr/bin/env python3
"""Planted faults, by chance: rows of the table of faults that ask for many random inputs.

    OVERSHOOT=.build/release/overshoot COUNT=10 python3 Tests/faults/test_random.py [-v]

Seeds are fixed. COUNT multiplies the number of cases: 1 unless given.
"""
import os
import random
import re
import unittest
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from pathlib import Path

from cases import Case

COUNT = int(os.environ.get("COUNT", "1"))
ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ("exp sin cos tan sinh cosh tanh atan asinh sqrt log cbrt abs erf expm1 log1p asin acosh "
             "atanh sigmoid softplus logcosh").split()


def formula(rng, size):
    """A random formula in x and y; most are defined somewhere near 1."""
    if size <= 1:
        return rng.choice(["x", "x", "x", "y", str(rng.randint(1, 9)), "%.2f" % rng.uniform(0.1, 3)])
    if rng.random() < 0.4:
        return "%s(%s)" % (rng.choice(FUNCTIONS), formula(rng, size - 1))
    operator = rng.choice("+-**/^")
    if operator == "^":
        return "(%s)^%s" % (formula(rng, size - 1), rng.choice(["2", "3", "-1", "0.5", "(1/3)"]))
    left = rng.randint(1, size - 1)
    return "(%s)%s(%s)" % (formula(rng, left), operator, formula(rng, size - left))


class Random(Case):
    def test_N38_derivatives_agree(self):
        rng = random.Random(38)
        lines = ["f(x, y) = %s; check f x=%.3f y=%.3f" % (formula(rng, rng.randint(2, 9)), rng.uniform(-2, 2), rng.uniform(-2, 2))
                 for _ in range(1500 * COUNT)]
        checks = [o for o in self.answers("\n".join(lines), "--keep-going", ok=False, timeout=600 * COUNT) if o["kind"] == "check"]
        self.assertGreater(len(checks), len(lines) // 2)
        for check in checks:
            self.assertTrue(check["agree"], check["source"])
            for way in check["ways"]:
                self.assertEqual(len(way["gradient"]), 2, check["source"])

    def test_N39_the_fast_loop_is_the_plain_loop(self):
        """A long run of gd in doubles takes another way than momentum, which without memory is gd."""
        rng = random.Random(39)
        compared = 0
        for _ in range(25 * COUNT):
            text = "f(x, y) = (%s)/9 + (x^2 + y^2)/4\n" % formula(rng, rng.randint(2, 7))
            run = "descend f eta=0.05 from=[%.3f, %.3f] steps=3000 tier=double method=" % (rng.uniform(0.2, 1.5), rng.uniform(0.2, 1.5))
            runs = [o for o in self.answers(text + run + "gd\n" + run + "momentum beta=0\n", "--keep-going", ok=False) if o["kind"] == "descend"]
            if len(runs) != 2 or runs[0]["stopped"] != "steps used up":
                continue
            rows = [{row["t"]: row["at"] for row in r["rows"]} for r in runs]
            both = rows[0].keys() & rows[1].keys()
            self.assertIn(3000, both)
            for t in both:
                self.assertEqual(rows[0][t], rows[1][t], text + run)
                compared += 1
        self.assertGreater(compared, 50)

    def test_N43_printed_bounds_contain_the_truth(self):
        """For a polynomial of degree 2 the error of the prediction is its own bound; on x^4 it lies inside."""
        rng = random.Random(43)
        lines, truths = [], []
        for _ in range(40 * COUNT):
            a, x, eta = (Fraction(rng.randint(1, 99), rng.randint(1, 99)) for _ in range(3))
            power = rng.choice([2, 4])
            lines.append("f = (%s)*x^%d; why f eta=(%s) x0=(%s)" % (a, power, eta, x))
            slope = a * power * x**(power - 1)
            truths.append(a * (x - eta * slope)**power - a * x**power + eta * slope**2)
        answers = [o for o in self.answers("\n".join(lines), timeout=120) if o["kind"] == "why"]
        self.assertEqual(len(answers), len(lines))
        for answer, truth in zip(answers, truths):
            lower, upper = (Fraction(repr(end) if isinstance(end, float) else str(end)) for end in answer["bound"])
            self.assertLessEqual(lower, truth, answer["source"])
            self.assertGreaterEqual(upper, truth, answer["source"])

    def test_N06_every_digit_printed_is_right(self):
        """Rational losses, of which the row of one step is known exactly."""
        rng = random.Random(6)
        lines, truths = ["set digits 12"], []
        for _ in range(400 * COUNT):
            c = [rng.randint(-9, 9) for _ in range(rng.randint(2, 5))]
            x = Fraction(rng.randint(-300, 300), 100)
            eta = Fraction(Decimal(rng.randint(1, 299)) * Decimal(10)**rng.randint(-18, -2))
            below = rng.choice([0, 1])

            def f(v):
                top = sum(k * v**n for n, k in enumerate(c))
                return top / (1 + v * v) if below else top
            top, slope = sum(k * x**n for n, k in enumerate(c)), sum(n * k * x**(n - 1) for n, k in enumerate(c) if n)
            if below:
                slope = (slope * (1 + x * x) - top * 2 * x) / (1 + x * x)**2
            if slope == 0 or not any(c[1:]):
                continue
            predicted = -eta * slope**2
            change = f(x - eta * slope) - f(x)
            text = " + ".join("(%d)*x^%d" % (k, n) for n, k in enumerate(c))
            lines.append("f = %s; descend f eta=%s x0=%s steps=1" % ("(%s)/(1+x^2)" % text if below else text, Decimal(eta.numerator) / Decimal(eta.denominator), float(x)))
            truths.append((abs(slope), predicted, change, change - predicted))
        result = self.run_it("\n".join(lines) + "\n", timeout=300)
        self.assertEqual(result.code, 0, result.err[:500])
        rows = re.findall(r"(?m)^ *0 .*$", result.out)
        self.assertEqual(len(rows), len(truths))
        context = Context(prec=12, rounding=ROUND_HALF_UP)
        printed = short = 0
        for row, truth in zip(rows, truths):
            cells = row.replace("▲", "").split()[3:]
            self.assertEqual(len(cells), 4, row)
            for cell, exact in zip(cells, truth):
                printed += 1
                digits = len(re.sub(r"e.*|[-+.~]", "", cell).lstrip("0"))
                if cell.endswith("~"):
                    short += digits < 6
                    rounding = Context(prec=max(1, digits), rounding=ROUND_HALF_UP)
                else:
                    rounding = context
                wanted = rounding.divide(Decimal(exact.numerator), Decimal(exact.denominator))
                self.assertEqual(Decimal(cell.rstrip("~")), wanted, row)
        self.assertLessEqual(short * 1000, printed)

    def test_P30_every_prefix_and_many_mutations(self):
        """What the README and the samples say, cut short at every place and changed in every place."""
        text = "\n".join(re.findall(r"(?m)^∇> (.*)$", (ROOT / "README.md").read_text(encoding="utf-8")))
        text += "\n" + "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "Samples").glob("*.over")))
        inputs = sorted({line.encode() for line in text.split("\n") if line and not line.startswith("#")})
        self.assertGreater(len(inputs), 40)
        rng = random.Random(30)
        for data in inputs:
            lines = [data[:n] for n in range(len(data))]
            for n in range(len(data)):
                for _ in range(8 * COUNT):
                    lines.append(data[:n] + bytes([rng.choice([b for b in range(256) if b not in (10, 13)])]) + data[n + 1:])
            # No runs of very many steps, no writing of files.
            lines = [line for line in lines if not re.search(rb"steps=\d{4}|save|digits \d{3}", line)]
            source = b"f = x^2; C = x^2; descend f eta=0.9 x0=1 steps=3\n" + b"\n".join(lines) + b"\n"
            with self.subTest(data):
                self.assertIn(self.run_it(source, "--keep-going", timeout=300).code, (0, 1))


if __name__ == "__main__":
    unittest.main()
