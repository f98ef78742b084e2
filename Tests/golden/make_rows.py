#!/usr/bin/env python3
"""Make certified rows of one gradient-descent step.

    python3 make_rows.py [--count N] [--out PATH] [--seed S] [--jobs J] [--no-flint]

A row is: formula, variables, point, eta, C, dC, predicted, error, separated by tabs, where
g is the gradient at the point, dC = C(point - eta*g) - C(point), predicted = -eta*|g|^2 and error = dC - predicted.
Decimals are exact ("1.2" is 6/5). The four results carry 25 significant digits, correctly rounded, ties away from zero.

The values come from the formula as typed: in Fractions where it is rational (so zeros are exact), otherwise
in mpmath at 120 and at 200 digits, which must agree to 40 (else 400 and 700, else 1200 and 2000, else the row is dropped,
as are rows whose error is zero but not provably so: hypot(x,y), sqrt(x^2), log(exp(x))).
Gradients come from sympy.diff; every formula is verified against mpmath.diff of the typed formula, and,
where python-flint is installed, every 50th row is enclosed by Arb balls and must lie in them.
"""
import argparse
import decimal
import math
import multiprocessing
import os
import random
import re
import sys
from fractions import Fraction

import mpmath
import sympy
from mpmath import mp, mpf

try:
    import flint
except ImportError:
    flint = None

DEFAULT_OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "OvershootTests", "Cases", "rows.tsv")
R = (-3, 3)
P = (0.05, 4)
U = (-0.95, 0.95)

# (formula, {variable: range}); variables in the order of the tuple.
FORMULAS = [
    # polynomials and rationals
    ("x^2", dict(x=R)), ("3*x-7", dict(x=R)), ("2*x-3*y+0.5", dict(x=R, y=R)), ("x-2*y+3*z", dict(x=R, y=R, z=R)),
    ("x^3-3*x", dict(x=R)), ("x^4/4-x^2/2", dict(x=R)), ("x^2/2-x^3/3", dict(x=R)), ("(x^2-1)^2+0.3*x", dict(x=R)),
    ("(1-x)^2+100*(y-x^2)^2", dict(x=(-2, 2), y=(-2, 2))), ("(1.5-x+x*y)^2+(2.25-x+x*y^2)^2+(2.625-x+x*y^3)^2", dict(x=R, y=(-2, 2))),
    ("(x+2*y-7)^2+(2*x+y-5)^2", dict(x=R, y=R)), ("(x^2+y-11)^2+(x+y^2-7)^2", dict(x=R, y=R)),
    ("0.26*(x^2+y^2)-0.48*x*y", dict(x=R, y=R)), ("x^2+10*y^2+100*z^2", dict(x=R, y=R, z=R)),
    ("(x-y)^2+(y-z)^2+(z-1)^4", dict(x=R, y=R, z=R)), ("1/(1+x^2)", dict(x=R)), ("x/(1+x^2+y^2)", dict(x=R, y=R)),
    ("(x^2-y)/(x^2+1)", dict(x=R, y=R)), ("1/x+x", dict(x=P)), ("x^-2+x^2", dict(x=P)), ("-x^2+x^4", dict(x=R)),
    ("x*y*z", dict(x=R, y=R, z=R)), ("(x+y)^5/7", dict(x=(-2, 2), y=(-2, 2))), ("x^6", dict(x=(-2, 2))),
    # kinks
    ("abs(x-0.3)", dict(x=R)), ("abs(x)+abs(y)", dict(x=R, y=R)), ("abs(x-1)+x^2/2", dict(x=R)),
    ("max(x,-2*x)", dict(x=R)), ("max(x^2,y)", dict(x=R, y=R)), ("min(x^2,(x-2)^2+0.5)", dict(x=R)),
    ("min(x,y)+max(x,y)^2", dict(x=R, y=R)), ("max(0,1-x*y)^2", dict(x=R, y=R)), ("max(0,1-x)+0.1*x^2", dict(x=R)),
    ("abs(x)*exp(-abs(y))", dict(x=R, y=R)), ("max(sin(x),cos(x))", dict(x=R)),
    # exponentials and logarithms
    ("exp(x)", dict(x=R)), ("exp(-x)", dict(x=R)), ("exp(x)-2*x", dict(x=R)), ("exp(-x^2)", dict(x=R)), ("exp(x*y)", dict(x=(-2, 2), y=(-2, 2))),
    ("log(x)", dict(x=P)), ("x-log(x)", dict(x=P)), ("x*log(x)", dict(x=P)), ("log(x)^2", dict(x=P)), ("log(1+x^2)", dict(x=R)),
    ("log2(x)^2", dict(x=P)), ("log2(1+x^2+y^2)", dict(x=R, y=R)), ("log10(x)", dict(x=P)), ("log10(x^2+1)^2", dict(x=R)),
    ("expm1(x)^2", dict(x=R)), ("expm1(x)-x", dict(x=R)), ("log1p(x)^2", dict(x=(-0.9, 4))), ("log1p(x^2*y^2)", dict(x=R, y=R)),
    ("log(exp(x)+exp(y))", dict(x=R, y=R)), ("log(exp(x)+exp(y)+exp(z))", dict(x=R, y=R, z=R)), ("log(exp(x)+exp(-x))", dict(x=R)),
    ("exp(x)/(exp(x)+exp(y))", dict(x=R, y=R)),
    # logistic
    ("sigmoid(x)", dict(x=R)), ("sigmoid(x*y)^2", dict(x=R, y=R)), ("softplus(-x)", dict(x=R)), ("softplus(x)-0.3*x", dict(x=R)),
    ("logcosh(x)", dict(x=R)), ("logcosh(x-y)+0.1*x^2", dict(x=R, y=R)), ("log(1+exp(-x))", dict(x=R)),
    ("log(1+exp(-x-0.5*y))+log(1+exp(x-2*y))", dict(x=R, y=R)), ("softplus(-x*1.5-y)+softplus(0.7*x+y)+softplus(2*x-y)+0.01*x^2", dict(x=R, y=R)),
    ("-log(sigmoid(2*x-y+z))", dict(x=R, y=R, z=R)), ("(sigmoid(x)-0.9)^2+(sigmoid(x+y)-0.1)^2", dict(x=R, y=R)),
    # roots and powers
    ("sqrt(x)", dict(x=P)), ("sqrt(1+x^2)-1", dict(x=R)), ("sqrt(x^2+y^2+1)", dict(x=R, y=R)), ("cbrt(x)", dict(x=R)), ("cbrt(x^2+1)*y", dict(x=R, y=R)),
    ("x^1.5", dict(x=P)), ("x^(2/3)+x", dict(x=P)), ("x^x", dict(x=P)), ("x^y", dict(x=P, y=(-2, 2))), ("2^x+2^-x", dict(x=R)), ("x^0.5*y^0.25", dict(x=P, y=P)),
    ("(1+x^2)^-1.5", dict(x=R)), ("hypot(x,y)+0.5*x", dict(x=R, y=R)), ("hypot(x,1)+hypot(y,2)", dict(x=R, y=R)), ("(hypot(x,y)-1)^2", dict(x=R, y=R)),
    # trigonometric
    ("sin(x)", dict(x=R)), ("cos(x)", dict(x=R)), ("tan(x)", dict(x=(-1.4, 1.4))), ("tan(x)^2+x^2", dict(x=(-1.2, 1.2))), ("sin(x)*cos(y)", dict(x=R, y=R)),
    ("x^2+sin(5*x)", dict(x=R)), ("10+x^2-10*cos(2*pi*x)", dict(x=R)), ("asin(x)^2", dict(x=U)), ("acos(x)", dict(x=U)), ("acos(x)*asin(y)", dict(x=U, y=U)),
    ("atan(x)", dict(x=R)), ("atan(x*y)^2", dict(x=R, y=R)), ("x*atan(x)-log(1+x^2)/2", dict(x=R)), ("atan2(y,x)", dict(y=R, x=R)), ("atan2(y,x)^2+x^2", dict(x=R, y=R)),
    ("sin(x+y)+(x-y)^2-1.5*x+2.5*y+1", dict(x=R, y=R)), ("sin(x)/x", dict(x=R)), ("cos(x)*exp(-y)+z^2", dict(x=R, y=R, z=R)),
    # hyperbolic
    ("sinh(x)^2", dict(x=R)), ("cosh(x)", dict(x=R)), ("tanh(x)", dict(x=R)), ("tanh(x)^2+0.1*y^2", dict(x=R, y=R)), ("(tanh(x*y)-0.5)^2", dict(x=R, y=R)), ("asinh(x)^2", dict(x=R)),
    ("acosh(x)", dict(x=(1.05, 5))), ("acosh(1.5+x^2)", dict(x=R)), ("atanh(x)^2", dict(x=U)), ("atanh(x)*y", dict(x=U, y=R)), ("sinh(x)-cosh(y)", dict(x=R, y=R)), ("asinh(x+y*z)", dict(x=R, y=R, z=R)),
    # error function and mixtures
    ("erf(x)", dict(x=R)), ("erf(x)^2", dict(x=R)), ("erfc(x)", dict(x=R)), ("erfc(x)*y^2", dict(x=R, y=R)), ("-log(erfc(x)/2)", dict(x=R)), ("x*erf(x)+exp(-x^2)/sqrt(pi)", dict(x=R)),
    ("-20*exp(-0.2*sqrt((x^2+y^2)/2))+20", dict(x=R, y=R)), ("-cos(x)*cos(y)*exp(-(x-pi)^2-(y-pi)^2)", dict(x=R, y=R)), ("exp(sin(x))+log(1+y^2)", dict(x=R, y=R)),
    ("(y-exp(-x))^2+(0.5-exp(-2*x))^2", dict(x=R, y=R)), ("x^2*exp(-x)", dict(x=R)), ("sqrt(x)*log(y)+z^3", dict(x=P, y=P, z=R)), ("(x*exp(y)-1)^2+(y*z)^2", dict(x=R, y=(-2, 2), z=R)),
]

NUMBER = re.compile(r"(?<![A-Za-z_0-9.])(\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![A-Za-z_0-9.])")

def to_python(text):
    """Formula text (ours or sympy's) as Python whose literals are K('...'). The precedence of ^ and ** is the same."""
    return NUMBER.sub(r"K('\1')", text.replace("^", "**"))


class Skip(Exception):
    pass

def names_fraction():
    def kink(a):
        if abs(a) < Fraction(1, 100):
            raise Skip("kink")
        return a
    return dict(K=Fraction, abs=lambda a: abs(kink(a)), Abs=lambda a: abs(kink(a)), sign=lambda a: (a > 0) - (a < 0),
                max=lambda a, b: a if kink(a - b) > 0 else b, min=lambda a, b: b if kink(a - b) > 0 else a)

def names_mp():
    def kink(a):
        if isinstance(a, mpmath.mpc):
            raise Skip("complex")
        if abs(a) < 0.01:
            raise Skip("kink")
        return a

    def within(f, low, high, strict_low=True):
        def g(a):
            if isinstance(a, mpmath.mpc) or not (low < a < high):
                raise Skip("domain")
            return f(a)
        return g

    def const(text):
        q = Fraction(text)
        return mpf(q.numerator) / q.denominator

    def cbrt(a):
        kink(a)
        return mpmath.cbrt(a) if a > 0 else -mpmath.cbrt(-a)

    def hypot(a, b):
        r = mpmath.sqrt(a * a + b * b)
        return kink(r)

    def atan2(a, b):
        if b < 0 and abs(a) < 0.01:
            raise Skip("cut")
        if abs(a) < 0.01 and abs(b) < 0.01:
            raise Skip("origin")
        return mpmath.atan2(a, b)

    def tan(a):
        c = mpmath.cos(a)
        if abs(c) < 1e-3:
            raise Skip("pole")
        return mpmath.sin(a) / c

    inf = mpf("inf")
    big = 690
    exp = within(mpmath.exp, -5000, big)
    softplus = within(lambda a: mpmath.log1p(mpmath.exp(a)), -5000, big)
    return dict(
        K=const, pi=mp.pi, E=mp.e, abs=lambda a: abs(kink(a)), Abs=lambda a: abs(kink(a)), sign=lambda a: mpmath.sign(kink(a)),
        max=lambda a, b: a if kink(a - b) > 0 else b, min=lambda a, b: b if kink(a - b) > 0 else a,
        exp=exp, log=within(mpmath.log, 0, inf), log2=within(lambda a: mpmath.log(a) / mpmath.log(2), 0, inf),
        log10=within(lambda a: mpmath.log(a) / mpmath.log(10), 0, inf), expm1=within(mpmath.expm1, -5000, big), log1p=within(mpmath.log1p, -1, inf),
        sqrt=within(mpmath.sqrt, 0, inf), cbrt=cbrt, Cbrt=cbrt, sin=mpmath.sin, cos=mpmath.cos, tan=tan, asin=within(mpmath.asin, -1, 1), acos=within(mpmath.acos, -1, 1),
        atan=mpmath.atan, sinh=within(mpmath.sinh, -big, big), cosh=within(mpmath.cosh, -big, big), tanh=within(mpmath.tanh, -5000, 5000), asinh=mpmath.asinh,
        acosh=within(mpmath.acosh, 1, inf), atanh=within(mpmath.atanh, -1, 1), erf=within(mpmath.erf, -60, 60), erfc=within(mpmath.erfc, -60, 60), atan2=atan2, hypot=hypot,
        sigmoid=within(lambda a: 1 / (1 + mpmath.exp(-a)), -big, 5000), softplus=softplus, logcosh=within(lambda a: mpmath.log(mpmath.cosh(a)), -big, big))


class Cbrt(sympy.Function):
    """The real cube root; its derivative is verified by mpmath.diff like all others."""
    def fdiff(self, argindex=1):
        return 1 / (3 * Cbrt(self.args[0])**2)

def sympy_names():
    log, half = sympy.log, sympy.Rational(1, 2)
    names = {n: getattr(sympy, n) for n in "exp log sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf erfc atan2 pi".split()}
    names.update(K=lambda s: sympy.Rational(s), abs=sympy.Abs, max=lambda a, b: half * (a + b + sympy.Abs(a - b)), min=lambda a, b: half * (a + b - sympy.Abs(a - b)),
                 log2=lambda a: log(a) / log(2), log10=lambda a: log(a) / log(10), expm1=lambda a: sympy.exp(a) - 1, log1p=lambda a: log(1 + a), cbrt=Cbrt,
                 hypot=lambda a, b: sympy.sqrt(a**2 + b**2), sigmoid=lambda a: 1 / (1 + sympy.exp(-a)), softplus=lambda a: log(1 + sympy.exp(a)), logcosh=lambda a: log(sympy.cosh(a)))
    return names

def make_digits(context):
    def digits(q):
        """25 significant digits of a Fraction, ties away from zero."""
        if q == 0:
            return "0"
        d = context.divide(decimal.Decimal(q.numerator), decimal.Decimal(q.denominator)).normalize(context)
        sign, figures, exponent = d.as_tuple()
        point = len(figures) + exponent  # position of the decimal point
        s = "".join(map(str, figures))
        if 0 < point <= 25:
            s = s + "0" * (point - len(s)) if point >= len(s) else s[:point] + "." + s[point:]
        elif -4 < point <= 0:
            s = "0." + "0" * -point + s
        else:
            s = s[0] + ("." + s[1:] if len(s) > 1 else "") + "e%d" % (point - 1)
        return ("-" if sign else "") + s
    return digits


DIGITS = make_digits(decimal.Context(prec=25, rounding=decimal.ROUND_HALF_UP, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN))

def fraction_of(v):
    sign, man, exp, _ = v._mpf_
    q = Fraction(int(man) << exp) if exp >= 0 else Fraction(int(man), 1 << -exp)
    return -q if sign else q


class Formula:
    def __init__(self, text, ranges):
        self.text, self.ranges, self.variables = text, ranges, list(ranges)
        source = to_python(text)
        symbols = {v: sympy.Symbol(v, real=True) for v in self.variables}
        expression = eval(source, sympy_names() | symbols)
        derivatives = [sympy.diff(expression, symbols[v]) for v in self.variables]
        for d in derivatives:
            if d.atoms(sympy.Derivative) or d.has(sympy.DiracDelta, sympy.Heaviside):
                raise SystemExit("no plain derivative: %s" % text)
        arguments = "lambda " + ",".join(self.variables) + ": "
        self.rational = not re.search(r"[a-z]\w+\(|pi", re.sub(r"\b(abs|min|max)\(", "(", text)) and not re.search(r"\^(\d*\.|-\d*\.|\(|[a-z]|-[a-z])", text) and "2^x" not in text
        self.value_code = compile(arguments + source, text, "eval")
        self.slope_code = compile(arguments + "[" + ",".join(to_python(str(d)) for d in derivatives) + "]", text + "'", "eval")
        self.mp_value, self.mp_slope = self.bind(names_mp())
        if self.rational:
            self.q_value, self.q_slope = self.bind(names_fraction())

    def bind(self, names):
        return eval(self.value_code, dict(names)), eval(self.slope_code, dict(names))

    def exact(self, point, eta):
        g = self.q_slope(*point)
        c = self.q_value(*point)
        after = self.q_value(*[p - eta * s for p, s in zip(point, g)])
        squared = sum(Fraction(s)**2 for s in g)
        return [Fraction(c), after - c, -eta * squared, after - c + eta * squared]

    def at(self, point, eta, digits):
        mp.dps = digits
        x = [mpf(p.numerator) / p.denominator for p in point]
        rate = mpf(eta.numerator) / eta.denominator
        c = self.mp_value(*x)
        g = self.mp_slope(*x)
        if any(isinstance(v, mpmath.mpc) for v in [c, *g]):
            raise Skip("complex")
        if max(abs(v) for v in [c, *g]) > 1e300:
            raise Skip("overflow")
        after = self.mp_value(*[p - rate * s for p, s in zip(x, g)])
        if isinstance(after, mpmath.mpc) or abs(after) > 1e300:
            raise Skip("complex or overflow")
        predicted = -rate * mpmath.fsum(s * s for s in g)
        return [mpf(c), after - c, predicted, after - c - predicted], all(s == 0 for s in g)

    def certified(self, point, eta):
        for low, high in ((120, 200), (400, 700), (1200, 2000)):
            (a, flat), (b, flat2) = self.at(point, eta, low), self.at(point, eta, high)
            if flat != flat2:
                continue
            # A zero is believed only where the gradient is zero (all three follow) or, for C, up to the highest precision.
            if any(v == 0 for v in b[1:]) and not flat or flat and low < 1200 or b[0] == 0 and low < 1200:
                continue
            if all(abs(p - q) <= abs(q) * mpf(10)**-40 for p, q in zip(a, b)):
                texts = [DIGITS(fraction_of(v)) for v in b]
                if texts == [DIGITS(fraction_of(v)) for v in a]:
                    return [fraction_of(v) for v in b]
        raise Skip("not certified")

    def row(self, point_texts, eta_text):
        point, eta = [Fraction(p) for p in point_texts], Fraction(eta_text)
        values = self.exact(point, eta) if self.rational else self.certified(point, eta)
        for v in values:
            if v != 0 and not Fraction(10)**-300 < abs(v) < Fraction(10)**300:
                raise Skip("range")
        return values

    def verify(self, rng):
        """sympy's gradient against mpmath's numerical differentiation of the typed formula."""
        done = 0
        for _ in range(60):
            mp.dps = 60
            point = [mpf(Fraction(p).numerator) / Fraction(p).denominator for p in self.random_point(rng)]
            try:
                self.mp_value(*point)
                g = self.mp_slope(*point)
                for i, s in enumerate(g):
                    order = tuple(int(j == i) for j in range(len(point)))
                    numeric = mpmath.diff(self.mp_value, tuple(point), order) if len(point) > 1 else mpmath.diff(self.mp_value, point[0])
                    if abs(numeric - s) > mpf(10)**-30 * (1 + abs(s)):
                        raise SystemExit("derivative differs: %s at %s: %s, %s" % (self.text, point, s, numeric))
            except (Skip, ZeroDivisionError):
                continue
            done += 1
            if done == 5:
                return
        raise SystemExit("no valid points for " + self.text)

    def random_point(self, rng):
        texts = []
        for low, high in self.ranges.values():
            d = rng.choice((0, 1, 1, 2, 2, 3))
            texts.append("%.*f" % (d, rng.uniform(low, high)))
        return [re.sub(r"^-(0(\.0+)?)$", r"\1", re.sub(r"(\.\d*?)0+$", r"\1", t).rstrip(".")) if "." in t else t.replace("-0", "0") if t == "-0" else t for t in texts]


def random_eta(rng):
    exponent = rng.uniform(-18, math.log10(3))
    mantissa, power = ("%.*e" % (rng.choice((0, 1, 1, 2)), 10**exponent)).split("e")
    power = int(power)
    if power >= -3:
        return str(decimal.Decimal(mantissa).scaleb(power))
    return "%se%d" % (mantissa, power)


def flint_names():
    A = flint.arb

    def const(text):
        q = Fraction(text)
        return A(flint.fmpq(q.numerator, q.denominator))

    def sign(a):
        return A(1) if a > 0 else A(-1)

    def cbrt(a):
        return a.root(3) if a > 0 else -((-a).root(3))

    return dict(K=const, abs=abs, Abs=abs, sign=sign, max=lambda a, b: a if a - b > 0 else b, min=lambda a, b: b if a - b > 0 else a,
                exp=A.exp, log=A.log, log2=lambda a: a.log() / A(2).log(), log10=lambda a: a.log() / A(10).log(), expm1=A.expm1, log1p=A.log1p,
                sqrt=A.sqrt, cbrt=cbrt, Cbrt=cbrt, sin=A.sin, cos=A.cos, tan=A.tan, asin=A.asin, acos=A.acos, atan=A.atan, sinh=A.sinh, cosh=A.cosh, tanh=A.tanh,
                asinh=A.asinh, acosh=A.acosh, atanh=A.atanh, erf=A.erf, erfc=A.erfc, atan2=lambda a, b: A.atan2(a, b), hypot=lambda a, b: (a * a + b * b).sqrt(),
                sigmoid=lambda a: 1 / (1 + (-a).exp()), softplus=lambda a: a.exp().log1p(), logcosh=lambda a: a.cosh().log())


def flint_check(formula, point_texts, eta_text, texts):
    flint.ctx.prec = 3000
    names = flint_names() | dict(pi=flint.arb.pi(), E=flint.arb.const_e())
    value, slope = formula.bind(names)
    x = [names["K"](p) for p in point_texts]
    eta = names["K"](eta_text)
    g = slope(*x)
    c = value(*x)
    dc = value(*[p - eta * s for p, s in zip(x, g)]) - c
    predicted = -eta * sum((s * s for s in g), flint.arb(0))
    for ball, text in zip((c, dc, predicted, dc - predicted), texts):
        if not ball.is_finite():  # a power whose base encloses 0, say: nothing learned
            continue
        q = names["K"](text)
        tolerance = abs(q) * flint.arb("6e-25") + flint.arb("1e-600")
        if not abs(ball - q) < tolerance:
            raise SystemExit("Arb disagrees: %s at %s, eta %s: %s, %s" % (formula.text, point_texts, eta_text, text, ball))


FORMULA_OBJECTS = None


def work(job):
    seed, block, count, with_flint = job
    rng = random.Random("%s/%s" % (seed, block))
    lines, skipped = [], 0
    i = 0
    while len(lines) < count:
        formula = FORMULA_OBJECTS[(block * count + i) % len(FORMULA_OBJECTS)]
        i += 1
        point, eta = formula.random_point(rng), random_eta(rng)
        try:
            values = formula.row(point, eta)
        except (Skip, ZeroDivisionError, OverflowError, mpmath.libmp.NoConvergence):
            skipped += 1
            continue
        texts = [DIGITS(v) for v in values]
        if with_flint and len(lines) % 50 == 0:
            flint_check(formula, point, eta, texts)
        lines.append("\t".join([formula.text, ",".join(formula.variables), ",".join(point), eta, *texts]))
    return lines, skipped


def main():
    global FORMULA_OBJECTS
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--out", default=DEFAULT_OUT)
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-flint", action="store_true")
    options = parser.parse_args()
    with_flint = flint is not None and not options.no_flint
    FORMULA_OBJECTS = [Formula(text, ranges) for text, ranges in FORMULAS]
    rng = random.Random(options.seed)
    for formula in FORMULA_OBJECTS:
        formula.verify(rng)
    print("%d formulas (%d rational), gradients verified" % (len(FORMULA_OBJECTS), sum(f.rational for f in FORMULA_OBJECTS)), file=sys.stderr)
    size = 250
    blocks = [(options.seed, b, min(size, options.count - b * size), with_flint) for b in range((options.count + size - 1) // size)]
    written = skipped = 0
    with open(options.out, "w", encoding="ascii", newline="\n") as out:
        out.write("# One step of gradient descent per row, made by Tests/golden/make_rows.py --count %d --seed %d\n" % (options.count, options.seed))
        out.write("# mpmath %s, sympy %s, %s; decimals are exact, results have 25 significant digits, correctly rounded; 0 is exactly 0\n" % (
            mpmath.__version__, sympy.__version__, "every 50th row enclosed by python-flint %s" % flint.__version__ if with_flint else "no python-flint"))
        out.write("# formula\tvariables\tpoint\teta\tC\tdC\tpredicted\terror\n")
        # fork, so that the formulas are shared; imap keeps the order, so the file depends on the seed only
        with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
            for lines, n in pool.imap(work, blocks):
                skipped += n
                written += len(lines)
                out.write("\n".join(lines) + "\n")
    print("%d rows written, %d candidates dropped" % (written, skipped), file=sys.stderr)


if __name__ == "__main__":
    main()
