#!/usr/bin/env python3
"""Losses over arrays with their truth, for ArrayCorpusTests.

  python3 Tests/golden/make_arrays.py > Tests/OvershootTests/Cases/arrays.jsonl

Needs jax, numpy and mpmath; the versions stand in PROVENANCE.md. Every loss is drawn once as a tree and written
three times: in overshoot's language, for JAX in float64 (value, gradient, Hessian times a vector) and for mpmath
with 100 digits (the value, and derivatives by central differences with h = 1e-30, right to some 50 digits).
"""
import json
import random

import jax
import jax.numpy as jnp
import mpmath as mp
import numpy as np

jax.config.update("jax_enable_x64", True)
mp.mp.dps = 100
COUNT, DIGITS, ENTRIES = 300, 30, 4


class Exact:
    """The operations on lists of lists of mpf."""

    @staticmethod
    def shape(x):
        return len(x), len(x[0])

    @staticmethod
    def each(f, *xs):
        rows = max(len(x) for x in xs)
        columns = max(len(x[0]) for x in xs)
        def at(x, i, j):
            return x[i if len(x) > 1 else 0][j if len(x[0]) > 1 else 0]
        return [[f(*(at(x, i, j) for x in xs)) for j in range(columns)] for i in range(rows)]

    number = staticmethod(lambda c: [[mp.mpf(c)]])
    add = staticmethod(lambda x, y: Exact.each(lambda a, b: a + b, x, y))
    sub = staticmethod(lambda x, y: Exact.each(lambda a, b: a - b, x, y))
    mul = staticmethod(lambda x, y: Exact.each(lambda a, b: a * b, x, y))
    div = staticmethod(lambda x, y: Exact.each(lambda a, b: a / b, x, y))
    power = staticmethod(lambda x, n: Exact.each(lambda a: a**n, x))
    larger = staticmethod(lambda x, y: Exact.each(max, x, y))
    choose = staticmethod(lambda c, x, y: Exact.each(lambda p, a, b: a if p > 0 else b, c, x, y))
    transpose = staticmethod(lambda x: [list(r) for r in zip(*x)])
    below = staticmethod(lambda x, y: x + y)
    cut = staticmethod(lambda x, i, j, k, l: [r[k - 1 : l] for r in x[i - 1 : j]])
    total = staticmethod(lambda x: [[mp.fsum(v for r in x for v in r)]])
    columns = staticmethod(lambda x: [[mp.fsum(c) for c in zip(*x)]])
    rows = staticmethod(lambda x: [[mp.fsum(r)] for r in x])
    largest = staticmethod(lambda x: [[max(v for r in x for v in r)]])

    @staticmethod
    def matmul(x, y):
        return [[mp.fsum(a * b for a, b in zip(r, c)) for c in zip(*y)] for r in x]

    @staticmethod
    def lse(x):
        groups = [[v[0] for v in x]] if len(x[0]) == 1 else x
        return [[mp.log(mp.fsum(mp.exp(v) for v in g))] for g in groups]

    @staticmethod
    def apply(name, x):
        f = {
            "tanh": mp.tanh, "sin": mp.sin, "exp": mp.exp, "atan": mp.atan, "cosh": mp.cosh,
            "softplus": lambda v: mp.log(1 + mp.exp(v)), "sigmoid": lambda v: 1 / (1 + mp.exp(-v)),
            "erf": mp.erf, "sqrt": mp.sqrt, "log": mp.log,
        }[name]
        return Exact.each(f, x)


class Float:
    """The same on arrays of JAX."""

    number = staticmethod(lambda c: jnp.array([[float(c)]]))
    add = staticmethod(lambda x, y: x + y)
    sub = staticmethod(lambda x, y: x - y)
    mul = staticmethod(lambda x, y: x * y)
    div = staticmethod(lambda x, y: x / y)
    power = staticmethod(lambda x, n: x**n)
    larger = staticmethod(jnp.maximum)
    choose = staticmethod(lambda c, x, y: jnp.where(c > 0, x, y))
    transpose = staticmethod(lambda x: x.T)
    below = staticmethod(lambda x, y: jnp.concatenate([x, y], axis=0))
    cut = staticmethod(lambda x, i, j, k, l: x[i - 1 : j, k - 1 : l])
    total = staticmethod(lambda x: jnp.sum(x).reshape(1, 1))
    columns = staticmethod(lambda x: jnp.sum(x, axis=0, keepdims=True))
    rows = staticmethod(lambda x: jnp.sum(x, axis=1, keepdims=True))
    largest = staticmethod(lambda x: jnp.max(x).reshape(1, 1))
    matmul = staticmethod(lambda x, y: x @ y)

    @staticmethod
    def lse(x):
        return jax.nn.logsumexp(x, axis=0 if x.shape[1] == 1 else 1, keepdims=True)

    @staticmethod
    def apply(name, x):
        f = {
            "tanh": jnp.tanh, "sin": jnp.sin, "exp": jnp.exp, "atan": jnp.arctan, "cosh": jnp.cosh,
            "softplus": jax.nn.softplus, "sigmoid": jax.nn.sigmoid, "erf": jax.scipy.special.erf,
            "sqrt": jnp.sqrt, "log": jnp.log,
        }[name]
        return f(x)


class Node:
    """A tree: its text, its shape, and how a backend computes it from the variables."""

    def __init__(self, text, shape, run):
        self.text, self.shape, self.run = text, shape, run


def wrap(n):
    return n.text if n.text.replace("_", "").isalnum() or n.text.endswith(")") and n.text.isidentifier() else f"({n.text})"


def decimal(r):
    return f"{r.randint(-200, 200) / 64!r}"


def grow(r, pool):
    """One more node from those there are."""
    a = r.choice(pool)
    rows, columns = a.shape
    kind = r.randrange(20)
    if kind < 3:
        name = r.choice(["tanh", "sin", "atan", "sigmoid", "softplus", "erf"])
        return Node(f"{name}({a.text})", a.shape, lambda b, v: b.apply(name, a.run(b, v)))
    if kind == 3:
        return Node(f"{wrap(a)}'", (columns, rows), lambda b, v: b.transpose(a.run(b, v))) if rows * columns > 1 else a
    if kind == 4:
        return Node(f"sum({a.text}, 1)", (1, columns), lambda b, v: b.columns(a.run(b, v)))
    if kind == 5:
        return Node(f"sum({a.text}, 2)", (rows, 1), lambda b, v: b.rows(a.run(b, v)))
    if kind == 6 and rows * columns > 1:
        shape = (1, 1) if columns == 1 else (rows, 1)
        return Node(f"logsumexp({a.text})", shape, lambda b, v: b.lse(a.run(b, v)))
    if kind == 7 and rows * columns > 1:
        return Node(
            f"softmax({a.text})", a.shape,
            lambda b, v: b.apply("exp", b.sub(a.run(b, v), b.lse(a.run(b, v)))))
    if kind == 8:
        return Node(f"tanh({a.text}).^2", a.shape, lambda b, v: b.power(b.apply("tanh", a.run(b, v)), 2))
    if kind == 9 and a.text.isidentifier() and rows * columns > 1:
        i, k = r.randint(1, rows), r.randint(1, columns)
        j, l = r.randint(i, rows), r.randint(k, columns)
        if rows == 1:
            return Node(f"{a.text}[{k}..{l}]", (1, l - k + 1), lambda b, v: b.cut(a.run(b, v), 1, 1, k, l))
        if columns == 1:
            return Node(f"{a.text}[{i}..{j}]", (j - i + 1, 1), lambda b, v: b.cut(a.run(b, v), i, j, 1, 1))
        return Node(
            f"{a.text}[{i}..{j},{k}..{l}]", (j - i + 1, l - k + 1), lambda b, v: b.cut(a.run(b, v), i, j, k, l))
    if kind == 10:
        return Node(
            f"if({wrap(a)} > 0.1, sin({a.text}), {wrap(a)}*0.5)", a.shape,
            lambda b, v: b.choose(
                b.sub(a.run(b, v), b.number(0.1)), b.apply("sin", a.run(b, v)), b.mul(a.run(b, v), b.number(0.5))))
    c = r.choice(pool)
    if kind < 15:
        fits = [p for p in pool if p.shape[0] == columns and p.shape != (1, 1) and columns > 1]
        if fits:
            c = r.choice(fits)
            return Node(
                f"{wrap(a)}*{wrap(c)}", (rows, c.shape[1]), lambda b, v: b.matmul(a.run(b, v), c.run(b, v)))
    (p, q), (s, t) = a.shape, c.shape
    if (p == s or 1 in (p, s)) and (q == t or 1 in (q, t)):
        shape = (max(p, s), max(q, t))
        sign, name = r.choice([(".+", "add"), (".-", "sub"), (".*", "mul"), ("max", "larger")])
        if sign == "max":
            if a.shape != c.shape or a.text == c.text:
                return a
            return Node(f"max({a.text}, {c.text})", shape, lambda b, v: b.larger(a.run(b, v), c.run(b, v)))
        return Node(
            f"{wrap(a)} {sign} {wrap(c)}", shape, lambda b, v: getattr(b, name)(a.run(b, v), c.run(b, v)))
    if q == t and p + s < 6:
        return Node(f"[{a.text}; {c.text}]", (p + s, q), lambda b, v: b.below(a.run(b, v), c.run(b, v)))
    return a


def reduced(r, n):
    """A number of a tree."""
    rows, columns = n.shape
    count = rows * columns
    square = lambda b, v: b.total(b.power(n.run(b, v), 2))
    mean = lambda b, v: b.div(b.total(n.run(b, v)), b.number(count))
    ways = [
        (f"sum({n.text})", lambda b, v: b.total(n.run(b, v))),
        (f"mean({n.text})", mean),
        (f"norm({n.text})", lambda b, v: b.apply("sqrt", square(b, v))) if count > 1 else (f"({n.text})^2", square),
        (f"norm({n.text})^2", square),
        (f"variance({n.text})", lambda b, v: b.div(
            b.total(b.power(b.sub(n.run(b, v), mean(b, v)), 2)), b.number(count))),
        (f"mse({n.text}, 0.25)", lambda b, v: b.div(
            b.total(b.power(b.sub(n.run(b, v), b.number(0.25)), 2)), b.number(count))),
        (f"max({n.text})", lambda b, v: b.largest(n.run(b, v))) if count > 1 else (n.text, n.run),
        (f"log(1 + norm({n.text})^2)", lambda b, v: b.apply("log", b.add(b.number(1), square(b, v)))),
    ]
    text, run = r.choice(ways)
    return Node(text, (1, 1), run)


def case(seed):
    r = random.Random(seed)
    shapes = [("w", (r.randint(2, 4), 1)), ("W", (r.randint(1, 3), r.randint(2, 3))), ("s", (1, 1))]
    shapes.append(("A", (r.randint(2, 3), shapes[0][1][0])))
    pool = [Node(n, s, lambda b, v, n=n: v[n]) for n, s in shapes]
    for _ in range(r.randint(4, 12)):
        pool.append(grow(r, pool))
    a, c = reduced(r, pool[-1]), reduced(r, r.choice(pool[4:]))
    loss = Node(f"{a.text} + 0.5*{wrap(c)}", (1, 1), lambda b, v: b.add(a.run(b, v), b.mul(b.number(0.5), c.run(b, v))))
    entries = [(n, i, j) for n, (p, q) in shapes for i in range(p) for j in range(q)]
    point = [r.randint(-127, 127) / 64 for _ in entries]
    way = [r.randint(-64, 64) / 32 for _ in entries]

    def unpacked(flat):
        out, k = {}, 0
        for n, (p, q) in shapes:
            out[n] = flat[k : k + p * q].reshape(p, q)
            k += p * q
        return out

    def exactly(flat):
        out, k = {}, 0
        for n, (p, q) in shapes:
            out[n] = [[flat[k + i * q + j] for j in range(q)] for i in range(p)]
            k += p * q
        return out

    f = lambda x: loss.run(Float, unpacked(x))[0, 0]
    x, d = jnp.array(point), jnp.array(way)
    value, gradient = jax.value_and_grad(f)(x)
    product = jax.jvp(jax.grad(f), (x,), (d,))[1]
    numbers = [float(value)] + [float(g) for g in gradient] + [float(h) for h in product]
    if not all(np.isfinite(numbers)) or max(map(abs, numbers)) > 1e6:
        return None
    exact = [mp.mpf(p) for p in point]
    g = lambda xs: loss.run(Exact, exactly(xs))[0][0]
    h = mp.mpf(10) ** -30
    truth = [g(exact)]
    for k in r.sample(range(len(entries)), min(ENTRIES, len(entries))):
        up, down = list(exact), list(exact)
        up[k] += h
        down[k] -= h
        truth.append((k, (g(up) - g(down)) / (2 * h)))
    return {
        "variables": [[n, p, q] for n, (p, q) in shapes], "text": loss.text, "point": point, "way": way,
        "value": numbers[0], "gradient": numbers[1 : 1 + len(entries)], "product": numbers[1 + len(entries) :],
        "digits": mp.nstr(truth[0], DIGITS),
        "slopes": [[k, mp.nstr(t, DIGITS)] for k, t in truth[1:]],
    }


def main():
    made, seed, seen = 0, 0, set()
    while made < COUNT:
        seed += 1
        c = case(seed)
        if c is None or c["text"] in seen or len(c["text"]) > 400:
            continue
        seen.add(c["text"])
        print(json.dumps(c))
        made += 1


if __name__ == "__main__":
    main()
