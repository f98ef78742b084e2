#!/usr/bin/env python3
"""Check the labels of `regime` for methods with a memory, two variables and schedules against independent simulations.

    OVERSHOOT=.build/release/overshoot python3 check_states.py [--rows 300] [--seed 20261122] [--show]

Each row is a loss of a family with random coefficients, a method with its beta (or plain descent on two variables, or a schedule of rates), a
rate and a start. The truth is made here with gradients written by hand: numpy doubles for 200,000 steps, and where they contradict the label,
mpmath with 400 digits for as long as rounding would matter. `undecided` is counted apart. Prints counts and `wrong: 0`; else exits with 1.
"""
import argparse
import json
import math
import os
import random
import subprocess
import sys

import mpmath
import numpy


class Loss:
    def __init__(self, text, names, gradient, reach):
        self.text, self.names, self.gradient, self.reach = text, names, gradient, reach


def losses(r):
    def u(low, high):
        return round(r.uniform(low, high), 2) or 0.5

    a, b, c = u(0.3, 2), u(-1, 1), u(0.5, 3)

    def quadratic():
        return Loss("%r*x^2" % a, "x", lambda m, x: [2 * m(repr(a)) * x[0]], 3)

    def quartic():
        return Loss("x^4/4 - %r*x^2/2" % c, "x", lambda m, x: [x[0] ** 3 - m(repr(c)) * x[0]], 2)

    def logcosh():
        return Loss("log(cosh(%r*x))" % c, "x", lambda m, x: [m(repr(c)) * tanh(m(repr(c)) * x[0])], 2)

    def wave():
        return Loss("%r*x^2/2 + cos(%r*x)" % (a, c), "x", lambda m, x: [m(repr(a)) * x[0] - m(repr(c)) * sin(m(repr(c)) * x[0])], 3)

    def falling():
        return Loss("exp(-%r*x)" % a, "x", lambda m, x: [-m(repr(a)) * exp(-m(repr(a)) * x[0])], 1)

    def bowl():
        return Loss("%r*x^2 + %r*x*y + %r*y^2" % (a, b, c), "xy", lambda m, x: [2 * m(repr(a)) * x[0] + m(repr(b)) * x[1], m(repr(b)) * x[0] + 2 * m(repr(c)) * x[1]], 2)

    def wells():
        return Loss("(x^2 - 1)^2/4 + %r*x*y + %r*y^2/2" % (b, c), "xy", lambda m, x: [x[0] ** 3 - x[0] + m(repr(b)) * x[1], m(repr(b)) * x[0] + m(repr(c)) * x[1]], 2)

    def quartics():
        return Loss("%r*x^2/2 + %r*y^2/2 + %r*x^2*y + %r*x*y^2 + x^4/4 + y^4/4" % (a, b, c / 3, b), "xy",
                    lambda m, x: [m(repr(a)) * x[0] + 2 * m(repr(c / 3)) * x[0] * x[1] + m(repr(b)) * x[1] ** 2 + x[0] ** 3,
                                  m(repr(b)) * x[1] + m(repr(c / 3)) * x[0] ** 2 + 2 * m(repr(b)) * x[0] * x[1] + x[1] ** 3], 1)

    def ring():
        return Loss("(x^2 + y^2 - 1)^2", "xy", lambda m, x: [4 * x[0] * (x[0] ** 2 + x[1] ** 2 - 1), 4 * x[1] * (x[0] ** 2 + x[1] ** 2 - 1)], 1.5)

    def catapult():
        return Loss("0.5*(x*y)^2", "xy", lambda m, x: [x[0] * x[1] ** 2, x[0] ** 2 * x[1]], 2.5)

    return [quadratic, quartic, logcosh, wave, falling, bowl, wells, quartics, quartics, ring, catapult]


def tanh(x):
    return mpmath.tanh(x) if isinstance(x, mpmath.mpf) else numpy.tanh(x)


def sin(x):
    return mpmath.sin(x) if isinstance(x, mpmath.mpf) else numpy.sin(x)


def exp(x):
    return mpmath.exp(x) if isinstance(x, mpmath.mpf) else numpy.exp(x)


def make_rows(count, seed):
    r = random.Random(seed)
    rows = []
    while len(rows) < count:
        f = r.choice(losses(r))()
        start = [round(r.uniform(-f.reach, f.reach), 3) for _ in f.names]
        eta = float("%.3g" % (r.uniform(0.02, 1.3) * r.choice([0.3, 1])))
        kind = r.choice(["gd", "momentum", "momentum", "nesterov", "schedule"])
        if kind == "gd" and len(f.names) == 1:
            continue
        beta = r.choice([0.3, 0.5, 0.9, 0.95, 1.0]) if kind in ("momentum", "nesterov") else 0
        tau = r.choice([2, 10])
        late = float("%.2g" % (eta / 4))
        rate = r.choice(schedules(eta, tau, late)) if kind == "schedule" else (repr(eta), constant(eta))
        rows.append((f, kind, beta, rate, rate[1], start))
    return rows


def constant(eta):
    return lambda m, t: m(repr(eta))


def schedules(eta, tau, late):
    """Rates as text and as functions of the module of numbers and the step."""
    return [("%r/(1+t/%d)" % (eta, tau), lambda m, t: m(repr(eta)) / (1 + m(t) / tau)),
            ("if(t<%d, %r, %r)" % (tau, eta, late), lambda m, t: m(repr(eta)) if t < tau else m(repr(late)))]


def ask(binary, rows):
    text = []
    for f, kind, beta, rate, _, start in rows:
        text.append("f(%s) = %s" % (", ".join(f.names), f.text))
        method = " method=%s beta=%r" % (kind, beta) if beta else ""
        text.append("regime f eta=%s from=[%s]%s" % (rate[0], ", ".join(map(repr, start)), method))
    out = subprocess.run([binary, "--json", "--keep-going"], input="\n".join(text).encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    answers = [json.loads(line) for line in out.decode().splitlines()]
    assert len(answers) == len(text), "%d statements, %d answers" % (len(text), len(answers))
    return answers[1::2]


class Orbit:
    def __init__(self, row, m):
        self.f, self.kind, beta, _, self.rate, start = row
        self.m, self.beta = m, m(repr(beta))
        self.x = [m(repr(v)) for v in start]
        self.v = [m(0) for _ in start]
        self.t, self.gone = 0, False

    def run(self, steps):
        m, constant = self.m, None if self.kind == "schedule" else self.rate(self.m, 0)
        with numpy.errstate(all="ignore"):
            for _ in range(steps):
                eta = constant if constant is not None else self.rate(m, self.t)
                at = self.x
                if self.kind == "nesterov":
                    at = [x + self.beta * v for x, v in zip(self.x, self.v)]
                try:
                    g = self.f.gradient(m, at)
                except OverflowError:
                    self.gone = True
                    return self
                self.v = [self.beta * v - eta * s for v, s in zip(self.v, g)]
                self.x = [x + v for x, v in zip(self.x, self.v)]
                self.t += 1
                if not all(abs(x) < 1e100 for x in self.x):
                    self.gone = True
                    return self
        return self


def distance(u, v):
    """The largest coordinate distance; a coordinate of which no digit is certain is null and says nothing."""
    return float(max((abs(a - b) for a, b in zip(u, v) if b is not None), default=0))


def check(row, answer, steps, m):
    label = answer.get("outcome")
    if label in ("undecided", None):
        return None
    o = Orbit(row, m).run(steps)
    if label == "divergent":
        if "without limit" in answer["evidence"]:
            return None if o.gone or max(map(abs, o.x)) > 50 else "stays"
        return None if o.gone else "does not leave: %r" % [float(x) for x in o.x]
    if o.gone:
        return "leaves at step %d" % o.t
    size = max(1.0, float(max(map(abs, o.x))))
    # A slowest multiplier close to 1, or rates that die out, leave a way to go.
    worst = max([abs(complex(*z)) if isinstance(z, list) else abs(z) for z in answer["multipliers"]] or [0])
    left = max(1e-6, 100 * worst ** o.t if label == "stationary" else 100 * worst ** (o.t / answer["period"]) if answer["period"] else 0)
    if label == "stationary":
        gap = distance(o.x, answer["limit"])
        if row[1] == "schedule" and not answer["multipliers"]:
            earlier = distance(Orbit(row, m).run(steps // 10).x, answer["limit"])
            return None if gap < 1e-6 or gap < 0.995 * earlier else "does not come closer: %g, %g" % (earlier, gap)
        if answer["rate"] == "sublinear":
            return None if gap < 0.3 else "is %g from the limit" % gap
        return None if gap < left * size else "is %g from the limit after %d steps" % (gap, o.t)
    if label == "cycle":
        gap = min(distance(o.x, p) for p in answer["points"])
        before = list(o.x)
        for k in range(1, answer["period"] + 1):
            o.run(1)
            again = distance(o.x, before) < max(left, 1e-9) * size
            if again and k < answer["period"] and distance(answer["points"][0], answer["points"][k]) > 1e-6:
                return "comes back after %d" % k
        return None if gap < left * size and again else "is %g from the cycle" % gap
    if label in ("quasiperiodic", "chaotic"):
        tail = [list(o.run(1).x) for _ in range(1500)]
        if o.gone:
            return "leaves"
        for p in range(1, 601):
            if all(distance(tail[-1 - k], tail[-1 - k - p]) < 1e-9 * size for k in (0, 7, 100, 333)):
                return "has period %d" % p
        near = Orbit(row, m)
        near.x = [x + 1e-9 for x in near.x]
        if label == "quasiperiodic":
            far = distance(near.run(20000).x, Orbit(row, m).run(20000).x)
            return None if far < 1e-2 else "neighbours part: %g" % far
        return None
    if label in ("runs-off", "drifting"):
        return None if distance(o.x, Orbit(row, m).run(steps // 10).x) > 0 else "stands still"
    return "label %r is not known" % label


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    binary = os.environ.get("OVERSHOOT", "overshoot")
    rows = make_rows(options.rows, options.seed)
    answers = []
    for k in range(0, len(rows), 25):
        answers += ask(binary, rows[k:k + 25])
    counts, wrong, proved = {}, 0, {}
    for row, answer in zip(rows, answers):
        label = answer.get("outcome") or "error: %s" % answer.get("message")
        counts[label] = counts.get(label, 0) + 1
        proved[label] = proved.get(label, 0) + bool(answer.get("proved"))
        problem = check(row, answer, options.steps, numpy.float64)
        if problem:
            problem = check(row, answer, 10 * options.steps, numpy.float64)
        if problem:
            mpmath.mp.dps = 400
            problem = check(row, answer, 3000, mpmath.mpf) and problem
        name = "%s %s beta=%r eta=%s from %r" % (row[0].text, row[1], row[2], row[3][0], row[5])
        if problem:
            wrong += 1
            print("WRONG %s: %s: %s\n      %s" % (label, name, problem, answer.get("evidence")))
        elif options.show and not answer.get("proved"):
            print("%s: %s\n      %s" % (label, name, answer.get("evidence") or answer.get("message")))
    print(", ".join("%s %d (%d proved)" % (k, counts[k], proved[k]) for k in sorted(counts)))
    print("rows: %d, wrong: %d" % (len(rows), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
