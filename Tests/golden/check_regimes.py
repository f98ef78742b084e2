#!/usr/bin/env python3
"""Check the labels of `regime` on random losses against long independent simulations.

    OVERSHOOT=.build/release/overshoot python3 check_regimes.py [--rows 500] [--seed 20261121] [--effort regime|descend] [--show]

Each row is a loss of a family with random coefficients, a rate near its critical one, and a start. The truth is made here, with
gradients written by hand for each family: a plain-double orbit of 100,000 steps, where the two disagree 1,500,000, and then an orbit of 80
digits (mpmath) for as long as rounding would matter. A label is wrong when the truth contradicts it; `undecided` and `drifting` are counted
apart, never wrong unless the truth says that drifting runs were settled. Prints a table and `wrong: 0`; the exit code is 1 otherwise.
"""
import argparse
import json
import math
import os
import random
import subprocess
import sys

import mpmath


class Family:
    """A loss text with its gradient and Hessian diagonal as functions of the module of numbers m and the point."""

    def __init__(self, text, names, gradient, curvature, start):
        self.text, self.names, self.gradient, self.curvature, self.start = text, names, gradient, curvature, start


def number(r, low, high, digits=2):
    return round(r.uniform(low, high), digits) or 0.5


def signed(value):
    return "%s%s" % ("+ " if value >= 0 else "- ", repr(abs(value)))


def families(r):
    """One random member of each family, as thunks."""
    a, b, c = number(r, 0.3, 2), number(r, -1.5, 1.5), number(r, 0.5, 4)

    def quartic():
        return Family("%r*x^4/4 %s*x^3/3 - %r*x^2/2" % (a, signed(b), c), "x", lambda m, x: [a * x[0] ** 3 + b * x[0] ** 2 - c * x[0]],
                      lambda m, x: 3 * a * x[0] ** 2 + 2 * b * x[0] - c, (-2, 2))

    def cubic():
        return Family("%r*x^2/2 - x^3/3" % a, "x", lambda m, x: [a * x[0] - x[0] ** 2], lambda m, x: a - 2 * x[0], (-0.8, 1.2))

    def wave():
        return Family("%r*x^2/2 + %r*cos(%r*x)" % (a, abs(b), c), "x", lambda m, x: [a * x[0] - abs(b) * c * m.sin(c * x[0])],
                      lambda m, x: a - abs(b) * c * c * m.cos(c * x[0]), (-3, 3))

    def cosine():
        return Family("1 - cos(%r*x)" % c, "x", lambda m, x: [c * m.sin(c * x[0])], lambda m, x: c * c * m.cos(c * x[0]), (-3, 3))

    def logcosh():
        return Family("log(cosh(%r*x)) + %r*x^2" % (c, a / 20), "x", lambda m, x: [c * m.tanh(c * x[0]) + a / 10 * x[0]],
                      lambda m, x: c * c * (1 - m.tanh(c * x[0]) ** 2) + a / 10, (-3, 3))

    def root():
        return Family("sqrt(1 + %r*x^2)" % c, "x", lambda m, x: [c * x[0] / m.sqrt(1 + c * x[0] ** 2)],
                      lambda m, x: c / (1 + c * x[0] ** 2) ** 1.5, (-3, 3))

    def exponential():
        return Family("exp(%r*x) - %r*x" % (a, c), "x", lambda m, x: [a * m.exp(a * x[0]) - c], lambda m, x: a * a * m.exp(a * x[0]), (-2, 2))

    def well():
        return Family("-%r*exp(-x^2) + %r*x^2" % (c, a / 10), "x", lambda m, x: [2 * c * x[0] * m.exp(-x[0] ** 2) + a / 5 * x[0]],
                      lambda m, x: 2 * c * (1 - 2 * x[0] ** 2) * m.exp(-x[0] ** 2) + a / 5, (-2, 2))

    def plateau():
        return Family("-exp(-x^2)", "x", lambda m, x: [2 * x[0] * m.exp(-x[0] ** 2)], lambda m, x: 2 * (1 - 2 * x[0] ** 2) * m.exp(-x[0] ** 2), (-4, 4))

    def rational():
        return Family("x^2/(1 + x^2) + %r*x" % (b / 10), "x", lambda m, x: [2 * x[0] / (1 + x[0] ** 2) ** 2 + b / 10],
                      lambda m, x: (2 - 6 * x[0] ** 2) / (1 + x[0] ** 2) ** 3, (-2, 2))

    def logarithm():
        return Family("%r*x - log(x)" % a, "x", lambda m, x: [a - 1 / x[0]], lambda m, x: 1 / x[0] ** 2, (0.1, 3))

    def power():
        n = r.choice([4, 6, 8])
        return Family("x^%d" % n, "x", lambda m, x: [n * x[0] ** (n - 1)], lambda m, x: n * (n - 1) * x[0] ** (n - 2), (-1.5, 1.5))

    def inflection():
        return Family("x^4/4 - %r*x^3/3" % c, "x", lambda m, x: [x[0] ** 3 - c * x[0] ** 2], lambda m, x: 3 * x[0] ** 2 - 2 * c * x[0], (-2, 3))

    def falling():
        return Family("exp(-%r*x)" % c, "x", lambda m, x: [-c * m.exp(-c * x[0])], lambda m, x: c * c * m.exp(-c * x[0]), (-1, 2))

    def regression():
        return Family("log(1 + exp(-x)) + %r*x^2" % (a / 20), "x", lambda m, x: [-1 / (1 + m.exp(x[0])) + a / 10 * x[0]],
                      lambda m, x: m.exp(-abs(x[0])) / (1 + m.exp(-abs(x[0]))) ** 2 + a / 10, (-3, 3))

    def absolute():
        return Family("abs(x - %r) + %r*x^2" % (b, a / 2), "x",
                      lambda m, x: [(0 if x[0] == b else 1 if x[0] > b else -1) + a * x[0]], lambda m, x: a, (-2, 2))

    def quadratic():
        return Family("%r*x^2 + x*y + %r*y^2" % (a, c), "xy", lambda m, x: [2 * a * x[0] + x[1], x[0] + 2 * c * x[1]], lambda m, x: 2 * max(a, c), (-2, 2))

    def catapult():
        return Family("0.5*(x*y)^2", "xy", lambda m, x: [x[0] * x[1] ** 2, x[0] ** 2 * x[1]], lambda m, x: x[0] ** 2 + x[1] ** 2, (0.1, 2))

    def rosenbrock():
        k = r.choice([1, 4, 20])
        return Family("(1 - x)^2 + %d*(y - x^2)^2" % k, "xy", lambda m, x: [-2 * (1 - x[0]) - 4 * k * x[0] * (x[1] - x[0] ** 2), 2 * k * (x[1] - x[0] ** 2)],
                      lambda m, x: 2 + 10 * k, (-1.2, 1.2))

    def wells():
        return Family("(x^2 - 1)^2/4 + %r*x*y + %r*y^2/2" % (b / 4, c), "xy", lambda m, x: [x[0] ** 3 - x[0] + b / 4 * x[1], b / 4 * x[0] + c * x[1]],
                      lambda m, x: max(2, c), (-1.5, 1.5))

    def waves():
        return Family("x^2/2 + y^2/2 + %r*sin(%r*x*y)" % (a, c), "xy",
                      lambda m, x: [x[0] + a * c * x[1] * m.cos(c * x[0] * x[1]), x[1] + a * c * x[0] * m.cos(c * x[0] * x[1])], lambda m, x: 1 + a * c, (-1.5, 1.5))

    return [quartic, cubic, wave, cosine, logcosh, root, exponential, well, plateau, rational, logarithm, power, inflection, falling, regression, absolute,
            quadratic, catapult, rosenbrock, wells, waves, quartic, wave, exponential, wells, waves]


def make_rows(count, seed):
    r = random.Random(seed)
    rows = []
    while len(rows) < count:
        f = r.choice(families(r))()
        start = [round(r.uniform(*f.start), 3) for _ in f.names]
        h = abs(f.curvature(math, start)) or 1
        eta = float("%.3g" % (r.uniform(0.05, 1.6) * 2 / max(h, 0.4)))
        rows.append((f, eta, start))
    return rows


def ask(binary, rows, command):
    text = []
    for f, eta, start in rows:
        text.append("f(%s) = %s" % (", ".join(f.names), f.text))
        text.append("%s f eta=%r from=[%s]" % (command, eta, ", ".join(map(repr, start))))
    out = subprocess.run([binary, "--json", "--keep-going"], input="\n".join(text).encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    answers = [json.loads(line) for line in out.decode().splitlines()]
    assert len(answers) == len(text), "%d statements, %d answers" % (len(text), len(answers))
    return answers[1::2]


class Orbit:
    """The orbit in the numbers of m (math, or mpmath at its precision)."""

    def __init__(self, f, eta, start, m):
        self.f, self.m = f, m
        make = mpmath.mpf if m is mpmath else float
        # The program reads decimals exactly.
        self.eta = make(repr(eta))
        self.x = [make(repr(v)) for v in start]
        self.gone = None
        self.t = 0

    def run(self, steps):
        for _ in range(steps):
            try:
                if self.f.text.find("log(x)") >= 0 and self.x[0] <= 0:
                    self.gone = "leaves-domain"
                    return self
                g = self.f.gradient(self.m, self.x)
                self.x = [u - self.eta * v for u, v in zip(self.x, g)]
            except (OverflowError, ZeroDivisionError, ValueError):
                self.gone = "divergent"
                return self
            self.t += 1
            if any(not abs(v) < 1e100 for v in self.x):
                self.gone = "divergent"
                return self
        return self


def distance(u, v):
    """The largest coordinate distance; a coordinate of which no digit is certain is null and says nothing."""
    return float(max((abs(a - b) for a, b in zip(u, v) if b is not None), default=0))


def check(row, answer, steps, m=math):
    """None where the truth agrees with the label, else what contradicts it."""
    f, eta, start = row
    label = answer.get("outcome")
    if label in ("undecided", None):
        return None
    o = Orbit(f, eta, start, m).run(steps)
    if label in ("divergent", "leaves-domain"):
        if label == "divergent" and answer["evidence"].find("without limit") >= 0:
            return None if o.gone or max(map(abs, o.x)) > 100 else "stays at %r" % (o.x,)
        if label == "divergent" and not o.gone:
            # By whole periods of the slope x goes to infinity at one pace.
            half = Orbit(f, eta, start, m).run(steps // 2)
            if abs(distance(o.x, start) / max(1, distance(half.x, start)) - 2) < 1e-3:
                return None
        return None if o.gone == label else "%s is %s after %d steps at %r" % (label, o.gone, o.t, [float(v) for v in o.x])
    if o.gone:
        return "%s at step %d" % (o.gone, o.t)
    size = max(1.0, float(max(map(abs, o.x))))
    if label == "stationary":
        slow = answer["rate"] == "sublinear"
        factor = abs(answer["factor"] or 0)
        gap = distance(o.x, answer["limit"])
        bound = 0.3 if slow else max(1e-7, 10 * size * factor ** min(o.t, 1e6)) * size
        if gap > bound:
            return "is %g from the limit after %d steps" % (gap, o.t)
        if slow:
            later = Orbit(f, eta, start, m).run(steps // 4)
            far = distance(later.x, answer["limit"])
            # A limit that is known to few digits only may be passed by them.
            if gap >= far and gap > 1e-4:
                return "does not come closer: %g, then %g" % (far, gap)
        return None
    if label == "cycle":
        p = answer["period"]
        nearest = min(distance(o.x, q) for q in answer["points"])
        rate = math.exp(min(0.0, answer["lyapunov"] if answer["lyapunov"] is not None else -9)) ** o.t
        if answer["lyapunov"] == 0 and answer["proved"]:
            return None if nearest < 1e-6 * size else "is %g from the neutral cycle" % nearest
        if nearest > max(1e-7, 10 * rate) * size:
            return "is %g from the cycle" % nearest
        if any(distance(answer["points"][0], q) < 1e-12 for q in answer["points"][1:]):
            return "points of the cycle coincide"
        before = list(o.x)
        for k in range(1, p + 1):
            o.run(1)
            if k < p and distance(o.x, before) < 1e-12 * size:
                return "period %d, not %d" % (k, p)
        return None if distance(o.x, before) < max(1e-7, 10 * rate) * size else "does not come back after %d" % p
    if label in ("chaotic", "quasiperiodic"):
        tail = []
        for _ in range(1500):
            tail.append(list(o.run(1).x))
            if o.gone:
                return o.gone
        for p in range(1, 1001):
            if all(distance(tail[-1 - k], tail[-1 - k - p]) < 1e-9 * size for k in (0, 7, 100, 333)):
                return "has period %d" % p
        if label == "chaotic" and len(f.names) == 1:
            total, n = 0.0, 200000
            for _ in range(n):
                total += math.log(max(1e-300, abs(1 - o.eta * f.curvature(math, o.x))))
                o.run(1)
            mean = total / n
            # The error of this mean is about that of theirs scaled by the lengths.
            error = math.hypot(1, math.sqrt(answer["N"] / n)) * answer["standard_error"]
            if mean <= 0 or abs(mean - answer["lyapunov"]) > max(4 * error, 0.003):
                return "has the exponent %g, not %g ± %g" % (mean, answer["lyapunov"], answer["standard_error"])
        return None
    if label in ("runs-off", "drifting"):
        first = Orbit(f, eta, start, m).run(steps // 10)
        way = distance(o.x, first.x)
        still = distance(Orbit(f, eta, start, m).run(steps + 1).x, o.x)
        if still == 0 and label == "drifting":
            return "stands still"
        if label == "runs-off" and way < 0.1:
            return "moved by %g only" % way
        return None
    return "label %r is not known" % label


def write(path, rows, answers, options):
    with open(path, "w", encoding="ascii") as out:
        out.write("# Random losses with their regimes: formula, variables, eta, start, outcome, period, points or limit.\n")
        out.write("# Made by Tests/golden/check_regimes.py --rows %d --seed %d, which found no label contradicted by its own simulation.\n" % (
            options.rows, options.seed))
        for (f, eta, start), a in zip(rows, answers):
            where = a["points"] if a["outcome"] == "cycle" else [a["limit"]] if a.get("limit") and None not in a["limit"] else []
            where = where[:8]
            out.write("\t".join([f.text, ",".join(f.names), repr(eta), ",".join(map(repr, start)), a["outcome"], str(a.get("period") or ""),
                                 ";".join(",".join("%.12g" % v for v in p) for p in where)]) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--effort", choices=["regime", "descend"], default="regime")
    parser.add_argument("--steps", type=int, default=100000)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--write", help="write the rows with their labels, for the tests in Swift")
    options = parser.parse_args()
    binary = os.environ.get("OVERSHOOT", "overshoot")
    rows = make_rows(options.rows, options.seed)
    answers = []
    for k in range(0, len(rows), 25):
        answers += ask(binary, rows[k:k + 25], options.effort)
    if options.write:
        write(options.write, rows, answers, options)
    counts, wrong, proved = {}, 0, 0
    for row, answer in zip(rows, answers):
        label = answer.get("outcome") or "error: %s" % answer.get("message")
        counts[label] = counts.get(label, 0) + 1
        proved += bool(answer.get("proved"))
        problem = check(row, answer, options.steps)
        if problem:
            # More time: a plateau may take long to leave.
            problem = check(row, answer, 15 * options.steps)
        if problem:
            # Rounding may have misled this orbit: 80 digits decide, for as long as they last.
            mpmath.mp.dps = 80
            try:
                problem = check(row, answer, min(options.steps, 3000), mpmath) and problem
            except (TypeError, ValueError) as e:
                problem += " (%s)" % e
        if problem:
            wrong += 1
            print("WRONG %s: %s eta=%r from %r: %s\n      %s" % (label, row[0].text, row[1], row[2], problem, answer.get("evidence")))
        elif options.show and label in ("undecided", "drifting", "quasiperiodic", "runs-off"):
            print("%s: %s eta=%r from %r\n      %s" % (label, row[0].text, row[1], row[2], answer.get("evidence")))
    print(", ".join("%s %d" % (k, counts[k]) for k in sorted(counts)), "; proved %d" % proved)
    print("rows: %d, wrong: %d" % (len(rows), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
