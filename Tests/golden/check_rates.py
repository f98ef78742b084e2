#!/usr/bin/env python3
"""Compare what `why` says of rates with numbers of 60 digits.

    OVERSHOOT=.build/release/overshoot python3 check_rates.py [--count N] [--seed S] [--show]

Random losses of one and two variables (polynomials, exponentials, waves, logarithms, fractions, kinks, touching
edges), stretched by powers of ten up to 10^±40, from random starts. For each answer (--json) phi(eta) = C(x - eta*g) - C(x)
is looked at on a grid of some thousand rates up to where the program says that it searched:
the critical rate is inf{eta > 0: phi >= 0}, the intervals of `falls` are where phi < 0, the best step is the first local
minimiser, the best global one the least of the range, and up to eta_trust |phi + eta*|g|^2| <= 0.1*eta*|g|^2.
An answer that is not decided is counted, never wrong. The exit code is 1 where something is false.
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys
from mpmath import mp, mpf

mp.dps = 60
FUNCTIONS = {
    "exp": mp.exp, "log": mp.log, "sin": mp.sin, "cos": mp.cos, "cosh": mp.cosh, "sqrt": mp.sqrt, "tanh": mp.tanh,
    "atan": mp.atan, "abs": abs, "max": max, "min": min, "mpf": mpf,
}


def truth(text, names):
    """The formula as a function of mpmath numbers; every literal is exact to 60 digits."""
    body = re.sub(r"(?<![A-Za-z_])(\d+(\.\d*)?(e[+-]?\d+)?)", r"mpf('\1')", text.replace("^", "**"))
    body = re.sub(r"\*\*mpf\('(\d+)'\)", r"**\1", body)
    return eval("lambda %s: %s" % (", ".join(names), body), dict(FUNCTIONS))  # formulas of this file only


ONE = [
    "{a}*u^2", "{a}*(u-{c})^2", "{a}*u^4-{b}*u^2", "u^6-u^2", "{a}*exp(u)", "exp({a}*u)+exp(-u)", "cosh({a}*u)", "exp(u^2)",
    "sin({a}*u)+u^2/4", "cos(u)", "log(1+{a}*u^2)", "1/(1+u^2)", "u^2/(1+u^2)", "abs(u)", "abs(u-{c})+{a}*u^2",
    "max(u,-2*u)+{a}*u^2", "min(u^2,{b})", "max(u,0)^2+u/10", "sqrt(1+u^2)", "tanh(u)^2", "atan(u)+{a}*u^2/8", "u+{a}*u^3",
    "exp(-u)", "log(u)+u", "-log(u)+{a}*u", "1/u+u", "u^2+{a}*sin(5*u)", "(u^2-{b})^2", "abs(u)^3+u", "u*abs(u)+u^4",
    "u^3-3*u", "exp(-u^2)", "log(exp(u)+exp(-{a}*u))", "u^2*(u-1)^2", "{a}*u+{b}", "sqrt(abs(u))+u^2",
]
TWO = [
    "(1-x)^2+{a}*(y-x^2)^2", "x^2+{a}*y^2", "x^2*y^2+x^2+y^2/{b}", "exp(x)+exp(-y)+{a}*x^2", "sin(x)*cos(y)+{a}*y^2",
    "log(1+x^2+{a}*y^2)", "abs(x)+{a}*y^2", "x*y+{a}*x^4", "(x*y-1)^2", "max(x,y)+{a}*x^2+y^2",
]


def case(rng):
    a = rng.choice(["0.1", "0.5", "1", "2", "3", "7.5", "30"])
    b = rng.choice(["0.25", "1", "2", "3.5"])
    c = rng.choice(["0.3", "1", "1.7"])
    if rng.random() < 0.7:
        text = rng.choice(ONE).format(a=a, b=b, c=c)
        stretch = rng.choice(["1"] * 6 + ["1e-30", "1e-9", "1e7", "1e40"])
        scale = rng.choice(["1"] * 4 + ["1e-12", "1e20"])
        names = ["x"]
        text = re.sub(r"\bu\b", "x" if stretch == "1" else "(x/%s)" % stretch, text)
        if scale != "1":
            text = "%s*(%s)" % (scale, text)
        at = rng.choice(["1", "0.3", "2", "0.05", "3", "-1", "-0.4", "1.5"])
        if "log(x" in text or "log((" in text:
            at = at.lstrip("-")
        point = [at if stretch == "1" else at + "e" + stretch[2:]]
    else:
        text = rng.choice(TWO).format(a=a, b=b, c=c)
        names = ["x", "y"]
        point = [rng.choice(["1", "-1.2", "0.3", "2"]), rng.choice(["1", "0.4", "-0.7", "1.9"])]
    eta = rng.choice(["0.1", "1", "3", "1e-5", "-0.2"])
    return text, names, point, eta


def number(answer, name):
    value = answer.get(name)
    return None if value is None else mpf(str(value).rstrip("~"))


def check(text, names, point, answer):
    """What is false in an answer: a list of sentences."""
    loss = truth(text, names)
    x = [mpf(p) for p in point]
    g = [mp.mpf(0)] * len(x)
    for k in range(len(x)):
        h = mpf(10) ** -25 * (abs(x[k]) or 1)
        u, v = list(x), list(x)
        u[k] += h
        v[k] -= h
        g[k] = (loss(*u) - loss(*v)) / (2 * h)
    squared = sum(t * t for t in g)
    base = loss(*x)
    wrong = []

    def phi(s):
        return loss(*[p - s * t for p, t in zip(x, g)]) - base

    status = {k: answer.get(k + "_status", "") for k in ("eta_critical", "eta_trust", "eta_best", "eta_best_global")}
    edge = number(answer, "eta_domain_edge")
    critical, trust = number(answer, "eta_critical"), number(answer, "eta_trust")
    best, lowest = number(answer, "eta_best"), number(answer, "eta_best_global")
    falls = [(mpf(str(l)), None if u is None else mpf(str(u))) for l, u in answer["falls"]]
    reach = re.search(r"below ([-0-9.e+]+)", answer.get("eta_domain_edge_status", ""))
    end = edge if edge is not None else mpf(reach.group(1)) if reach else mpf(16)
    end *= mpf(1) - mpf(10) ** -5
    low = min([t for t in (critical, trust, best) if t] or [end]) / 10000
    if low <= 0 or low > end:
        low = end / 10**6
    grid = sorted({low * (end / low) ** (mpf(k) / 1500) for k in range(1501)} | {end * k / 1500 for k in range(1, 1501)})
    tiny = mpf(10) ** -9
    values = []
    for s in grid:
        try:
            v = phi(s)
            values.append(v if mp.im(v) == 0 else None)
        except (ZeroDivisionError, ValueError):
            values.append(None)

    def near(s, t):
        return t is not None and abs(s - t) <= tiny * 1000 * abs(t)

    size = max([abs(v) for v in values if v is not None] or [mpf(1)])
    noise = abs(base) * mpf(10) ** -22 + squared * low * mpf(10) ** -15
    rises = [s for s, v in zip(grid, values) if v is not None and v > noise]
    first = rises[0] if rises else None
    if critical is not None and critical > 0:
        if first is not None and first < critical * (1 - tiny * 100):
            wrong.append("critical %s but phi(%s) > 0" % (mp.nstr(critical, 12), mp.nstr(first, 12)))
        around = [abs(phi(critical)), abs(phi(critical * (1 + tiny * 100))), abs(phi(critical * (1 - tiny * 100)))]
        at = phi(critical * (1 + tiny * 100))
        before = phi(critical * (1 - tiny * 100))
        if not (at >= 0 or before >= 0 or around[0] <= size * mpf(10) ** -9):
            wrong.append("critical %s but phi < 0 around it" % mp.nstr(critical, 12))
    if critical == 0 and phi(low / 10**6) < -noise:
        wrong.append("critical 0 but phi falls")
    if critical is None and "not decided" not in status["eta_critical"]:
        if first is not None:
            wrong.append("no critical (%s) but phi(%s) > 0" % (status["eta_critical"], mp.nstr(first, 12)))
        if status["eta_critical"] == "infinite":
            far = [end * mpf(10) ** k for k in (1, 2, 4, 8)]
            for s in far:
                try:
                    if phi(s) > noise:
                        wrong.append("critical infinite but phi(%s) > 0" % mp.nstr(s, 6))
                except (ZeroDivisionError, ValueError, OverflowError):
                    pass
    if "not decided" not in status["eta_critical"] and not any("not decided" in t for t in status.values()):
        for s, v in zip(grid, values):
            if v is None or abs(v) <= noise:
                continue
            inside = any(l < s and (u is None or s < u) for l, u in falls)
            if any(near(s, l) or near(s, u) for l, u in falls):
                continue
            if (v < 0) != inside:
                wrong.append("phi(%s) = %s, falls %s" % (mp.nstr(s, 12), mp.nstr(v, 5), falls))
                break
    if best is not None and best > 0:
        before = [(s, v) for s, v in zip(grid, values) if v is not None and s < best * (1 - tiny)]
        for (s, v), (t, w) in zip(before, before[1:]):
            if w > v + noise:
                wrong.append("best %s but phi rises from %s" % (mp.nstr(best, 12), mp.nstr(s, 12)))
                break
        step = mpf(10) ** -7
        here = phi(best)
        if phi(best * (1 - step)) < here - noise or phi(best * (1 + step)) < here - noise:
            wrong.append("best %s is no low point" % mp.nstr(best, 12))
    if lowest is not None:
        here = phi(lowest)
        lower = [s for s, v in zip(grid, values) if v is not None and v < here - abs(here) * mpf(10) ** -9 - noise]
        if lower:
            wrong.append("lowest %s but phi(%s) is lower" % (mp.nstr(lowest, 12), mp.nstr(lower[0], 12)))
    if squared > 0:
        ratio = lambda v, s: abs(v + s * squared) / (s * squared)
        margin = mpf("0.1") + mpf(10) ** -9
        out = [s for s, v in zip(grid, values) if v is not None and ratio(v, s) > margin]
        if trust is not None and trust > 0:
            if out and out[0] < trust * (1 - tiny * 100):
                wrong.append("trust %s but 10 %% is left at %s" % (mp.nstr(trust, 12), mp.nstr(out[0], 12)))
            after = trust * (1 + mpf(10) ** -6)
            try:
                if ratio(phi(after), after) < mpf("0.1"):
                    wrong.append("trust %s but it goes on" % mp.nstr(trust, 12))
            except (ZeroDivisionError, ValueError):
                pass
        if trust is None and "not decided" not in status["eta_trust"] and out:
            wrong.append("no trust (%s) but 10 %% is left at %s" % (status["eta_trust"], mp.nstr(out[0], 12)))
    for line in answer.get("text", []):
        if float(answer["eta"]) < 0 and re.search("other side|lowest|yours is", line):
            wrong.append("of a negative rate: " + line)
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    cases = [case(rng) for _ in range(options.count)]
    lines = []
    for text, names, point, eta in cases:
        lines.append("f(%s) = %s" % (", ".join(names), text))
        lines.append("why f eta=%s from=[%s]" % (eta, ", ".join(point)))
    binary = os.environ.get("OVERSHOOT", ".build/release/overshoot")
    done = subprocess.run(
        [binary, "--json", "--keep-going"], input="\n".join(lines).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    objects = [json.loads(l) for l in done.stdout.decode().splitlines()]
    answers = [o for o in objects if o.get("kind") != "definition"]
    if len(answers) != len(cases):
        print("%d answers for %d cases" % (len(answers), len(cases)))
        sys.exit(1)
    false, undecided, refused, rest = 0, {}, 0, 0
    for (text, names, point, eta), answer in zip(cases, answers):
        if answer["kind"] == "error":
            refused += 1
            if options.show:
                print("refused: f = %s from %s: %s" % (text, point, answer["message"]))
            continue
        if "falls" not in answer:
            rest += 1
            continue
        for name in ("eta_critical", "eta_trust", "eta_best"):
            if "not decided" in answer.get(name + "_status", ""):
                undecided[name] = undecided.get(name, 0) + 1
                if options.show:
                    print("undecided %s: f = %s from %s" % (name, text, point))
        for sentence in check(text, names, point, answer):
            false += 1
            print("FALSE: f = %s from %s, eta = %s: %s" % (text, point, eta, sentence))
    print("%d cases, %d false, %d at rest, %d refused, undecided %s" % (len(cases), false, rest, refused, undecided))
    sys.exit(1 if false else 0)


if __name__ == "__main__":
    main()
