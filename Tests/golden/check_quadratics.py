#!/usr/bin/env python3
"""Check `regime` on quadratic forms x'*A*x/2 - b'*x against eigenvalues by mpmath.

    OVERSHOOT=.build/release/overshoot python3 check_quadratics.py [--rows 200] [--seed 20261129] [--show]

A is a random symmetric matrix with n = 2 … 32 (positive definite, indefinite, or diagonal with a rate exactly at the critical one), b and the start
are random; the method is gd, momentum, nesterov or one typed here. The truth: the eigenvalues of A with 50 digits, the multipliers that the method
has for each, and from these the outcome, the limit A⁻¹b and the factor. `undecided` is counted apart. Prints counts and `wrong: 0`; else exits with 1.
"""
import argparse
import json
import os
import random
import subprocess
import sys

import mpmath as mp

mp.mp.dps = 50
TYPED = "method heavy(c=0.9): v = c*v - eta*g, x = x + v\nmethod late(c=0.5): x = x - eta*g - c*eta*q, q = g\n"


def matrix(r, n, kind):
    if kind == "critical":
        d = [r.randint(1, 8) for _ in range(n)]
        return [[mp.mpf(d[i]) if i == j else mp.mpf(0) for j in range(n)] for i in range(n)]
    m = [[r.randint(-3, 3) for _ in range(n)] for _ in range(n)]
    a = [[mp.mpf(sum(m[k][i] * m[k][j] for k in range(n))) / 4 for j in range(n)] for i in range(n)]
    for i in range(n):
        a[i][i] += 1 if kind == "definite" else -mp.mpf(r.randint(2, 12)) / 4
    return a


def roots(b, c):
    """Of z² − b·z + c."""
    root = mp.sqrt(mp.mpc(b * b - 4 * c))
    return [(b + root) / 2, (b - root) / 2]


def multipliers(method, beta, eta, lam):
    s = eta * lam
    if method == "gd":
        return [mp.mpc(1 - s)]
    if method in ("momentum", "heavy"):
        return roots(1 + beta - s, beta)
    if method == "nesterov":
        return roots((1 + beta) * (1 - s), beta * (1 - s))
    # x ← x − ηg − cηq, q ← g: z² − (1 − s)z + cs.
    return roots(1 - s, beta * s)


def draw(r):
    n = r.choice([2, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32])
    kind = r.choice(["definite"] * 6 + ["indefinite"] * 2 + ["critical"] * 2)
    method = r.choice(["gd", "momentum", "nesterov", "heavy", "late"]) if kind != "critical" else "gd"
    a = matrix(r, n, kind)
    lams = [mp.mpf(v) for v in mp.eigsy(mp.matrix(a), eigvals_only=True)]
    beta = mp.mpf(r.choice([25, 50, 75, 90])) / 100
    top = max(abs(v) for v in lams)
    if kind == "critical":
        eta = 2 / top
        text = "2/%d" % int(top)
    else:
        text = "%.4g" % float(r.uniform(0.05, 1.4) * 2 / top)
        eta = mp.mpf(text)
    b = [r.randint(-4, 4) for _ in range(n)]
    start = [r.randint(-30, 30) / 8 for _ in range(n)]
    return kind, method, n, a, lams, beta, eta, text, b, start


def truth(row):
    kind, method, n, a, lams, beta, eta, text, b, start = row
    all = [z for lam in lams for z in multipliers(method, beta, eta, lam)]
    worst = max(abs(z) for z in all)
    if kind == "critical":
        return "cycle", None, all, None
    if abs(worst - 1) < mp.mpf(10) ** -6:
        return None, None, all, None
    limit = mp.lu_solve(mp.matrix(a), mp.matrix(b))
    return ("stationary" if worst < 1 else "divergent"), worst, all, list(limit)


def program(row):
    kind, method, n, a, lams, beta, eta, text, b, start = row
    rows = "; ".join(", ".join(mp.nstr(v, 12) for v in line) for line in a)
    name = {"momentum": " beta=", "nesterov": " beta=", "heavy": " c=", "late": " c="}.get(method)
    extra = name + mp.nstr(beta, 4) if name else ""
    return TYPED + "A = [%s]\nb = [%s]\nvar x[%d]\nf = x'*A*x/2 - b'*x\nregime f x0=[%s] eta=%s method=%s%s\n" % (
        rows, ", ".join(map(str, b)), n, ", ".join(map(str, start)), text, method, extra)


def wrong(row, answer):
    outcome, factor, all, limit = truth(row)
    if outcome is None or answer.get("outcome") == "undecided":
        return None
    if answer.get("outcome") != outcome:
        return "outcome %s, true %s" % (answer.get("outcome"), outcome)
    if outcome == "cycle" and answer["period"] != 2:
        return "period %s" % answer["period"]
    if outcome != "stationary":
        return None
    if not answer["proved"]:
        return "not proved"
    said = sorted((complex(*z) if isinstance(z, list) else complex(z) for z in answer["multipliers"]), key=lambda z: (round(z.real, 7), z.imag))
    true = sorted((complex(z) for z in all), key=lambda z: (round(z.real, 7), z.imag))
    if len(said) != len(true) or any(abs(u - v) > 1e-9 for u, v in zip(said, true)):
        # Pairs that are equal to seven digits may stand in another order.
        left = list(true)
        for u in said:
            near = min(left, key=lambda v: abs(u - v), default=None)
            if near is None or abs(u - near) > 1e-9:
                return "multipliers %r, true %r" % (said[:4], true[:4])
            left.remove(near)
        if left:
            return "multipliers are %d, true %d" % (len(said), len(true))
    if answer.get("factor") is not None and abs(abs(answer["factor"]) - float(factor)) > 1e-9:
        return "factor %r, true %s" % (answer["factor"], mp.nstr(factor, 12))
    if any(abs(u - float(v)) > 1e-9 * max(1, abs(float(v))) for u, v in zip(answer["limit"], limit)):
        return "limit"
    return None


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rows", type=int, default=200)
    p.add_argument("--seed", type=int, default=20261129)
    p.add_argument("--show", action="store_true")
    o = p.parse_args()
    r = random.Random(o.seed)
    counts, faults = {}, 0
    for k in range(o.rows):
        row = draw(r)
        run = subprocess.run([os.environ["OVERSHOOT"], "--json", "-"], input=program(row), capture_output=True, text=True)
        answers = [json.loads(line) for line in run.stdout.splitlines()]
        answer = answers[-1]
        key = "%s %s" % (row[1], answer.get("outcome"))
        counts[key] = counts.get(key, 0) + 1
        fault = wrong(row, answer) if answer["kind"] == "regime" else answer.get("message", "no answer")
        if fault:
            faults += 1
            print("%d: %s, n = %d, %s, eta %s: %s" % (k, row[0], row[2], row[1], row[7], fault))
            if o.show:
                print(program(row))
    for key in sorted(counts):
        print("%5d %s" % (counts[key], key))
    print("wrong: %d" % faults)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
