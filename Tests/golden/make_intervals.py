#!/usr/bin/env python3
"""Make the exact ranges of functions over intervals, for the tests of the enclosures.

    python3 make_intervals.py > ../OvershootTests/Cases/intervals.tsv

A row is: operation, the ends of each argument, and the least interval of doubles that contains the range, all in
hexadecimal doubles, separated by tabs; in place of the range `undefined` where no point of the arguments is in the
domain and `uncertain` where some are not.

The range is read off its definition, not from interval arithmetic: the smallest and the largest of the values at the
ends and at every extreme inside, in Fractions where they are rational, else in mpmath at 4000 bits. A value nearer
than 2^-3900 to a double counts as that double: these are log(1), cos(0) and the like.
"""
import math
from fractions import Fraction

import mpmath
from mpmath import mp, mpf

mp.prec = 4000
INF = math.inf


def exact(v):
    if isinstance(v, (int, Fraction)):
        return Fraction(v)
    sign, mantissa, exponent, _ = mpf(v)._mpf_
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** exponent


def rounded(v, up):
    """The double next to v from above or from below."""
    v = exact(v)
    d = v.numerator / v.denominator
    if abs(Fraction(d) - v) * 2**3900 <= abs(v):
        return d
    if up:
        return d if Fraction(d) > v else math.nextafter(d, INF)
    return d if Fraction(d) < v else math.nextafter(d, -INF)


def extremes(offset):
    """The points offset + kπ inside [a, b]."""
    def inside(a, b):
        first = mpmath.ceil((mpf(a) - offset) / mp.pi)
        last = mpmath.floor((mpf(b) - offset) / mp.pi)
        return [offset + (first + k) * mp.pi for k in range(min(3, int(last - first) + 1))]
    return inside


def zero(a, b):
    return [0.0] if a <= 0 <= b else []


def nothing(a, b):
    return []


def real(f):
    return lambda x: f(mpf(x))


UNARY = {
    "neg": (lambda x: -Fraction(x), nothing, [(-2, 3), (0, 0), (5e-324, 1.5), (-1e308, -0.1)]),
    "sqr": (lambda x: Fraction(x) ** 2, zero,
            [(-2, 3), (-3, 2), (0.1, 0.2), (-0.2, -0.1), (-0.1, 0), (0, 0), (-1e-200, 1e-200), (1e150, 1.3e154)]),
    "abs": (lambda x: abs(Fraction(x)), zero, [(-2, 3), (-3, -0.1), (0.1, 4), (-0.1, 0), (-5e-324, 5e-324)]),
    "sign": (lambda x: Fraction((x > 0) - (x < 0)), zero, [(-2, -1e-300), (-1, 1), (0, 0), (0, 3), (0.1, 7)]),
    "floor": (lambda x: Fraction(math.floor(x)), nothing,
              [(0.1, 0.9), (-0.1, 0.9), (2, 3), (-2.5, -2), (1e300, 1e301), (-5e-324, 5e-324)]),
    "exp": (real(mpmath.exp), nothing,
            [(0, 1), (-1, 0), (0, 0), (-745, 709), (-700.5, -700), (1e-300, 2e-300), (0.1, 0.1)]),
    "exp2": (real(lambda x: mpmath.power(2, x)), nothing, [(-3, 5), (0.5, 0.75), (-1074, 1023), (0.1, 0.1)]),
    "expm1": (real(mpmath.expm1), nothing, [(-1, 1), (1e-20, 1e-19), (-800, -700), (-5e-324, 0.5)]),
    "log": (real(mpmath.log), nothing,
            [(1, 2), (0.5, 1), (5e-324, 1.7e308), (1.0000000000000002, 1.0000000000000004), (0.1, 0.1)]),
    "log2": (real(lambda x: mpmath.log(x) / mpmath.log(2)), nothing, [(0.125, 3), (3, 1024), (5e-324, 0.1)]),
    "log10": (real(lambda x: mpmath.log(x) / mpmath.log(10)), nothing, [(0.001, 100), (7, 8), (1e-300, 1e300)]),
    "log1p": (real(mpmath.log1p), nothing, [(-0.5, 1), (-1e-300, 1e-300), (-0.9999999999999999, 1e300)]),
    "sqrt": (real(mpmath.sqrt), nothing, [(0, 4), (2, 3), (5e-324, 1.7e308), (0.1, 0.1), (0, 0)]),
    "cbrt": (real(lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x))), nothing, [(-8, 27), (-0.1, 0), (2, 3),
             (5e-324, 1e308)]),
    "sin": (real(mpmath.sin), extremes(mp.pi / 2),
            [(0, 1), (1, 2), (0.5, 3), (2, 4), (-2, -1), (-1, 4), (1.5, 4.75), (4, 6), (2, 7.5), (1.6, 7.8), (0, 6),
             (-10, 10),
             (1.5707963267948966, 1.5707963267948966), (1.570796326794897, 4.71238898038469), (100, 101),
             (1e22, 1e22),
             (1e300, 1e300), (-1e-300, 1e-300), (0, 1e100), (3.1415926535897927, 3.1415926535897936)]),
    "cos": (real(mpmath.cos), extremes(mpf(0)),
            [(0, 1), (-1, 1), (-1, 0), (-0.5, 2), (0, 3), (3, 4), (0, 3.2), (1, 6), (1, 6.5), (-3.1, 3.1), (0, 0),
             (2, 2.5),
             (-1e-300, 1e-300), (1e22, 1e22), (1e15, 1000000000000001), (0, 6.3), (-3, 0), (0.5, 6.5)]),
    "tan": (real(mpmath.tan), nothing,
            [(-1, 1), (-1.5, 1.5), (1.6, 4.7), (-1.5707963267948966, 1.5707963267948966), (1e22, 1e22), (2, 3),
             (0, 0)]),
    "asin": (real(mpmath.asin), nothing, [(-1, 1), (0, 0.5), (-0.1, 0.1), (0.9999999999999999, 1)]),
    "acos": (real(mpmath.acos), nothing, [(-1, 1), (0, 0.5), (-0.1, 0.1), (0.9999999999999999, 1)]),
    "atan": (real(mpmath.atan), nothing, [(-1, 2), (-1e308, 1e308), (1e-300, 1)]),
    "sinh": (real(mpmath.sinh), nothing, [(-1, 2), (-710, 710), (1e-300, 1e-10)]),
    "cosh": (real(mpmath.cosh), zero, [(-1, 2), (-2, 1), (1, 2), (-2, -1), (-1e-9, 1e-9), (0, 0), (-710, 710)]),
    "tanh": (real(mpmath.tanh), nothing, [(-1, 2), (-300, 300), (1e-300, 1e-10)]),
    "asinh": (real(mpmath.asinh), nothing, [(-1, 2), (-1e300, 1e300), (1e-300, 1e-10)]),
    "acosh": (real(mpmath.acosh), nothing, [(1, 2), (1.0000000000000002, 1e300), (1, 1)]),
    "atanh": (real(mpmath.atanh), nothing, [(-0.5, 0.25), (-0.9999999999999999, 0.9999999999999999), (1e-300, 0.5)]),
    "erf": (real(mpmath.erf), nothing, [(-1, 2), (1e-300, 0.1), (-5, 6)]),
    "erfc": (real(mpmath.erfc), nothing, [(-1, 2), (20, 26), (-6, 5)]),
}


def atan2(y, x):
    return mpmath.atan2(mpf(y), mpf(x))


SIGNS = [((1, 3), (2, 5)), ((-3, -1), (2, 5)), ((-3, -1), (-5, -2)), ((-3, 2), (2, 5)), ((-3, 2), (-5, -2)), ((0, 3),
         (-5, -2))]
BINARY = {
    "add": (lambda x, y: Fraction(x) + Fraction(y),
            [((0.1, 0.2), (0.3, 0.4)), ((1, 1), (1e-300, 1e-200)), ((-1e308, 1), (-0.5, 0.7e308)), ((0.1, 0.1),
             (0.2, 0.2))]),
    "sub": (lambda x, y: Fraction(x) - Fraction(y),
            [((0.1, 0.2), (0.3, 0.4)), ((1, 1), (1e-300, 1e-200)), ((0.3, 0.3), (0.3, 0.3)), ((0, 0),
             (-5e-324, 5e-324))]),
    "mul": (lambda x, y: Fraction(x) * Fraction(y),
            SIGNS + [((-3, 2), (-5, 7)), ((-7, 2), (-5, 3)), ((0, 0), (-5, 7)), ((0.1, 0.1), (0.1, 0.1)),
                     ((1e-200, 1e-100), (-1e-200, 1e-100)), ((1e150, 1.1e150), (-1.3e150, 1e157))]),
    "div": (lambda x, y: Fraction(x) / Fraction(y),
            SIGNS + [((0, 0), (-5, -2)), ((1, 1), (3, 3)), ((0.1, 1), (1e-300, 3)), ((-1e-300, 1e-300),
             (1e10, 1e20))]),
    "min": (lambda x, y: min(Fraction(x), Fraction(y)), [((-1, 3), (0, 2)), ((0.1, 0.2), (0.2, 0.3)), ((-5, -4),
             (1, 1e300))]),
    "max": (lambda x, y: max(Fraction(x), Fraction(y)), [((-1, 3), (0, 2)), ((0.1, 0.2), (0.2, 0.3)), ((-5, -4),
             (1, 1e300))]),
    "hypot": (lambda x, y: mpmath.hypot(mpf(x), mpf(y)),
              [((3, 5), (4, 12)), ((-3, 1), (-1, 4)), ((-2, -1), (-1, 1)), ((1e300, 1e307), (1e300, 1e307)),
               ((-5e-324, 0), (0, 5e-324))]),
    "atan2": (atan2,
              [((1, 2), (1, 2)), ((1, 2), (-2, 1)), ((-2, -1), (-1, 3)), ((-1, 2), (1, 3)), ((-2, -1), (-3, -2)),
              ((0, 0), (1, 2)),
               ((0, 0), (-2, -1)), ((0, 1), (-2, -1)), ((0, 1), (1, 2)), ((-1, 0), (1, 2)), ((1, 1), (0, 0)),
               ((1e-300, 1), (-1e300, 1e300))]),
    "pow": (lambda x, y: mpmath.power(mpf(x), mpf(y)),
            [((0.5, 2), (-1.5, 2.5)), ((2, 3), (0.1, 0.2)), ((0.1, 0.2), (-0.3, 0.3)), ((0, 2), (0.5, 1.5)),
             ((1e-300, 1e300), (-1, 1))]),
}
POWERS = [((-2, 3), 2), ((-2, 3), 3), ((-3, 2), 4), ((-3, -2), 5), ((-3, -2), 6), ((0.1, 0.2), 7), ((-0.1, 0), 8),
          ((2, 3), -1), ((-3, -2), -1), ((-3, -2), -2), ((0.1, 0.2), -3), ((-0.2, -0.1), -4), ((-2, 3), 0), ((-2, 3),
             1),
          ((-1e-100, 1e-110), 3), ((1e10, 1.1e10), 30), ((1e10, 1.1e10), -30),
             ((0.9999999999999999, 1.0000000000000002), 1000)]
OUTSIDE = [("sqrt", [(-2, -1)], "undefined"), ("sqrt", [(-1, 2)], "uncertain"), ("log", [(-1, 0)], "undefined"),
           ("log", [(0, 1)], "uncertain"), ("asin", [(1.5, 2)], "undefined"), ("acos", [(0.5, 1.5)], "uncertain"),
           ("acosh", [(0, 0.5)], "undefined"), ("acosh", [(0.5, 2)], "uncertain"), ("atanh", [(-1, 0)], "uncertain"),
           ("atanh", [(1, 2)], "undefined"), ("log1p", [(-2, -1)], "undefined"), ("tan", [(1, 2)], "uncertain"),
           ("tan", [(-1, 10)], "uncertain"), ("div", [(1, 2), (0, 0)], "undefined"), ("div", [(1, 2),
             (-1, 1)], "uncertain"),
           ("div", [(1, 2), (0, 1)], "uncertain"), ("pow", [(-2, -1), (0.5, 0.5)], "undefined"),
           ("pow", [(-1, 2), (0.5, 0.5)], "uncertain"), ("atan2", [(0, 0), (0, 0)], "undefined"),
           ("atan2", [(-1, 1), (-1, 1)], "uncertain"), ("atan2", [(0, 0), (-1, 1)], "uncertain"),
           ("atan2", [(0, 1), (-1, 0)], "uncertain")]


def line(name, ends, *result):
    texts = [d if isinstance(d, str) else float(d).hex() for pair in ends for d in pair]
    print("\t".join([name, *texts, *(r if isinstance(r, str) else r.hex() for r in result)]))


def row(name, ends, values):
    line(name, ends, rounded(min(values, key=exact), False), rounded(max(values, key=exact), True))


print("# The least intervals of doubles around ranges; made by Tests/golden/make_intervals.py.")
for name, (f, inside, intervals) in UNARY.items():
    for a, b in intervals:
        a, b = float(a), float(b)
        row(name, [(a, b)], [f(x) for x in [a, b, *inside(a, b)]])
for name, (f, boxes) in BINARY.items():
    for x, y in boxes:
        # The distance from the origin is least where an argument is 0; the others are monotone in each.
        middle = zero if name == "hypot" else nothing
        xs, ys = [[float(v) for v in p] + middle(*p) for p in (x, y)]
        row(name, [x, y], [f(u, v) for u in xs for v in ys])
for (a, b), n in POWERS:
    middle = [0] if n > 0 and n % 2 == 0 and a < 0 < b else []
    row("pown", [(a, b), (n, n)], [Fraction(x) ** n for x in [a, b, *middle]])
for name, ends, answer in OUTSIDE:
    line(name, ends, answer)
