"""Bad input through the whole program: what is typed, defined, and how much of it."""
import json
import math
import os
import random
import re

from cases import INF, Case, number


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

    def test_D04_exponents_beyond_integers(self):
        for exponent in ("1e10", "2147483648", "-2147483649", "1073741824", "9223372036854775808"):
            with self.subTest(exponent):
                self.assertEqual(self.gradient("h = z^%s\ngrad h z=1\n" % exponent), [float(exponent)])

    def test_D07_long_formulas_are_saved_whole(self):
        long = " + ".join("x/%d" % k for k in range(1, 2000))
        self.assertEqual(self.run_it("f = %s\nsave \"a.over\"\n" % long).code, 0)
        self.assertEqual(self.value("load \"a.over\"\nf(1)\n"), self.value("f = %s\nf(1)\n" % long))

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
