#!/usr/bin/env python3
"""Random linear rules with one number beside each entry, on random quadratics: what `regime` proves against the
run itself in doubles.

  OVERSHOOT=.build/release/overshoot python3 Tests/golden/check_linear_rules.py [--rows N] [--seed S]

A rule is x ← a·x − b·η·g + c·q, q ← d·q + e·g + h·x in either order, from q0; many rest where the gradient is
not 0, or nowhere. Needs numpy (made with 2.3).
"""
import argparse
import collections
import json
import os
import random
import subprocess

import numpy as np


def case(r):
    n = r.choice([1, 2, 3, 5])
    number = lambda size: round(r.uniform(-size, size), 2)
    c = dict(
        n=n, a=r.choice([1, 1, 1, 0.5, -0.3, 1.1]), b=number(1.5), c=number(1), d=number(1.1), e=number(1),
        h=r.choice([0, 0, number(0.5)]), q0=r.choice([0, 0, number(1)]), first=r.random() < 0.5,
        eta=round(r.uniform(0.05, 1.2), 2), s=np.array([number(2) for _ in range(n)]),
        x0=np.array([number(2) for _ in range(n)]),
    )
    m = np.array([[number(1) for _ in range(n)] for _ in range(n)])
    h = np.round(m @ m.T + np.diag([r.uniform(0.1, 2) for _ in range(n)]), 2)
    c["H"] = (h + h.T) / 2 * (-1 if r.random() < 0.2 else 1)
    return c


def source(c):
    x = f"x = {c['a']}*x - {c['b']}*eta*g + {c['c']}*q"
    q = f"q = {c['d']}*q + {c['e']}*g + {c['h']}*x"
    rule = f"method m(q0={c['q0']}): " + ", ".join([q, x] if c["first"] else [x, q])
    if c["n"] == 1:
        loss = f"f = {c['H'][0, 0]}*(w - ({c['s'][0]}))^2/2"
        return f"{rule}\n{loss}; regime f eta={c['eta']} w0={c['x0'][0]} method=m\n"
    rows = "; ".join(", ".join(map(str, row)) for row in c["H"].tolist())
    loss = f"H = [{rows}]; s = {c['s'].tolist()}; f = (w - s)'*H*(w - s)/2"
    return f"{rule}\nvar w[{c['n']}]; {loss}; regime f eta={c['eta']} w0={c['x0'].tolist()} method=m\n"


def run(c):
    """Where the run ends; None where it leaves."""
    x, q = c["x0"].astype(float), np.full(c["n"], c["q0"], float)
    for _ in range(20000):
        g = c["H"] @ (x - c["s"])
        if c["first"]:
            q1 = c["d"] * q + c["e"] * g + c["h"] * x
            x1 = c["a"] * x - c["b"] * c["eta"] * g + c["c"] * q1
        else:
            x1 = c["a"] * x - c["b"] * c["eta"] * g + c["c"] * q
            q1 = c["d"] * q + c["e"] * g + c["h"] * x1
        if np.abs(x1).max() > 1e150:
            return None
        if np.abs(x1 - x).max() + np.abs(q1 - q).max() < 1e-15:
            return x1
        x, q = x1, q1
    return x


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    r = random.Random(options.seed)
    counts, wrong = collections.Counter(), 0
    for _ in range(options.rows):
        c = case(r)
        out = subprocess.run(
            [os.environ["OVERSHOOT"], "--json"], input=source(c), capture_output=True, text=True, timeout=60
        ).stdout
        answer = json.loads(out.splitlines()[-1])
        counts[answer["outcome"] + (" proved" if answer["proved"] else "")] += 1
        if not answer["proved"]:
            continue
        end = run(c)
        good = answer["outcome"] == "divergent" and end is None
        if answer["outcome"] == "stationary" and end is not None:
            limit = np.array(answer["limit"], float).ravel()
            good = np.abs(limit - end).max() <= 1e-6 * (1 + np.abs(end).max())
        if not good:
            wrong += 1
            print(f"{answer['outcome']} {answer.get('limit')}, the run ends at {end}:\n{source(c)}")
    print(", ".join(f"{k} {v}" for k, v in sorted(counts.items())))
    print(f"rows: {options.rows}, wrong: {wrong}")
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
