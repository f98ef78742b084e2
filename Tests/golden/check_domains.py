#!/usr/bin/env python3
"""Check `regime` on losses with holes in their domain against orbits in 400 digits that look at the value at every step.

    OVERSHOOT=.build/release/overshoot python3 check_domains.py [--rows 300] [--seed 1] [--only K]

A loss is a polynomial or a wave plus terms that exist only on a part of the line or plane (log, sqrt, atanh, asin, acosh, powers, reciprocals), whose
slopes may have values where they have none. Value and slope are computed here, by dual numbers of mpmath. Wrong is a run that is said to leave the
domain and does not at that step, one that leaves within 400 steps and is said to do something else, and a resting point outside the domain.
Prints the counts by label and `wrong: 0`; the exit code is 1 otherwise.
"""
import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys

import mpmath
from mpmath import mp, mpf

mp.dps = 400
STEPS = 400
HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.abspath(os.environ.get("OVERSHOOT", os.path.join(HERE, "../../.build/release/overshoot")))


class Outside(Exception):
    pass


def need(condition):
    if not condition:
        raise Outside()


# name: (where it is defined, value, slope)
PARTIAL = {
    "log": (lambda u: u > 0, mpmath.log, lambda u: 1 / u),
    "log2": (lambda u: u > 0, lambda u: mpmath.log(u) / mpmath.log(2), lambda u: 1 / (u * mpmath.log(2))),
    "log1p": (lambda u: u > -1, lambda u: mpmath.log(1 + u), lambda u: 1 / (1 + u)),
    "sqrt": (lambda u: u > 0, mpmath.sqrt, lambda u: 1 / (2 * mpmath.sqrt(u))),
    "atanh": (lambda u: abs(u) < 1, mpmath.atanh, lambda u: 1 / (1 - u * u)),
    "asin": (lambda u: abs(u) < 1, mpmath.asin, lambda u: 1 / mpmath.sqrt(1 - u * u)),
    "acosh": (lambda u: u > 1, mpmath.acosh, lambda u: 1 / mpmath.sqrt(u * u - 1)),
    "floor(log": (lambda u: u > 0, lambda u: mpmath.floor(mpmath.log(u)), lambda u: mpf(0)),
    "inverse": (lambda u: u != 0, lambda u: 1 / u, lambda u: -1 / (u * u)),
    "power": (lambda u: u > 0, lambda u: u ** mpf("1.5"), lambda u: mpf("1.5") * mpmath.sqrt(u)),
}


def case(r):
    """Variables, terms as (coefficient, kind, inner coefficients), method, rate, start."""
    names = ["x"] if r.random() < 0.65 else ["x", "y"]
    n = len(names)
    dec = lambda a, b: "%.2f" % r.uniform(a, b)
    base = [(dec(0.2, 2), dec(-3, 3)) for _ in names]  # a·(x − b)²/2
    wave = [dec(-1, 1) if r.random() < 0.3 else None for _ in names]
    holes = [
        (dec(0.2, 2) if r.random() < 0.7 else dec(-2, -0.2), r.choice(sorted(PARTIAL)), [dec(-1.5, 1.5) for _ in names], dec(-1, 2.5))
        for _ in range(r.choice([1, 1, 2]))
    ]
    method = r.choice(["gd", "gd", "momentum", "nesterov"])
    beta = r.choice(["0.1", "0.5", "0.9"])
    eta = r.choice([dec(0.01, 0.2), dec(0.2, 2), "%.4f" % r.uniform(0.0005, 0.01)])
    start = [dec(-3, 3) for _ in range(n)]
    return names, base, wave, holes, method, beta, eta, start


def formula(c):
    names, base, wave, holes = c[:4]
    out = []
    for v, (a, b), w in zip(names, base, wave):
        out.append("%s*(%s-(%s))^2/2" % (a, v, b))
        if w:
            out.append("(%s)*sin(3%s)" % (w, v))
    for k, kind, inner, shift in holes:
        u = "+".join("(%s)*%s" % (q, v) for q, v in zip(inner, names)) + "+(%s)" % shift
        f = {"inverse": "1/(%s)", "power": "(%s)^1.5", "floor(log": "floor(log(%s))"}.get(kind, kind + "(%s)") % u
        out.append("(%s)*%s" % (k, f))
    return " + ".join(out)


def slope(c, x):
    """The gradient; raises Outside where the loss has no value."""
    names, base, wave, holes = c[:4]
    g = []
    for k, v in enumerate(x):
        s = mpf(base[k][0]) * (v - mpf(base[k][1]))
        if wave[k]:
            s += mpf(wave[k]) * 3 * mpmath.cos(3 * v)
        g.append(s)
    for scale, kind, inner, shift in holes:
        u = sum(mpf(q) * v for q, v in zip(inner, x)) + mpf(shift)
        inside, _, d = PARTIAL[kind]
        need(inside(u))
        for k in range(len(x)):
            g[k] += mpf(scale) * d(u) * mpf(inner[k])
    return g


def orbit(c):
    """The step at which a point (or the place ahead) is outside, or None."""
    method, beta, eta, start = c[4:]
    x, v = [mpf(s) for s in start], [mpf(0)] * len(start)
    b, rate = mpf(0 if method == "gd" else beta), mpf(eta)
    for t in range(STEPS):
        try:
            g = slope(c, x)
            if method == "nesterov":
                g = slope(c, [p + b * q for p, q in zip(x, v)])
        except Outside:
            return t
        v = [b * q - rate * s for q, s in zip(v, g)]
        x = [p + q for p, q in zip(x, v)]
        if max(map(abs, x)) > mpf(10) ** 60:
            return None
    return None


def contradiction(c, a, left):
    outcome = a.get("outcome")
    points = [p["at"] for p in a.get("fixed_points") or []] + ([a["limit"]] if a.get("limit") else [])
    for p in points:
        if all(isinstance(q, (int, float)) for q in p):
            try:
                slope(c, [mpf(q) for q in p])
            except Outside:
                return "a resting point at %s, outside the domain" % p
    if outcome == "leaves-domain":
        said = re.search(r"at step (\d+)", a.get("evidence", ""))
        if left is None:
            return None if int(said[1]) >= STEPS - 1 else "does not leave within %d steps" % STEPS
        return None if int(said[1]) in (left - 1, left) else "leaves at step %s, not %s" % (left, said[1])
    if left is not None and outcome != "undecided":
        return "leaves the domain at step %d" % left
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    r = random.Random(options.seed)
    counts, wrong, refused = collections.Counter(), 0, 0
    for k in range(options.rows):
        c = case(r)
        if options.only not in (None, k):
            continue
        try:
            slope(c, [mpf(s) for s in c[7]])
        except Outside:
            refused += 1
            continue
        by = "" if c[4] == "gd" else " method=%s beta=%s" % (c[4], c[5])
        text = "f(%s) = %s; regime f eta=%s from=[%s]%s" % (", ".join(c[0]), formula(c), c[6], ", ".join(c[7]), by)
        out = subprocess.run([BINARY, "--json", "-e", text], capture_output=True, text=True).stdout
        a = json.loads(out.strip().splitlines()[-1])
        left = orbit(c)
        label = "%-14s %s%s" % (a.get("outcome"), "proved" if a.get("proved") else "evidence", " (leaves)" if left is not None else "")
        counts[label] += 1
        why = contradiction(c, a, left)
        if why or options.only is not None:
            wrong += why is not None
            print("WRONG" if why else "RIGHT", k, text, "\n     ", why, "\n     ", a.get("evidence"), flush=True)
    for label in sorted(counts):
        print("%-40s %d" % (label, counts[label]))
    print("rows: %d, begun outside: %d, seed %d, wrong: %d" % (sum(counts.values()), refused, options.seed, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
