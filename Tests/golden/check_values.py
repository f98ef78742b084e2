"""Values against truth: undefined, not decided, overflow, digits.

    OVERSHOOT=.build/release/overshoot python3 check_values.py [--rows 500] [--seed 1]

Random closed expressions that touch edges of domains, tie, jump at integers, and pass exponents far
beyond the doubles. The oracle is its own evaluator: exact fractions for as long as they are exact, and
beside them 500 digits of mpmath. A decision (domain, floor, comparison) whose margin is exactly 0 by
fractions is decided; one whose margin is below 1e-200 otherwise is *touching*: there only "not decided"
or the value on either side is right, and "undefined" is wrong. Everywhere else the answer must be the
value, to the last digit shown, or undefined where there is none; "not decided" counts as a refusal.
Exit 1 if one answer is wrong. Made with Python 3.11 and mpmath 1.3.
"""
import argparse
import itertools
import json
import os
import random
import subprocess
from fractions import Fraction

import mpmath

mpmath.mp.dps = 500
TOUCH = mpmath.mpf(10) ** -200
TINY = mpmath.mpf(10) ** -100000


class TooLarge(Exception):
    """Beyond what the oracle evaluates."""


def signs(exact, value, scale):
    """The possible signs of a margin: all three where it is touching."""
    if exact is not None:
        return {(exact > 0) - (exact < 0)}
    # Errors of rounding are never so small, exponentials are.
    if abs(value) <= TOUCH * max(1, abs(scale)) and not 0 < abs(value) < TINY:
        return {-1, 0, 1}
    return {1 if value > 0 else -1}


def leaf(rng):
    kind = rng.random()
    if kind < 0.45:
        return ("n", Fraction(rng.choice([0, 1, 2, 3, 5, 8, -1, -2, 7, 10])))
    if kind < 0.7:
        return ("n", Fraction(rng.randint(-30, 30), 10))
    if kind < 0.8:
        return ("n", Fraction(10) ** rng.choice([3, 6, 9, -6, -9]) * rng.choice([1, -1]))
    n = rng.choice([2, 3, 5, 7])
    return rng.choice([
        ("^", ("sqrt", ("n", Fraction(n))), 2), ("exp", ("log", ("n", Fraction(n)))),
        ("*", ("sqrt", ("n", Fraction(n))), ("sqrt", ("n", Fraction(n)))),
        ("/", ("^", ("sqrt", ("n", Fraction(n))), 2), ("n", Fraction(n))),
        ("+", ("^", ("sin", ("n", Fraction(n))), 2), ("^", ("cos", ("n", Fraction(n))), 2)),
    ])


UNARY = ["exp", "log", "sqrt", "asin", "acosh", "atanh", "floor", "abs", "sign", "tanh", "log1p",
         "softplus", "logcosh", "logsigmoid", "sigmoid", "sinh", "cosh", "erfc", "exp", "log", "floor"]


def tree(rng, depth):
    if depth == 0 or rng.random() < 0.12:
        return leaf(rng)
    kind = rng.random()
    if kind < 0.5:
        return (rng.choice(UNARY), tree(rng, depth - 1))
    if kind < 0.85:
        return (rng.choice("+-*/+-"), tree(rng, depth - 1), tree(rng, depth - 1))
    if kind < 0.9:
        return (rng.choice(["min", "max"]), tree(rng, depth - 1), tree(rng, depth - 1))
    if kind < 0.94:
        return ("^", tree(rng, depth - 1), rng.choice([2, 3, -1, -2, 0]))
    return ("if", rng.choice(["<", "<=", "==", ">"]), *(tree(rng, depth - 1) for _ in range(4)))


def text(t):
    op = t[0]
    if op == "n":
        s = str(t[1]) if t[1].denominator == 1 else f"{t[1].numerator}/{t[1].denominator}"
        return f"({s})" if t[1] < 0 or t[1].denominator != 1 else s
    if op == "^":
        return f"({text(t[1])})^({t[2]})"
    if op in "+-*/":
        return f"({text(t[1])}{op}{text(t[2])})"
    if op == "if":
        return f"if({text(t[2])}{t[1]}{text(t[3])},{text(t[4])},{text(t[5])})"
    return f"{op}({','.join(text(x) for x in t[1:])})"


def evaluate(t):
    """All possible outcomes: each None for undefined, or (fraction or None, value).

    More than one where a decision is touching.
    """
    op = t[0]
    if op == "n":
        return [(t[1], mpmath.mpf(t[1].numerator) / t[1].denominator)]
    outcomes = []
    if op == "if":
        for one in evaluate(t[2]):
            for two in evaluate(t[3]):
                if one is None or two is None:
                    outcomes.append(None)
                    continue
                (p, x), (q, y) = one, two
                for s in signs(None if p is None or q is None else p - q, x - y, max(abs(x), abs(y))):
                    holds = {"<": s < 0, "<=": s <= 0, "==": s == 0, ">": s > 0}[t[1]]
                    outcomes += evaluate(t[4] if holds else t[5])
    else:
        operands = [evaluate(x) for x in t[1:] if isinstance(x, tuple)]
        for choice in itertools.product(*operands):
            outcomes += [None] if None in choice else apply(op, t[2] if op == "^" else None, *choice)
    if len(outcomes) > 64:
        raise TooLarge
    return outcomes


def inside(edges, value):
    """The value where all margins (exact, value, scale, least sign) allow it, undefined where one does not."""
    out = {True}
    for exact, margin, scale, least in edges:
        out = {a and s >= least for a in out for s in signs(exact, margin, scale)}
    return [value() if a else None for a in sorted(out)]


def apply(op, n, first, second=None):
    p, x = first
    if second is not None:
        q, y = second
        both = p is not None and q is not None
        if op == "+":
            return [(p + q if both else None, x + y)]
        if op == "-":
            return [(p - q if both else None, x - y)]
        if op == "*":
            return [(p * q if both else Fraction(0) if p == 0 or q == 0 else None, x * y)]
        if op == "/":
            return [None if s == 0 else (p / q if both else Fraction(0) if p == 0 else None, x / y if y else mpmath.mpf(0))
                    for s in signs(q, y, 0)]
        return [first if (x <= y) == (op == "min") else second]
    if op == "^":
        if n == 0:
            return [(Fraction(1), mpmath.mpf(1))]
        exact = p ** n if p is not None and (n > 0 or p != 0) and abs(p.numerator) + p.denominator < 10 ** 40 else None
        return [None if n < 0 and s == 0 else (exact, x ** n if x else mpmath.mpf(0)) for s in signs(p, x, 0)]
    if op in ("exp", "sinh", "cosh", "softplus", "logcosh", "logsigmoid", "sigmoid") and abs(x) > 1e15:
        raise TooLarge
    if op == "erfc" and abs(x) > 1e6:
        raise TooLarge
    less = lambda a: None if p is None else p - a
    if op in ("log", "log1p"):
        shift = 1 if op == "log1p" else 0
        return inside([(less(-shift), x + shift, x, 1)],
                      lambda: (Fraction(0) if p is not None and p + shift == 1 else None, mpmath.log(abs(x + shift) or TOUCH)))
    if op == "sqrt":
        return inside([(p, x, 0, 0)], lambda: (p if p in (0, 1) else None, mpmath.sqrt(abs(x))))
    if op in ("asin", "atanh"):
        least = 0 if op == "asin" else 1
        edges = [(None if p is None else 1 - side * p, 1 - side * x, 1, least) for side in (1, -1)]
        clipped = max(-1, min(1, x))
        value = mpmath.asin(clipped) if op == "asin" else mpmath.atanh(clipped) if abs(x) < 1 else mpmath.mpf(0)
        return inside(edges, lambda: (Fraction(0) if p == 0 else None, value))
    if op == "acosh":
        return inside([(less(1), x - 1, 1, 0)], lambda: (Fraction(0) if p == 1 else None, mpmath.acosh(max(1, x))))
    if op == "floor":
        if p is not None:
            return [(Fraction(p.numerator // p.denominator), mpmath.mpf(p.numerator // p.denominator))]
        if abs(x) > mpmath.mpf(10) ** 400:
            raise TooLarge
        near = int(mpmath.nint(x))
        if abs(x - near) < TOUCH:
            return [(Fraction(k), mpmath.mpf(k)) for k in (near - 1, near)]
        return [(Fraction(int(mpmath.floor(x))), mpmath.floor(x))]
    if op == "abs":
        return [(None if p is None else abs(p), abs(x))]
    if op == "sign":
        return [(Fraction(s), mpmath.mpf(s)) for s in signs(p, x, 0)]
    functions = dict(
        exp=mpmath.exp, tanh=mpmath.tanh, sinh=mpmath.sinh, cosh=mpmath.cosh, erfc=mpmath.erfc, sin=mpmath.sin,
        cos=mpmath.cos, softplus=lambda a: mpmath.log1p(mpmath.exp(a)),
        logsigmoid=lambda a: -mpmath.log1p(mpmath.exp(-a)), sigmoid=lambda a: 1 / (1 + mpmath.exp(-a)),
        logcosh=lambda a: mpmath.log1p(2 * mpmath.sinh(a / 2) ** 2))
    exact = {("exp", 0): 1, ("tanh", 0): 0, ("sinh", 0): 0, ("cosh", 0): 1, ("erfc", 0): 1, ("sin", 0): 0, ("cos", 0): 1,
             ("logcosh", 0): 0}.get((op, p))
    return [(None if exact is None else Fraction(exact), functions[op](x))]


def judge(answer, truth):
    """'right', 'refused' or 'wrong'."""
    kind, value, exact = truth
    undefined = answer["kind"] == "error" and "undefined" in answer.get("message", "")
    undecided = answer["kind"] == "value" and answer["value"] is None and \
        answer.get("value_status", "").startswith("not decided")
    if kind == "undefined":
        return "right" if undefined else "refused" if undecided else "wrong"
    if kind == "touching":
        return "right" if undecided or (answer["kind"] == "value" and answer["value"] is not None) else "wrong"
    if answer.get("value_status", "").startswith("overflow"):
        return "right" if abs(value) > mpmath.mpf(10) ** 308 else "wrong"
    if undecided:
        return "refused"
    if answer["kind"] != "value" or answer["value"] is None:
        return "wrong"
    shown = answer["value"]
    if isinstance(shown, str):
        s = shown.rstrip("~")
        digits = len(s.split("e")[0].replace("-", "").replace(".", "").lstrip("0"))
        return "right" if abs(mpmath.mpf(s) - value) <= abs(value) * mpmath.mpf(10) ** (1 - max(digits, 6)) else "wrong"
    if shown == 0:
        return "right" if abs(value) < mpmath.mpf(10) ** -300 else "wrong"
    return "right" if abs(mpmath.mpf(shown) - value) <= abs(value) * mpmath.mpf(2) ** -49 else "wrong"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    rng = random.Random(options.seed)
    rows = []
    while len(rows) < options.rows:
        t = tree(rng, rng.randint(2, 5))
        if len(text(t)) < 4 or len(text(t)) > 400:
            continue
        try:
            outcomes = evaluate(t)
            if all(o is None for o in outcomes):
                truth = ("undefined", None, None)
            elif len(outcomes) == 1:
                truth = ("value", outcomes[0][1], outcomes[0][0])
            else:
                truth = ("touching", None, None)
        except (TooLarge, OverflowError, MemoryError, ValueError, ZeroDivisionError):
            continue
        # Most trees are undefined somewhere: keep a third of those.
        if truth[0] == "undefined" and rng.random() < 0.67:
            continue
        rows.append((t, truth))
    source = "\n".join(text(t) for t, _ in rows) + "\n"
    program = os.environ.get("OVERSHOOT", ".build/release/overshoot")
    out = subprocess.run([program, "--json", "--keep-going"], input=source, capture_output=True, text=True)
    answers = [json.loads(line) for line in out.stdout.splitlines()]
    assert len(answers) == len(rows), (len(answers), len(rows), out.stderr[:500])
    tally = {}
    for (t, truth), answer in zip(rows, answers):
        verdict = judge(answer, truth)
        tally[truth[0], verdict] = tally.get((truth[0], verdict), 0) + 1
        if verdict == "wrong":
            shown = mpmath.nstr(truth[1], 20) if truth[1] is not None else ""
            print("WRONG", text(t), "truth:", truth[0], shown, "answer:",
                  {k: answer.get(k) for k in ("kind", "value", "value_status", "message")})
    for (kind, verdict), n in sorted(tally.items()):
        print(f"{kind:10} {verdict:8} {n}")
    raise SystemExit(1 if any(v == "wrong" for _, v in tally) else 0)


main()
