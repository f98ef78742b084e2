#!/usr/bin/env python3
"""Planted faults: what bad, huge and odd input gets. Every test is named after its row in the table of faults.

    OVERSHOOT=.build/release/overshoot python3 Tests/faults/test_faults.py [-v] [TestClass.test_name]

Values are read from --json, messages from stderr. Time limits are generous: they catch hangs and quadratic growth only.
"""
import json
import math
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from decimal import Decimal, localcontext
from fractions import Fraction as F

import resource

OVERSHOOT = os.path.abspath(os.environ.get("OVERSHOOT", ".build/release/overshoot"))
NAN = re.compile(r"(?i)(?<![a-z_])nan(?![a-z_])")
INF = re.compile(r"(?i)(?<![a-z_])inf(?![a-z_])")
COLUMN = re.compile(r"(?i)col(umn)?\.?\s*\d+|:\d+:\d+")
MINUS_ZERO = re.compile(r"(?<![\d.e])[-−]0(?![\d.])|(?<![\d.e])[-−]0\.0*(?![\d])")


class Result:
    def __init__(self, code, out, err, megabytes, seconds):
        self.code, self.raw_out, self.raw_err, self.megabytes, self.seconds = code, out, err, megabytes, seconds
        self.out, self.err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
        self.all = self.out + self.err


@unittest.skipUnless(os.access(OVERSHOOT, os.X_OK), "no binary at OVERSHOOT")
class Case(unittest.TestCase):
    stack = None  # bytes

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="overshoot-faults-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def run_it(self, text="", *arguments, timeout=60, environment=None, stack=None, cwd=None):
        """The binary with text on its stdin, in an empty folder which is also its HOME."""
        limit = stack or self.stack

        def prepare():
            if limit:
                resource.setrlimit(resource.RLIMIT_STACK, (limit, limit))
        env = dict(os.environ, HOME=self.folder, NO_COLOR="1", COLUMNS="200")
        env.update(environment or {})
        data = text if isinstance(text, bytes) else text.encode()
        began = time.monotonic()
        process = subprocess.Popen([OVERSHOOT, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=cwd or self.folder, env=env, preexec_fn=prepare)
        parts = {}

        def write():
            try:
                process.stdin.write(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            try:
                process.stdin.close()
            except OSError:
                pass

        def read(name):
            parts[name] = getattr(process, name).read()
        threads = [threading.Thread(target=write, daemon=True)] + [threading.Thread(target=read, args=(n,), daemon=True) for n in ("stdout", "stderr")]
        for t in threads:
            t.start()
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            seconds = time.monotonic() - began
            if pid:
                break
            if seconds > timeout:
                os.kill(process.pid, signal.SIGKILL)
                os.wait4(process.pid, 0)
                process.returncode = -signal.SIGKILL
                for t in threads:
                    t.join(5)
                process.stdout.close()
                process.stderr.close()
                self.fail("still running after %d s" % timeout)
            time.sleep(0.002)
        process.returncode = os.waitstatus_to_exitcode(status)
        for t in threads:
            t.join(30)
        process.stdout.close()
        process.stderr.close()
        result = Result(process.returncode, parts.get("stdout", b""), parts.get("stderr", b""), usage.ru_maxrss / 1024, seconds)
        self.assertGreaterEqual(result.code, 0, "killed by signal %d: %.300s" % (-result.code, result.err[-300:]))
        self.assertNotIn(result.code, (132, 134, 136, 139), "crashed")
        return result

    def answers(self, text, *arguments, ok=True, **options):
        """The objects of --json, one per statement."""
        result = self.run_it(text, "--json", *arguments, **options)
        objects = []
        for line in result.out.splitlines():
            try:
                objects.append(json.loads(line))
            except ValueError:
                self.fail("not JSON: %.200r" % line)
        if ok:
            errors = [o.get("message") for o in objects if o.get("kind") == "error"]
            self.assertFalse(errors, "%.500s" % errors)
            self.assertEqual(result.code, 0, result.err[:500])
        return objects

    def values(self, text, **options):
        return [number(o.get("value")) for o in self.answers(text, **options) if o.get("kind") == "value"]

    def value(self, text, **options):
        values = self.values(text, **options)
        self.assertTrue(values, "no value")
        return values[-1]

    def rows(self, text, **options):
        runs = [o for o in self.answers(text, **options) if o.get("kind") == "descend"]
        self.assertTrue(runs, "no answer of kind descend")
        return runs[-1]["rows"]

    def gradient(self, text, **options):
        found = [o for o in self.answers(text, **options) if o.get("kind") == "grad"]
        self.assertTrue(found, "no answer of kind grad")
        return [number(v) for v in found[-1]["gradient"]]

    def refused(self, text, *patterns, column=False, **options):
        """Exit 1, a message on stderr that has the patterns."""
        result = self.run_it(text, **options)
        self.assertEqual(result.code, 1, "exit %d; stdout %.200r stderr %.300r" % (result.code, result.out, result.err))
        self.assertTrue(result.err.strip(), "no message on stderr")
        for pattern in patterns:
            self.assertRegex(result.err[:4000], pattern)
        if column:
            self.assertRegex(result.err[:4000], COLUMN)
        return result

    def assertNoNan(self, result):
        self.assertNotRegex(result.all, NAN)


def number(v):
    return float(v) if isinstance(v, str) else v


class Pipes(Case):
    """Group P: text from a pipe."""

    def test_P01_nested_parentheses(self):
        n = 100_000
        text = "f = " + "(" * n + "x" + ")" * n + "\nf(3)\nf'(3)\n"
        self.assertEqual(self.values(text, stack=256 << 10), [3, 1])
        self.assertEqual(self.run_it(text, stack=256 << 10).code, 0)

    def test_P02_ten_megabytes_of_parentheses(self):
        n = 5_000_000
        self.assertEqual(self.values("f = " + "(" * n + "x" + ")" * n + "\nf(3)\nf'(3)\n"), [3, 1])

    def test_P03_only_open_parentheses(self):
        result = self.refused("(" * 1_000_000 + "\n", r"(?i)error", r"(?i)missing.*\)", column=True)
        self.assertLess(len(result.all), 4000)

    def test_P05_long_sum(self):
        self.assertEqual(self.value("f = " + "+".join(["x"] * 5_000_000) + "\nf(3)\n", timeout=120), 15_000_000)

    def test_P06_right_chain(self):
        self.assertEqual(self.value("^".join(["1"] * 100_000) + "\n"), 1)

    def test_P07_nested_calls(self):
        n = 100_000
        v = 0.5
        for _ in range(n):
            v = math.sin(v)
        got = self.value("f = " + "sin(" * n + "x" + ")" * n + "\nf(0.5)\n", timeout=120)
        self.assertTrue(math.isclose(got, v, rel_tol=1e-8), (got, v))

    def test_P08_nul(self):
        result = self.refused(b"x\0+x\n", r"U\+0000", column=True)
        self.assertEqual(result.out, "")
        result = self.refused(b"1+\0 1\n", r"U\+0000", column=True)
        self.assertEqual(result.out, "")

    def test_P11_unicode_operators(self):
        text = "f = x−2\nf(5)\ng = 6×x\ng(2)\nh = x÷4\nh(8)\nk = 2·x\nk(3)\nm = x²\nm(3)\n"
        self.assertEqual(self.values(text), [3, 12, 2, 6, 9])
        self.assertTrue(self.run_it("f = x−2\n").out.strip(), "no echo")

    def test_P12_fullwidth_digit(self):
        self.refused("f = x^２\n", r"U\+FF12", r"2")

    def test_P13_cyrillic_x(self):
        self.refused("f(x) = х^2\nf(3)\n", r"U\+0445", r"(?i)did you mean.*x")

    def test_P15_bidi_override(self):
        for text, code in (("a\u202eb = 3\n", 1), ("1+1 # a\u202eb\n", 0), ("# a\u202eb\n1+1\n", 0)):
            for arguments in ((), ("--json",)):
                with self.subTest(text=ascii(text), arguments=arguments):
                    result = self.run_it(text, *arguments)
                    self.assertEqual(result.code, code, result.err)
                    self.assertNotIn(b"\xe2\x80\xae", result.raw_out + result.raw_err)

    def test_P16_composed_and_decomposed_names(self):
        self.assertEqual(self.value("\u00e9 = 3\ne\u0301 + 1\n"), 4)
        self.assertEqual(self.value("e\u0301 = 3\n\u00e9 + 1\n"), 4)

    def test_P17_nothing(self):
        for text in ("", "\n", "\n\n\n", "   \n\t\n", ";;;\n", "# only a comment\n", "  # a\n;\n# b"):
            with self.subTest(text=text):
                result = self.run_it(text)
                self.assertEqual((result.code, result.out, result.err), (0, "", ""))

    def test_P18_bad_numbers(self):
        for text in ("1.. 2", "1e", "1e+", "0x", ".", "1_000", "1.2.3"):
            with self.subTest(text=text):
                result = self.refused(text + "\n", column=True)
                self.assertEqual(len(re.findall(r"(?im)\berror:", result.err)), 1, result.err)

    def test_P20_literal_too_large(self):
        result = self.refused("x0=1e400\n", r"1\.797")
        self.assertNotRegex(result.all, INF)

    def test_P21_literal_rounds_to_zero(self):
        self.assertRegex(self.run_it("eta=1e-400\n").all, r"(?i)warning")

    def test_P22_long_literal(self):
        rng = random.Random(22)
        text = "3." + "".join(rng.choice("0123456789") for _ in range(100_000))
        self.assertEqual(self.value(text + "\n"), float(text))
        self.assertEqual(self.value("0." + "3" * 100_000 + "\n"), 1 / 3)

    def test_P23_precedence(self):
        self.assertEqual(self.values("f = -x^2\nf(3)\n2^-3\n2^3^2\n-2^2\ng = 2x\ng(3)\n"), [-9, 0.125, 512, -4, 6])
        self.refused("x y\n", column=True)

    def test_P25_functions_misspelt(self):
        for text in ("f = sine(x)", "sine(1)"):
            with self.subTest(text=text):
                self.refused(text + "\nf(1)\n", r"(?i)did you mean.*sin")
        for text in ("f = sin x", "sin()", "sin(1,2)"):
            with self.subTest(text=text):
                self.refused(text + "\n", r"sin", column=True)

    def test_P26_line_ends(self):
        lines = ["f = x^2", "f(3)", "", "# comment", "descend f eta=1.2 x0=-1 steps=3", "a = 3; a + 1"]
        plain = "\n".join(lines) + "\n"
        kinds = {"LF": plain, "CRLF": plain.replace("\n", "\r\n"), "CR": plain.replace("\n", "\r"), "BOM": "\ufeff" + plain, "no last newline": plain[:-1],
                 "mixed": "f = x^2\r\nf(3)\r\r\n# comment\ndescend f eta=1.2 x0=-1 steps=3\ra = 3; a + 1"}
        results = {}
        for name, text in kinds.items():
            folder = os.path.join(self.folder, name)
            os.mkdir(folder)
            with open(os.path.join(folder, "script.over"), "wb") as file:
                file.write(text.encode())
            results[name] = self.run_it("", "script.over", cwd=folder)
        self.assertEqual(results["LF"].code, 0, results["LF"].err)
        self.assertTrue(results["LF"].out)
        for name, result in results.items():
            with self.subTest(name):
                self.assertEqual((result.code, result.raw_out), (0, results["LF"].raw_out), result.err)

    def test_P27_many_commands_on_one_line(self):
        self.assertEqual(self.values("; ".join(["1+1"] * 10_000) + "\n"), [2] * 10_000)

    def test_P28_random_bytes(self):
        rng = random.Random(28)
        data = bytes(b for b in rng.randbytes(10_200_000) if b not in (10, 13))
        result = self.run_it(data + b"\n")
        self.assertEqual(result.code, 1)
        self.assertLess(len(result.raw_out + result.raw_err), 1000)

    def test_P30_prefixes_and_mutations(self):
        inputs = ["f = x^2; descend eta=1.2 x0=-1 steps=3", "f(x, y) = (1-x)^2 + 100(y-x^2)^2", "a = 3; b = a + 1; b", "f'(3)", "2^-3^2", "f = 2x; f(3)", "descend f eta=[0.1, 0.8] x0=-1 steps=2",
                  "grad f x=1 y=2", "f = log(exp(x)+exp(y)); f(1,2)", "f = x−2·x²÷3", "descend f eta=0.5/(1+t/10) x0=1 steps=4", "max(1, 2) + min(3, 4)", "if(1 < 2, 3, 4)", "set digits 12", "x_0=-1; w = [1, 2, 3]",
                  "f = abs(x); why x0=0 eta=1", "forget f; undo", "f = sqrt(x); f(-1)", "1e5 + 0.25e-3", "not 1 < 2 and 3 >= 2"]
        rng = random.Random(30)
        for text in inputs:
            data = text.encode()
            lines = [data[:n] for n in range(len(data) + 1)]
            for n in range(len(data)):
                for _ in range(4):
                    byte = rng.choice([b for b in range(256) if b not in (10, 13)])
                    lines.append(data[:n] + bytes([byte]) + data[n + 1:])
            lines = [line for line in lines if b"steps=3" not in line or b"steps=3" == line[-7:]]  # no runs of many steps
            with self.subTest(text):
                self.assertIn(self.run_it(b"\n".join(lines) + b"\n", "--keep-going", timeout=120).code, (0, 1))


class SmallStack(Pipes):
    """R13: all rows of group P again under a stack of 256 kB."""
    stack = 256 << 10


class Definitions(Case):
    """Group D."""

    def test_D01_through_itself(self):
        self.refused("f = f + 1\n", r"(?i)itself")

    def test_D02_circle(self):
        self.refused("a = b\nb = a\ndescend a\n", r"a\s*(->|→)\s*b\s*(->|→)\s*a")

    def test_D03_long_chain(self):
        n = 100_000
        text = "a1=x+1\n" + "".join("a%d=a%d+1\n" % (i, i - 1) for i in range(2, n + 1)) + "a%d(1)\n" % n
        self.assertEqual(self.value(text, timeout=120), n + 1)

    def test_D04_shared_nodes(self):
        text = "".join("a%d=a%d+a%d\n" % (i, i - 1, i - 1) for i in range(1, 101))
        self.assertEqual(self.value(text + "a100(1)\n"), 2.0**100)
        result = self.run_it(text + "descend a100 eta=1e-60 from=[1] steps=1\n", "--json")
        self.assertEqual(result.code, 0, result.err + result.out[-300:])
        self.assertEqual(json.loads(result.out.splitlines()[-1])["rows"][0]["value"], 2.0**100)
        self.assertLess(result.megabytes, 64)

    def test_D05_recursion(self):
        self.refused("f(x) = f(x-1)\n", r"(?i)recursi")

    def test_D06_circular_load(self):
        def script(name, text):
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        script("self.over", 'load "self.over"\n')
        script("a.over", 'load "b.over"\n')
        script("b.over", 'load "a.over"\n')
        for name in ("self.over", "a.over"):
            with self.subTest(name):
                result = self.run_it("", name)
                self.assertEqual(result.code, 1, result.all)
                self.assertRegex(result.err, r"(?i)circular")

    def test_D07_names_are_live(self):
        self.assertEqual(self.values("g = x^2\nf = g + 1\nf(2)\ng = x^3\nf(2)\n"), [5, 9])


class Resources(Case):
    """Group R, as far as it concerns scalar formulas."""

    def test_R01_tower(self):
        result = self.run_it("9^9^9^9\n")
        self.assertRegex(result.all, r"(?i)overflow")
        self.assertLess(len(result.all), 1000)

    def test_R04_steps(self):
        for steps in ("nan", "inf", "-1", "1.5", "1e400"):
            with self.subTest(steps=steps):
                self.refused("f = x^2\ndescend f eta=0.1 x0=1 steps=%s\n" % steps)

    def test_R06_zeros(self):
        result = self.refused("w = zeros(1e10)\n")
        self.assertLess(result.megabytes, 256)

    def test_R08_order(self):
        self.refused("f = exp(x)\ntaylor f order=1000000 x=1\n", r"(?i)order")


class Numbers(Case):
    """Group N."""

    def test_N01_textbook_numbers(self):
        script = "f=x^2; descend eta=1.2 x0=-1 steps=12\n"
        rows = self.rows(script)
        self.assertEqual(len(rows), 13)
        x, eta = F(-1), F(6, 5)
        for t in range(12):
            after = x - eta * 2 * x
            predicted = -eta * (2 * x)**2
            want = [x**2, after**2 - x**2, predicted, after**2 - x**2 - predicted]
            got = [rows[t][k] for k in ("value", "change", "predicted", "error")]
            self.assertEqual(got, [float(w) for w in want], "t = %d" % t)
            self.assertEqual(rows[t]["at"], [float(x)])
            x = after
        text = self.run_it(script).out
        for figures in ("-4.8", "0.96", "5.76", "-9.408", "1.8816", "11.2896"):
            self.assertIn(figures, text)
        table = [line for line in text.splitlines() if re.match(r"\s*\d+\s+[-−\d]", line)]
        self.assertTrue(table)
        for line in table:
            for token in re.findall(r"\d[\d.]*", line):
                self.assertLessEqual(len(token.replace(".", "").strip("0")), 6, line)

    def test_N02_square_tiny_rate(self):
        self.assertEqual(self.rows("f=x^2; descend eta=1e-16 x0=-1 steps=1\n")[0]["error"], 4e-32)

    def test_N03_exp_tiny_rate(self):
        with localcontext() as context:
            context.prec = 120
            x, eta = Decimal("0.7"), Decimal("1e-12")
            g = x.exp()
            want = float((x - eta * g).exp() - g + eta * g * g)
        got = self.rows("f=exp(x); descend eta=1e-12 x0=0.7 steps=1\n")[0]["error"]
        self.assertTrue(math.isclose(got, want, rel_tol=4e-16), (got, want))

    def test_N04_rosenbrock_tiny_rate(self):
        def f(x, y):
            return (1 - x)**2 + 100 * (y - x * x)**2
        x, y, eta = F(-6, 5), F(1), F(1, 10**11)
        g = (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x))
        want = f(x - eta * g[0], y - eta * g[1]) - f(x, y) + eta * (g[0]**2 + g[1]**2)
        got = self.rows("f(x, y) = (1-x)^2 + 100*(y-x^2)^2; descend f eta=1e-11 from=[-1.2, 1] steps=1\n")[0]["error"]
        self.assertTrue(math.isclose(got, float(want), rel_tol=4e-16), (got, float(want)))

    def test_N07_convex_error_sign(self):
        rng = random.Random(7)
        for formula in ("x^2", "x^4", "exp(x)", "cosh(x)", "log(1+exp(x))", "x^2+exp(-x)", "sqrt(1+x^2)"):
            script, n = "f = %s\n" % formula, 0
            for _ in range(20):
                script += "descend f eta=%.1e x0=%.2f steps=1\n" % (10**rng.uniform(-18, -1), rng.uniform(-2, 2))
            for answer in self.answers(script):
                if answer.get("kind") == "descend":
                    n += 1
                    error = answer["rows"][0]["error"]
                    self.assertIsNotNone(error, answer.get("source"))
                    self.assertGreaterEqual(number(error), 0, (formula, answer.get("source")))
            self.assertEqual(n, 20)

    def test_N08_linear_error_is_zero(self):
        for formula, start in (("3*x-7", "x0=0.3"), ("0.1*x+0.2*y", "from=[0.1, 0.7]"), ("2*x-3*y+0.5", "from=[1.23, -4.5]")):
            for eta in ("1e-16", "0.1", "3"):
                with self.subTest(formula=formula, eta=eta):
                    self.assertEqual(self.rows("f = %s; descend f eta=%s %s steps=3\n" % (formula, eta, start))[0]["error"], 0)

    def test_N09_step_below_spacing(self):
        row = self.rows("f=x^2; descend eta=1e-18 x0=1 steps=1\n")[0]
        self.assertEqual((row["predicted"], row["change"], row["error"]), (-4e-18, float(F(-4, 10**18) + F(4, 10**36)), 4e-36))

    def test_N09_note(self):
        self.assertRegex(self.run_it("f=x^2; descend eta=1e-18 x0=1 steps=1\n").all, r"(?i)spacing of doubles")

    def test_N11_precise_orbit(self):
        rows = self.rows("f = x^4/4 - x^2/2; precise f eta=2 x0=0.3 steps=1000\n")
        self.assertEqual(rows[-1]["t"], 1000)
        self.assertEqual("%.14f" % number(rows[-1]["at"][0]), "1.19047310468530")

    def test_N12_abs_at_zero(self):
        self.assertEqual(self.gradient("f = abs(x); grad f x=0\n"), [0])
        self.assertEqual(self.value("f = abs(x); f'(0)\n"), 0)
        self.assertRegex(self.run_it("f = abs(x); grad f x=0\n").all, r"(?i)kink")

    def test_N13_max_like_abs(self):
        self.assertEqual(self.gradient("f = max(x,-x); grad f x=0\n"), [0])
        self.assertEqual(self.gradient("f = abs(x); grad f x=0\n"), [0])

    def test_N14_max_at_tie(self):
        self.assertEqual(self.gradient("f = max(x,0); grad f x=0\n"), [0.5])
        self.assertRegex(self.run_it("f = max(x,0); grad f x=0\n").all, r"(?i)kink")

    def test_N16_sqrt_at_zero(self):
        result = self.refused("f = sqrt(x)\ndescend f eta=0.1 x0=0\n", r"(?i)infinite", r"sqrt|√")
        self.assertNoNan(result)

    def test_N17_sqrt_of_square_at_zero(self):
        result = self.run_it("f = sqrt(x^2)\ndescend f eta=0.1 x0=0\n")
        self.assertNoNan(result)
        self.assertRegex(result.all, r"(?i)kink")

    def test_N18_log_outside(self):
        for start in ("0", "-1"):
            with self.subTest(start=start):
                result = self.refused("f = log(x)\ndescend f eta=0.1 x0=%s\n" % start, r"(?i)undefined", r"log", column=True)
                self.assertNoNan(result)

    def test_N19_step_leaves_domain(self):
        script = "f = log(x)\ndescend f eta=10 x0=0.1 steps=5\n"
        runs = [o for o in self.answers(script, ok=False) if o.get("kind") == "descend"]
        self.assertTrue(runs, "no rows")
        rows = runs[0]["rows"]
        self.assertIsNone(rows[0].get("change"))
        self.assertRegex(rows[0].get("change_status") or "", r"(?i)undefined")
        self.assertLessEqual(len(rows), 2)
        text = self.run_it(script)
        self.assertRegex(text.all, r"(?i)domain")
        self.assertNoNan(text)

    def test_N21_zero_to_negative_power(self):
        for text in ("0^-1", "0^-0.5", "(-0)^-1"):
            with self.subTest(text=text):
                result = self.run_it(text + "\n")
                self.assertRegex(result.all, r"(?i)division by (zero|0)")
                self.assertNotRegex(result.all, INF)
                self.assertNoNan(result)

    def test_N22_root_of_negative(self):
        result = self.run_it("(-8)^(1/3)\n")
        self.assertRegex(result.all, r"(?i)not a real number")
        self.assertIn("cbrt", result.all)
        self.assertNoNan(result)

    def test_N23_power_gradient_at_zero(self):
        self.assertEqual(self.gradient("f(x, y) = x^y; grad f x=0 y=2\n"), [0, 0])

    def undefined(self, script):
        result = self.run_it(script)
        self.assertRegex(result.all, r"(?i)undefined")
        self.assertNoNan(result)

    def test_N24_quotient_at_zero(self):
        self.undefined("f = x/x\nf(0)\n")
        self.assertEqual(self.value("f = x/x\nf(2)\n"), 1)

    def test_N26_removable(self):
        self.undefined("f = (x^2-1)/(x-1)\nf(1)\n")
        self.assertEqual(self.value("f = (x^2-1)/(x-1)\nf(3)\n"), 4)

    def test_N27_log_of_product(self):
        self.assertEqual(self.value("f(a, b) = log(a*b)\nf(-1, -1)\n"), 0)

    def test_N28_exp_of_log(self):
        self.undefined("f = exp(log(x))\nf(-1)\n")

    def test_N29_sqrt_of_square(self):
        self.assertEqual(self.values("f = sqrt(x^2)\nf(-3)\nf(1e200)\nf(1e-200)\n"), [3, 1e200, 1e-200])

    def test_N31_start_values(self):
        for start in ("nan", "inf"):
            with self.subTest(start=start):
                self.refused("f = x/2\ndescend f eta=0.1 x0=%s steps=1\n" % start)
        for start in ("5e-324", "1.7976931348623157e308", "-0.0"):
            with self.subTest(start=start):
                script = "f = x/2\ndescend f eta=0.1 x0=%s steps=1\n" % start
                result = self.run_it(script)
                self.assertEqual(result.code, 0, result.err)
                self.assertNotRegex(result.out, MINUS_ZERO)
                self.assertNoNan(result)
                self.assertEqual(self.rows(script)[0]["at"], [float(start) + 0.0])

    def test_N32_undefined_is_a_word(self):
        for text in ("log(-1)", "log(0)", "sqrt(-1)", "asin(2)", "acos(-2)", "acosh(0.5)", "atanh(1)", "0/0", "1/0", "log1p(-2)", "log2(-1)", "log10(-1)"):
            with self.subTest(text=text):
                result = self.run_it("f = %s + x - x\nf(1)\n" % text)
                self.assertNoNan(result)
                self.assertRegex(result.all, r"(?i)undefined|division by (zero|0)")

    def test_N33_rates(self):
        rows = self.rows("f=x^2; descend eta=0 x0=-1 steps=2\n")
        self.assertEqual([rows[0][k] for k in ("change", "predicted", "error")], [0, 0, 0])
        result = self.run_it("f=x^2; descend eta=-0.1 x0=-1 steps=2\n")
        self.assertRegex(result.all, r"(?i)warning")
        self.assertRegex(result.all, r"(?i)ascent")
        self.refused("f=x^2; descend eta=inf x0=-1 steps=2\n")

    def test_N34_overflow(self):
        result = self.run_it("f=exp(x); descend eta=0.1 x0=710 steps=3\n")
        self.assertEqual(result.code, 0, result.err)
        self.assertRegex(result.all, r"(?i)overflow")
        self.assertNoNan(result)
        result = self.run_it("f=x^4; descend eta=1 x0=10 steps=30\n")
        self.assertEqual(result.code, 0, result.err)
        self.assertRegex(result.all, r"(?i)overflow")
        self.assertRegex(result.out, r"(?m)^\s*0\s+10\s+10000\s")
        self.assertNoNan(result)

    def test_N36_underflow(self):
        result = self.run_it("f=x^2; descend eta=0.1 x0=1e-200 steps=1\n")
        self.assertEqual(result.code, 0, result.err)
        self.assertRegex(result.all, r"(?i)underflow|1e-400")

    def test_N37_at_the_minimum(self):
        script = "f=x^2; descend eta=0.1 x0=0 steps=2\n"
        row = self.rows(script)[0]
        self.assertEqual([row[k] for k in ("value", "gradnorm", "change", "predicted", "error")], [0] * 5)
        result = self.run_it(script)
        self.assertNoNan(result)
        self.assertNotRegex(result.out, MINUS_ZERO)

    SCRIPT = ("f = log(exp(x)+exp(y)) + sin(x)*tanh(y) + erf(x)\ndescend f eta=0.37 from=[0.3, -1.2] steps=8\nf(1.5, 2.5)\nexp(1.5)\n"
              "g = x^2; descend g eta=1.2 x0=-1 steps=5\n")

    def same(self, environments):
        for arguments in ((), ("--json",)):
            first = self.run_it(self.SCRIPT, *arguments)
            self.assertEqual(first.code, 0, first.err)
            for environment in environments:
                with self.subTest(environment=environment, arguments=arguments):
                    other = self.run_it(self.SCRIPT, *arguments, environment=environment)
                    self.assertEqual((other.code, other.out), (0, first.out), other.err)

    def test_N41_processor_features(self):
        self.same([{"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2"}])

    def test_N42_locales(self):
        self.same([{"LC_ALL": name} for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8", "ar_EG.UTF-8")])


if __name__ == "__main__":
    unittest.main()
