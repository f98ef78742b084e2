#!/usr/bin/env python3
"""Losses over arrays beside hand-written C and JAX, in one run; prints ratios, asserts nothing.

  python3 Tests/peers/compare_arrays.py [PYTHON_WITH_JAX]

Builds and runs core-benchmark, compiles arrays.c with gcc -O3 -march=native, and runs JAX in float64 where a
Python that has it is named. All take turns five times; the medians count.
"""
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

JAX = r"""
import json, time, statistics, numpy as np, jax, jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
def saw(n, step): return np.array([(k * step % 101 - 50) / 100 for k in range(n)])
def us(f, *a, runs=200):
    jax.block_until_ready(f(*a))
    t = []
    for _ in range(runs):
        s = time.perf_counter(); jax.block_until_ready(f(*a)); t.append(time.perf_counter() - s)
    return statistics.median(t) * 1e6
def rosen(x): return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
x = jnp.array(saw(100000, 7))
n, d, h = 500, 20, 90
p = (jnp.array(saw(d * h, 7)).reshape(d, h), jnp.array(saw(h, 9)), jnp.array(saw(h, 11)), jnp.array(saw(1, 13))[0])
X, y = jnp.array(saw(n * d, 15)).reshape(n, d), jnp.array(saw(n, 17))
def net(p):
    W, b, v, c = p
    return jnp.mean((jnp.tanh(X @ W + b) @ v + c - y) ** 2)
way = jnp.array(saw(d * h + 2 * h + 1, 5))
q = (way[:d*h].reshape(d, h), way[d*h:d*h+h], way[d*h+h:d*h+2*h], way[-1])
product = lambda p, q: jax.jvp(jax.grad(net), (p,), (q,))[1]
hv = jax.jit(product)
# The power method: a product and a norm in each of 100 turns of one compiled loop.
def unit(q):
    size = jnp.sqrt(sum(jnp.sum(v * v) for v in jax.tree.leaves(q)))
    return jax.tree.map(lambda v: v / size, q)
power = jax.jit(lambda p, q: jax.lax.fori_loop(0, 100, lambda _, v: unit(product(p, v)), unit(q)))
print(json.dumps({
  "version": jax.__version__,
  "value": us(jax.jit(rosen), x), "gradient": us(jax.jit(jax.value_and_grad(rosen)), x),
  "net": us(jax.jit(jax.value_and_grad(net)), p), "product": us(hv, p, q),
  "largest": us(power, p, q, runs=5)}))
"""


def ours():
    out = subprocess.run(
        ["swift", "run", "-c", "release", "core-benchmark", "W4", "W5"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    w4 = re.search(r"W4.*value ([\d.]+) µs, gradient ([\d.]+)", out)
    w5 = re.search(r"W5.*gradient ([\d.]+) µs, Hessian-vector product ([\d.]+)", out)
    names = ["value", "gradient", "net", "product", "largest"]
    numbers = list(map(float, w4.groups() + w5.groups()))
    numbers.append(1000 * float(re.search(r"100 products ([\d.]+) ms", out).group(1)))
    return dict(zip(names, numbers))


def main():
    python = sys.argv[1] if len(sys.argv) > 1 else None
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        binary = folder + "/arrays"
        subprocess.run(
            ["gcc", "-O3", "-march=native", "-fopenmp-simd", "-o", binary, HERE / "arrays.c"], check=True
        )
        for _ in range(5):
            row = {"overshoot": ours(), "C": json.loads(subprocess.check_output([binary]))}
            if python:
                row["JAX"] = json.loads(subprocess.check_output([python, "-c", JAX], stderr=subprocess.DEVNULL))
            rounds.append(row)
    def median(who, what):
        found = [r[who][what] for r in rounds if who in r and what in r[who]]
        return statistics.median(found) if found else None
    for what in ["value", "gradient", "net", "product", "largest"]:
        mine = median("overshoot", what)
        line = f"{what:9} overshoot {mine:8.1f} µs"
        for who in ["C", "JAX"]:
            other = median(who, what)
            if other:
                line += f"   {who} {other:8.1f} µs ({mine / other:.2f})"
        print(line)
    if python:
        print("JAX", rounds[0]["JAX"]["version"])


if __name__ == "__main__":
    main()
