"""Numbers at the edges: special values, cancellation, domains, long orbits."""
import math
import random
import re
from decimal import Decimal, localcontext
from fractions import Fraction as F

from cases import INF, MINUS_ZERO, Case, number


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
