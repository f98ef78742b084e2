#!/usr/bin/env python3
"""Check the labels of `regime` on random losses of many families against a compiled simulation in higher precision.

    OVERSHOOT=.build/release/overshoot python3 check_families.py [--rows 200] [--seed 20261127] [--show LABEL] [--only K]

Each loss is a small expression tree (trig polynomials, rational functions, mixtures of exponentials, pieces by abs, max, min and if, in one to
three variables, by gd, momentum, nesterov and schedules). The tree is written once as text for overshoot and once as C++ with derivatives made here
(simulate.cpp runs it in numbers of 64 and 113 bits, and of MPFR where an error of rounding has grown too far on the way). A label is wrong
where the orbit contradicts it beyond doubt. Prints counts of each label as proved and as evidence, the slowest answer, and `wrong: 0`; the exit code
is 1 otherwise. Needs g++ with libquadmath and MPFR.
"""
import argparse
import concurrent.futures
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class E:
    """A node: an operation with its arguments; `const` and `var` carry their text."""

    def __init__(self, op, *args):
        self.op, self.args = op, args

    def __add__(self, o): return E("+", self, lift(o))
    def __radd__(self, o): return E("+", lift(o), self)
    def __sub__(self, o): return E("-", self, lift(o))
    def __rsub__(self, o): return E("-", lift(o), self)
    def __mul__(self, o): return E("*", self, lift(o))
    def __rmul__(self, o): return E("*", lift(o), self)
    def __truediv__(self, o): return E("/", self, lift(o))
    def __rtruediv__(self, o): return E("/", lift(o), self)
    def __pow__(self, n): return E("^", self, n)
    def __neg__(self): return E("neg", self)


def lift(v):
    return v if isinstance(v, E) else E("const", repr(v))


def call(name, *args):
    return E(name, *map(lift, args))


def text(e):
    """The formula in overshoot's language."""
    if e.op == "const":
        return "(%s)" % e.args[0] if e.args[0].startswith("-") else e.args[0]
    if e.op == "var":
        return e.args[0]
    if e.op in "+-*/":
        return "(%s %s %s)" % (text(e.args[0]), e.op, text(e.args[1]))
    if e.op == "^":
        return "(%s)^%d" % (text(e.args[0]), e.args[1])
    if e.op == "neg":
        return "(-%s)" % text(e.args[0])
    if e.op == "if<":
        return "if(%s < %s, %s, %s)" % tuple(map(text, e.args))
    return "%s(%s)" % (e.op, ", ".join(map(text, e.args)))


class Code:
    """Straight-line C++: each node's value and its derivative by each variable, None where that is 0."""

    def __init__(self, names):
        self.names, self.lines, self.count = names, [], 0

    def put(self, expression):
        self.lines.append("  R r%d = %s;" % (self.count, expression))
        self.count += 1
        return "r%d" % (self.count - 1)

    def number(self, s):
        return self.put('read<R>("%s")' % s)

    def run(self, e):
        n = range(len(self.names))
        if e.op == "const":
            return self.number(e.args[0]), [None for _ in n]
        if e.op == "var":
            return "x[%d]" % self.names.index(e.args[0]), [self.number("1") if self.names[k] == e.args[0] else None for k in n]
        if e.op == "^":
            u, du = self.run(e.args[0])
            power, last = u, u
            for _ in range(e.args[1] - 1):
                last, power = power, self.put("%s * %s" % (power, u))
            slope = self.number("1") if e.args[1] == 1 else self.put("%s * %s" % (self.number(str(e.args[1])), last))
            return power, self.chain(slope, du)
        parts = [self.run(a) for a in e.args]
        (u, du), (v, dv) = parts[0], parts[1] if len(parts) > 1 else (None, None)
        if e.op in "+-":
            out = []
            for a, b in zip(du, dv):
                if a and b:
                    out.append(self.put("%s %s %s" % (a, e.op, b)))
                else:
                    out.append(a or (b and (b if e.op == "+" else self.put("-%s" % b))))
            return self.put("%s %s %s" % (u, e.op, v)), out
        if e.op == "*":
            return self.put("%s * %s" % (u, v)), self.sum(self.chain(v, du), self.chain(u, dv))
        if e.op == "/":
            self.lines.append('  if (%s == %s) throw Outside();' % (v, self.number("0")))
            w = self.put("%s / %s" % (u, v))
            one = self.put("%s / %s" % (self.number("1"), v))
            return w, self.sum(self.chain(one, du), self.chain(self.put("-(%s * %s)" % (w, one)), dv))
        if e.op == "neg":
            return self.put("-%s" % u), [a and self.put("-%s" % a) for a in du]
        if e.op == "if<":
            (a, da), (b, db) = parts[2], parts[3]
            def pick(p, q):
                zero = self.number("0")
                return self.put("%s < %s ? %s : %s" % (u, v, p or zero, q or zero))
            return pick(a, b), [pick(p, q) if p or q else None for p, q in zip(da, db)]
        if e.op in ("max", "min"):
            a, b = (v, u) if e.op == "max" else (u, v)
            half = self.number("0.5")
            zero = self.number("0")
            value = self.put("%s < %s ? %s : %s" % (a, b, u, v))
            mean = lambda p, q: self.put("%s < %s ? %s : %s < %s ? %s : (%s + %s) * %s" % (a, b, p, b, a, q, p, q, half))
            return value, [mean(p or zero, q or zero) if p or q else None for p, q in zip(du, dv)]
        one, two = self.number("1"), self.number("2")
        if e.op == "abs":
            zero = self.number("0")
            return self.put("Abs(%s)" % u), self.chain(self.put("%s < %s ? -%s : %s < %s ? %s : %s" % (u, zero, one, zero, u, one, zero)), du)
        if e.op in ("log", "sqrt"):
            self.lines.append('  if (!(%s < %s)) throw Outside();' % (self.number("0"), u))
        # Softplus and logcosh, in the forms that do not overflow.
        if e.op == "softplus":
            e_ = self.put("Exp(-Abs(%s))" % u)
            zero = self.number("0")
            value = self.put("(%s < %s ? %s : %s) + Log(%s + %s)" % (zero, u, u, zero, one, e_))
            return value, self.chain(self.put("(%s < %s ? %s : %s) / (%s + %s)" % (zero, u, one, e_, one, e_)), du)
        if e.op == "logcosh":
            w = self.put("Abs(%s)" % u)
            value = self.put("%s + Log(%s + Exp(-(%s * %s))) - Log(%s)" % (w, one, two, w, two))
            return value, self.chain(self.put("Tanh(%s)" % u), du)
        value = self.put("%s(%s)" % (e.op.capitalize(), u))
        slope = {
            "sin": lambda: "Cos(%s)" % u, "cos": lambda: "-Sin(%s)" % u, "exp": lambda: value, "log": lambda: "%s / %s" % (one, u),
            "tanh": lambda: "%s - %s * %s" % (one, value, value), "atan": lambda: "%s / (%s + %s * %s)" % (one, one, u, u),
            "sqrt": lambda: "%s / (%s * %s)" % (one, two, value),
        }[e.op]()
        return value, self.chain(self.put(slope), du)

    def chain(self, slope, du):
        return [a and self.put("%s * %s" % (slope, a)) for a in du]

    def sum(self, du, dv):
        return [self.put("%s + %s" % (a, b)) if a and b else a or b for a, b in zip(du, dv)]


def function(name, code, results):
    return "template <class R> static void %s(const R *x, R *g) {\n%s\n%s\n}\n" % (
        name, "\n".join(code.lines), "\n".join("  g[%d] = %s;" % (k, r or 'read<R>("0")') for k, r in enumerate(results)))


class Case:
    def __init__(self, family, formula, names, start):
        self.family, self.formula, self.names, self.start = family, formula, names, start
        self.method, self.beta = "gd", "0"


def make(r):
    """A random case without its rate."""
    x, y, z = (E("var", n) for n in "xyz")

    def u(low, high):
        return round(r.uniform(low, high), 2) or 0.5

    def s(*size):
        return u(*size) * r.choice([1, -1])

    sin, cos, exp = (lambda e, f=f: call(f, e) for f in ("sin", "cos", "exp"))
    log, tanh, atan, sqrt, size = (lambda e, f=f: call(f, e) for f in ("log", "tanh", "atan", "sqrt", "abs"))
    top, least = (lambda a, b, f=f: call(f, a, b) for f in ("max", "min"))

    def trig():
        terms = [s(0.2, 1.5) * r.choice([sin, cos])(k * x) for k in r.sample([1, 2, 3, 5], r.choice([1, 2, 3]))]
        out = terms[0]
        for t in terms[1:]:
            out = out + t
        return r.choice([out, out + u(0.05, 1) * x ** 2, out + s(0.001, 0.5) * x]), 3

    def ratio():
        return r.choice([
            (s(0.3, 2) * x ** 2 + s(0.3, 2) * x) / (1 + u(0.3, 3) * x ** 2) + u(0.02, 0.5) * x ** 2,
            x ** 4 / (1 + u(0.3, 2) * x ** 2) + s(0.2, 1.5) * x,
            u(0.3, 2) * x + u(0.2, 2) / x, 1 / x ** 2 + u(0.2, 2) * x ** 2, x ** 2 / (1 + x ** 4),
            (x ** 3 - u(0.3, 2) * x) / (1 + x ** 2) ** 2 + 0.05 * x ** 2]), 2.5

    def exps():
        return r.choice([
            u(0.2, 2) * exp(u(0.2, 2) * x) + u(0.2, 2) * exp(-u(0.2, 2) * x), exp(u(0.3, 2) * x) + s(0.1, 1) * exp(-u(0.1, 1) * x),
            exp(-x) * (1 + u(0.05, 0.9) * sin(u(0.3, 3) * x)), exp(-u(0.5, 2) * x ** 2) * s(0.3, 3) + u(0.05, 0.6) * x ** 2,
            -u(0.3, 2) * exp(-(x - u(0.5, 2)) ** 2) - u(0.3, 2) * exp(-(x + u(0.5, 2)) ** 2) + 0.02 * x ** 2,
            log(1 + exp(-u(0.5, 3) * x)) + u(0.02, 0.5) * x ** 2, call("softplus", u(0.5, 3) * x) - u(0.05, 0.45) * x,
            call("logcosh", u(0.5, 4) * x) + s(0.05, 0.4) * x, x * exp(-x) * s(0.3, 2) + u(0.05, 0.4) * x ** 2,
            exp(-x) + s(0.01, 0.4) * x, exp(-x ** 2) * x + 0.1 * x ** 2]), 2

    def pieces():
        c = s(0.1, 1)
        return r.choice([
            size(x - c) + u(0.1, 1) * x ** 2, top(u(0.3, 2) * x ** 2, s(0.3, 2) * x + 0.5), top(x, -2 * x) + u(0.1, 1) * x ** 2,
            least((x - 1) ** 2, u(0.3, 2) * (x + 1) ** 2 + 0.2), E("if<", x, lift(c), u(0.3, 2) * (x - c) ** 2, u(0.3, 2) * (x - c) ** 2 + s(0.2, 1) * x),
            size(x) * x ** 2 + s(0.2, 1) * x, size(x ** 2 - 1), top(x, lift(0)) ** 2 + u(0.1, 1) * (x + 1) ** 2,
            E("if<", size(x), lift(1), x ** 2 / 2, size(x) - 0.5), size(sin(x)) + u(0.05, 0.5) * x ** 2]), 2

    def alone():
        """Variables that do not meet."""
        return r.choice([
            exp(-x) + y ** 4 / 4 - u(0.3, 1.2) * y ** 2, x ** 2 / 2 - u(0.2, 1) * y ** 2, s(0.01, 0.5) * x + u(0.3, 2) * cos(u(0.5, 2) * y),
            s(0.01, 0.5) * x + y ** 2, x ** 4 / 4 - x ** 2 / 2 + y ** 2 + u(0.1, 0.5) * y, cos(x) + cos(u(0.5, 2) * y), exp(-x) + exp(-u(0.3, 2) * y),
            call("logcosh", x) + size(y), x ** 4 + y ** 4 / 3]), 1.5

    def two():
        return r.choice([
            0.5 * (x * y - s(0.3, 1.5)) ** 2, (1 - x) ** 2 + u(0.5, 8) * (y - x ** 2) ** 2, x ** 2 * y ** 2 + u(0.05, 0.5) * (x ** 2 + y ** 2),
            sin(x * y) + u(0.1, 0.6) * (x ** 2 + y ** 2), exp(x * y / 2) + u(0.2, 1) * (x ** 2 + y ** 2), (x ** 2 + y ** 2 - 1) ** 2 / 4,
            (x ** 2 + y ** 2 - 1) ** 2 / 4 + s(0.05, 0.5) * x * y, x ** 2 / 2 + y ** 4 / 4 - y ** 2 / 2 + s(0.1, 0.9) * x * y,
            top(x ** 2, y ** 2) + s(0.1, 1) * x, size(x - y) + u(0.2, 1) * (x ** 2 + y ** 2), log(1 + exp(x - y)) + u(0.05, 0.4) * (x ** 2 + y ** 2),
            (x ** 2 + y - 2) ** 2 / 4 + (x + y ** 2 - 2) ** 2 / 4, exp(-x) + y ** 2 / 2 + s(0.05, 0.4) * x * y * exp(-x ** 2), x * y,
            cos(x + y) + u(0.1, 0.5) * (x - y) ** 2, tanh(x * y) + u(0.1, 0.5) * (x ** 2 + y ** 2), x ** 2 * y + y ** 2 + x ** 4 / 2]), 1.3

    def three():
        return r.choice([
            x ** 2 + y ** 2 + z ** 2 + s(0.2, 2) * x * y * z + (x ** 4 + y ** 4 + z ** 4) / 4, 0.5 * (x * y * z - s(0.3, 1)) ** 2,
            cos(x) + cos(y) + cos(z) + u(0.05, 0.5) * (x + y + z) ** 2, (x - y) ** 2 + (y - z) ** 4 / 4 + u(0.1, 1) * z ** 2, x * y + y * z + z * x + (x ** 4 + y ** 4 + z ** 4) / 4,
            exp(x + y - z) + u(0.2, 1) * (x ** 2 + y ** 2 + z ** 2), log(exp(x) + exp(y) + exp(z)) + u(0.05, 0.5) * (x ** 2 + y ** 2 + z ** 2),
            top(x, y) + z ** 2 + u(0.2, 1) * (x ** 2 + y ** 2), (x ** 2 + y ** 2 + z ** 2 - 1) ** 2 / 4]), 1.2

    family = r.choice([trig, trig, ratio, exps, exps, pieces, pieces, alone, two, two, three])
    formula, reach = family()
    names = [n for n in "xyz" if holds(formula, n)]
    start = [repr(round(r.uniform(-reach, reach), 2)) for _ in names]
    if r.random() < 0.12:
        start = [start[0]] * len(names)
    elif r.random() < 0.08 and len(names) > 1:
        start[r.randrange(len(names))] = "0"
    return Case(family.__name__, formula, names, start)


def holds(e, name):
    return e.args[0] == name if e.op == "var" else any(isinstance(a, E) and holds(a, name) for a in e.args)


def value(e, at):
    """In doubles, for the scale of the rate."""
    if e.op == "const":
        return float(e.args[0])
    if e.op == "var":
        return at[e.args[0]]
    if e.op == "^":
        return value(e.args[0], at) ** e.args[1]
    v = [value(a, at) for a in e.args]
    return {"+": lambda: v[0] + v[1], "-": lambda: v[0] - v[1], "*": lambda: v[0] * v[1], "/": lambda: v[0] / v[1], "neg": lambda: -v[0],
            "if<": lambda: v[2] if v[0] < v[1] else v[3], "max": lambda: max(v), "min": lambda: min(v), "abs": lambda: abs(v[0]),
            "softplus": lambda: max(v[0], 0) + math.log1p(math.exp(-abs(v[0]))), "logcosh": lambda: math.log(math.cosh(v[0]))}.get(
        e.op, lambda: getattr(math, e.op)(v[0]))()


def curvature(case):
    """The largest second difference about the start."""
    best, h = 0.0, 1e-4
    at = dict(zip(case.names, map(float, case.start)))
    for n in case.names:
        try:
            f = [value(case.formula, {**at, n: at[n] + d}) for d in (-h, 0, h)]
            best = max(best, abs(f[0] - 2 * f[1] + f[2]) / h / h)
        except (ValueError, ZeroDivisionError, OverflowError):
            return None
    return min(best, 1e4)


def make_cases(count, seed):
    r = random.Random(seed)
    out = []
    while len(out) < count:
        case = make(r)
        bend = curvature(case)
        if bend is None:
            continue
        eta = float("%.3g" % (r.choice([r.uniform(0.05, 1.9), r.uniform(0.5, 3), 10 ** r.uniform(-2, 1.5)]) / max(bend, 0.3) * r.choice([1, 2])))
        case.eta = repr(eta)
        case.rate = 'read<R>("%s")' % case.eta
        how = r.random()
        if how > 0.55:
            case.method, case.beta = ("momentum" if how < 0.78 else "nesterov"), r.choice(["0.3", "0.5", "0.7", "0.9", "0.95"])
        if how > 0.95 or 0.5 < how < 0.55:
            tau = r.choice([3, 10])
            late = "%.2g" % (eta / 3)
            case.eta, case.rate = r.choice([
                ("%r/(1+t/%d)" % (eta, tau), 'read<R>("%r") / (read<R>("1") + R(double(t)) / R(double(%d)))' % (eta, tau)),
                ("if(t<%d, %r, %s)" % (tau, eta, late), 't < %d ? read<R>("%r") : read<R>("%s")' % (tau, eta, late)),
                ("%r/sqrt(1+t)" % eta, 'read<R>("%r") / Sqrt(R(double(t + 1)))' % eta)])
        out.append(case)
    return out


def compile_cases(cases, folder):
    parts = []
    for k, c in enumerate(cases):
        code = Code(c.names)
        parts.append(function("slope%d" % k, code, code.run(c.formula)[1]))
    parts.append("template <class R> static void slope(int k, const R *x, R *g) {\n  switch (k) {\n%s\n  }\n}\n" % "\n".join(
        "    case %d: slope%d<R>(x, g); break;" % (k, k) for k in range(len(cases))))
    parts.append("template <class R> static R rate(int k, long t) {\n  switch (k) {\n%s\n  }\n  return read<R>(\"0\");\n}\n" % "\n".join(
        "    case %d: return %s;" % (k, c.rate) for k, c in enumerate(cases)))
    parts.append("static const Row rows[] = {%s};\n" % ",\n".join('{%d, %d, "%s", {%s}}' % (
        len(c.names), ["gd", "momentum", "nesterov"].index(c.method), c.beta, ", ".join('"%s"' % v for v in c.start)) for c in cases))
    # Constants are read once.
    body = "\n".join(parts)
    with open(os.path.join(folder, "families.inc"), "w") as out:
        out.write(body)
    binary = os.path.join(folder, "simulate")
    subprocess.run(["g++", "-O1", "-w", "-std=c++17", "-I", folder, os.path.join(HERE, "simulate.cpp"), "-o", binary, "-lquadmath", "-lmpfr", "-lgmp", "-lm"], check=True)
    return binary


def simulate(binary, kind, steps, k):
    try:
        out = subprocess.run([binary, kind, str(steps), str(k)], stdout=subprocess.PIPE, timeout=300).stdout.decode()
    except subprocess.TimeoutExpired:
        return None
    return json.loads(out.replace("-nan", "NaN").replace("nan", "NaN").replace("inf", "Infinity")) if out else None


def statement(c):
    method = "" if c.method == "gd" else " method=%s beta=%s" % (c.method, c.beta)
    return "f(%s) = %s; regime f eta=%s from=[%s]%s" % (", ".join(c.names), text(c.formula), c.eta, ", ".join(c.start), method)


def ask(binary, c):
    started = time.time()
    try:
        out = subprocess.run([binary, "--json", "-e", statement(c)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120).stdout
    except subprocess.TimeoutExpired:
        return {"outcome": "no answer in 120 s"}, 120.0
    lines = out.decode().splitlines()
    try:
        return json.loads(lines[-1]), time.time() - started
    except (IndexError, ValueError):
        return {"outcome": "no answer: " + " ".join(lines[-3:])}, time.time() - started


def distance(u, v):
    return max((abs(float(a) - float(b)) for a, b in zip(u, v) if b is not None), default=0.0)


def worst_multiplier(a):
    """The largest modulus; None where no multiplier is told."""
    # A part that is not decided is null, one beyond the doubles a text.
    def part(v):
        return float(v or 0)
    return max([abs(complex(*map(part, m))) if isinstance(m, list) else abs(part(m)) for m in a.get("multipliers") or []], default=None)


def contradiction(c, a, o):
    """What of the orbit o contradicts the answer a; None where nothing does."""
    label = a.get("outcome")
    end, t = o["end"], o["t"]
    size = max([1.0] + [abs(float(v)) for v in o["x"]])
    settled = o.get("gap", 1) < 1e-14 and o.get("period", 0) > 0
    if label == "leaves-domain":
        # An orbit in numbers of any precision passes a point without hitting it: only a domain with an inside can be left.
        return None if end == "outside" else "is at %s after %d steps" % (o["x"], t)
    if end == "outside":
        return "leaves the domain at step %d" % t
    if label == "divergent":
        if end == "far":
            return None
        if settled:
            return "comes back after %d steps" % o["period"]
        sizes = [max(abs(float(v)) for v in x) for x in [*o.get("looks", []), o["x"]]][-4:]
        far, middle = sizes[-1], sizes[-2] if len(sizes) > 1 else 0
        # What grows from look to look, by log t as beside exp(-x), contradicts nothing.
        grows = len(sizes) > 2 and all(b > a * (1 + 1e-3) for a, b in zip(sizes, sizes[1:]))
        return None if grows or far > 1.2 * middle or far > middle + 3 else "stays: %g, then %g" % (middle, far)
    if end == "far":
        return "is far out at step %d" % t
    if label == "stationary":
        gap = distance(o["x"], a["limit"])
        factor = worst_multiplier(a) if a["kind_of_run"] != "gd" or a.get("factor") is None else abs(a["factor"])
        if a.get("rate") == "sublinear" or a["kind_of_run"] == "schedule" or factor is None or not (factor < 1 - 1e-9):
            earlier = distance(o["looks"][1], a["limit"]) if o.get("looks") else math.inf
            return None if gap < 1e-6 * size or gap < 0.999 * earlier else "does not come closer to the limit: %g, then %g" % (earlier, gap)
        bound = max(1e-9, 1e3 * math.exp(max(-700, t * math.log(factor) if factor > 0 else -700))) * size
        return None if gap < bound else "is %g from the limit" % gap
    if label == "cycle":
        if not a["points"]:
            return "no points"
        p = a["period"]
        m = worst_multiplier(a) or 0
        bound = max(1e-9, 1e3 * (min(m, 1) ** (t / p) if m > 0 else 0)) * size
        gap = min(distance(o["x"], q) for q in a["points"])
        if m >= 1 - 1e-9 and a["proved"] and gap < 1e-6 * size:
            return None
        if gap > bound:
            return "is %g from the cycle" % gap
        if settled and o["period"] != p and bound < 1e-8:
            return "has period %d" % o["period"]
        return None
    if label in ("chaotic", "quasiperiodic"):
        if settled:
            return "has period %d (gap %g)" % (o["period"], o["gap"])
        # Of a loss that repeats, x is meant mod its period.
        for k in range(0 if "counts mod" in a["evidence"] else len(c.names)):
            low, high = o["low"][k::3], o["high"][k::3]
            width = max(high[0] - low[0], 1e-300)
            if any(high[q] < low[0] or low[q] > high[0] for q in (1, 2, 3)) or max(high) - min(low) > 4 * width:
                return "%s wanders off: %s" % (c.names[k], [(low[q], high[q]) for q in range(4)])
        if label == "chaotic" and o["lyapunov"] < 0.3 * a["lyapunov"] - 1e-3:
            return "has the exponent %g, not %g" % (o["lyapunov"], a["lyapunov"])
        if label == "quasiperiodic" and o["lyapunov"] > 1e-3:
            return "has the exponent %g" % o["lyapunov"]
        return None
    if label == "runs-off":
        # With a memory exp(-x) throws x far out, where it creeps by 10^-16 of itself a step for ever.
        if settled and o["gap"] < 1e-18:
            return "comes to rest" if o["period"] == 1 else "has period %d" % o["period"]
        return None
    if label == "drifting":
        return "stands still" if settled and o["step"] == 0 else None
    return None


def verdict(k, c, a, binary, steps):
    """The contradiction, if it holds in every kind of numbers; else None."""
    label = a.get("outcome")
    a["kind_of_run"] = "schedule" if "t" in c.eta else c.method
    if label in (None, "undecided"):
        return None
    if label.startswith("no answer"):
        return label
    o = simulate(binary, "fast", steps, k)
    why = contradiction(c, a, o) if o else None
    if not why:
        return None
    o = simulate(binary, "quad", min(steps, max(20000, o["t"] * 2) if o["end"] == "on" else o["t"] + 1000), k)
    why = contradiction(c, a, o) if o else None
    if not why:
        return None
    # Errors of 1e-34 that have grown to 1e-8 prove nothing: more bits, for as long as they last.
    if o["growth"] > 58 and label not in ("chaotic", "quasiperiodic", "runs-off", "drifting"):
        t = min(o["t"] + 1000, 4000)
        # All of the growth may lie in the first steps, as of a run that settles after a chaotic way.
        o = simulate(binary, str(int(200 + 1.6 * min(o["growth"], 60000))), t, k)
        why = contradiction(c, a, o) if o else None
    return why


def missed(k, c, binary, steps):
    """Of an undecided run what the orbit shows plainly, for the count of refusals."""
    o = simulate(binary, "fast", steps, k)
    if not o:
        return "?"
    if o["end"] != "on":
        return o["end"]
    if o.get("gap", 1) < 1e-14:
        return "period %d" % o["period"] if o["period"] != 1 else "rest"
    return "moves, exponent %.3g" % o["lyapunov"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--steps", type=int, default=200000)
    parser.add_argument("--show", default="", help="labels whose rows are printed, with commas")
    parser.add_argument("--only", type=int, help="one row")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    program = os.environ.get("OVERSHOOT", "overshoot")
    cases = make_cases(options.rows, options.seed)
    counts, wrong, slowest, families = {}, 0, (0.0, ""), {}
    chosen = range(len(cases)) if options.only is None else [options.only]
    with tempfile.TemporaryDirectory() as folder:
        binary = compile_cases(cases, folder)

        def one(k):
            a, took = ask(program, cases[k])
            return k, a, took, verdict(k, cases[k], a, binary, options.steps)

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for k, a, took, why in pool.map(one, chosen):
                c = cases[k]
                label = a.get("outcome") or "error: %s" % a.get("message")
                key = (label, "proved" if a.get("proved") else "" if label == "undecided" else "evidence")
                counts[key] = counts.get(key, 0) + 1
                families[(c.family, label == "undecided")] = families.get((c.family, label == "undecided"), 0) + 1
                if took > slowest[0]:
                    slowest = (took, statement(c))
                if why:
                    wrong += 1
                    print("WRONG %d %s%s: %s\n      %s\n      %s" % (k, label, " proved" if a.get("proved") else "", statement(c), why, a.get("evidence")), flush=True)
                elif label in options.show.split(","):
                    seen = missed(k, c, binary, options.steps) if label in ("undecided", "drifting") else ""
                    print("%s %d (%.1f s) %s: %s\n      %s" % (label, k, took, seen, statement(c), a.get("evidence")), flush=True)
    for (label, how), n in sorted(counts.items()):
        print("%-14s %-9s %5d" % (label, how, n))
    print("undecided by family: " + ", ".join("%s %d of %d" % (f, n, n + families.get((f, False), 0)) for (f, u), n in sorted(families.items()) if u))
    print("slowest: %.1f s: %s" % slowest)
    print("rows: %d, seed %d, wrong: %d" % (len(chosen), options.seed, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
