"""Scripts as a careless, a clever and a hostile user would type them: definitions, commands with their arguments, and damage.

`script(rng)` gives the bytes of one script. The same generator state gives the same script.
"""

NUMBERS = ["0", "1", "2", "3", "-1", "0.5", "1.2", "0.1", "1/3", "7", "100", "-0.3", "2.5", "1e-3", "1e3", "10", "-2"]
ODD_NUMBERS = ["1e10", "1e-10", "1e100", "1e-100", "1e300", "1e-300", "1.7e308", "5e-324", "1e-400", "1e400", "-0", "0.1e-5",
               "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967296", "9007199254740993", "9223372036854775807",
               "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1073741823", "1073741824", "65535", "65536", "65537",
               "0.30000000000000004", "123456789.123456789", "3." + "14159" * 30, "1" + "0" * 40, "pi", "e", "sqrt(2)/2", "pi/2", "exp(1000)",
               "1/0", "0/0", "log(0)", "sqrt(-1)", "nan", "inf", "1e", "0x", "1.2.3", "1_000", "1..2", ".", "0^0", "2^0.5", "acos(2)", "e^e"]
ONE = ["exp", "log", "log2", "log10", "expm1", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
       "asinh", "acosh", "atanh", "abs", "sign", "erf", "erfc", "floor", "exp2", "sigmoid", "softplus", "relu", "logcosh", "logit", "square", "norm"]
TWO = ["atan2", "hypot", "pow", "huber", "crossentropy", "max", "min"]
VARIABLES = ["x", "y", "z", "w", "x1", "theta", "θ", "t"]
NAMES = ["f", "g", "h", "C", "loss", "a", "b", "eta", "x0", "y0", "η", "step", "plot", "ans", "é", "q", "L1"]
OPERATORS = ["+", "-", "*", "/", "^", "**", "·", "×", "−", "÷", ".*", "./", ".^", ".+", ".-"]
COMPARISONS = ["<", "<=", ">", ">=", "==", "!=", "≤", "≥", "≠"]
METHODS = ["gd", "momentum", "nesterov", "adam", "mine", "mine", "momentm"]
RULES = ["x = x - eta*g", "v = b*v - eta*g, x = x + v", "v = b*v - eta*g(x + b*v), x = x + v", "x = x - eta*sign(g)",
         "s = b*s + (1-b)*g.^2, x = x - eta*g./(sqrt(s)+1e-8)", "x = x - eta*over(g, norm(g))", "x = x - over(f, dot(g, g))*g",
         "h = h + b*dot(g, c), x = x - (eta+h)*g, c = g", "x = if(t < 3, x - eta*g, x)"]
PICTURES = ["run", "loss", "dC", "why", "error", "cobweb", "sharpness", "sweep", "compare", "bifurcate", "map", "flow"]
WORDS = ["def", "lambda x: x^2", "minimize f", "gradient f", "ln(x)", "|x|", "½", "x₁", "f := x", "f(x) -> x", "import numpy as np", "np.exp(x)",
         "d/dx x^2", "df/dx", "∂f/∂x", "for i in 1..3", "print(f)", "f(x)=", "=", "x y", "2x3", "1/2x", "sin x", "sin^2(x)", "xe^x", "ax^2+bx", "exp*x",
         "[1 -2]", "[1,2;3,4]", "[1,2;3]", "[]", "()", "f'", "f''''''''''''", "∇f", "∇", "‖x‖", "√2", "x!", "5!", "?", ":q", "\\eta", "'", "''", "\"", "\"a",
         "\"a\"", "#", "# a comment", ";;", "∇> f = x", "...> x", "if(x)", "if(x, y)", "max()", "min(1)", "max(1)", "e^x", "pi x", "2pi x", "2πx", "x(2)", "x²³", "x⁻¹", "data = load \"a.csv\""]
STRANGE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u2009", "\u202e", "\u2066", "\u2028", "\u0000", "\u0007", "\u001b[2J", "\u009b", "\u0085", "é", "e\u0301", "日本", "🎯",
           "\U0001f468\u200d\U0001f469", "\uff12", "х", "ℓ", "∂", "\u0378", "\ue000", "𝑥", "ﬀ", "İ", "\r", "\r\n", "\n", "\t", "\v", "\f"]


def number(rng):
    return rng.choice(ODD_NUMBERS if rng.random() < 0.18 else NUMBERS)


def exponent(rng):
    r = rng.random()
    if r < 0.55:
        return str(rng.randint(-3, 9))
    if r < 0.7:
        return rng.choice(["(1/2)", "(-1/2)", "(1/3)", "0.5", "-0.5", "2.5", "(3/2)", "1e-10", "-1e-300"])
    if r < 0.85:
        return rng.choice(["1e10", "-1e10", "1e300", "2147483647", "2147483648", "-2147483648", "1073741823", "1073741824", "-1073741824", "65536", "65537", "10000", "1000", "-1000", "(2^40)", "9223372036854775807"])
    return "(%s)" % expression(rng, 1)


def expression(rng, depth):
    """A formula; mostly right, now and then odd."""
    if depth <= 0 or rng.random() < 0.12:
        return rng.choice(VARIABLES[:3]) if rng.random() < 0.6 else number(rng) if rng.random() < 0.9 else rng.choice(VARIABLES + NAMES)
    r = rng.random()
    d = depth - 1
    if r < 0.34:
        return "%s%s%s" % (expression(rng, d), rng.choice(OPERATORS if rng.random() < 0.15 else "+-*/+-*"), expression(rng, d))
    if r < 0.50:
        return "(%s)^%s" % (expression(rng, d), exponent(rng))
    if r < 0.58:
        return "%s^%s" % (rng.choice("xyz"), exponent(rng))
    if r < 0.74:
        return "%s(%s)" % (rng.choice(ONE), expression(rng, d))
    if r < 0.80:
        n = 2 if rng.random() < 0.7 else rng.randint(0, 4)
        return "%s(%s)" % (rng.choice(TWO), ", ".join(expression(rng, d) for _ in range(n)))
    if r < 0.84:
        return "if(%s, %s, %s)" % (condition(rng, d), expression(rng, d), expression(rng, d))
    if r < 0.87:
        return "-%s" % expression(rng, d)
    if r < 0.90:
        return "%s(%s)" % (number(rng), expression(rng, d))
    if r < 0.92:
        n = rng.choice([1, 2, 5, 40])
        return "(" * n + expression(rng, d) + ")" * n
    if r < 0.94:
        return "%s%s(%s)" % (rng.choice(NAMES[:5]), rng.choice(["", "'", "''"]), ", ".join(expression(rng, d - 1) for _ in range(rng.randint(1, 2))))
    if r < 0.95:
        return condition(rng, d)
    if r < 0.96:
        return "[%s]" % rng.choice([", ", "; ", " "]).join(expression(rng, 0) for _ in range(rng.randint(0, 4)))
    if r < 0.97:
        return rng.choice(["‖%s‖", "√%s", "√(%s)", "(%s)²", "(%s)⁻¹", "2%s", "%s%%"]).replace("%%", "%") .replace("%s", expression(rng, 0))
    if r < 0.98:
        return rng.choice(WORDS)
    c = rng.choice(VARIABLES)
    return rng.choice(["+", "*", "-"]).join([c] * rng.choice([3, 30, 300]))


def condition(rng, depth):
    r = rng.random()
    if r < 0.6 or depth <= 0:
        return "%s %s %s" % (expression(rng, depth - 1), rng.choice(COMPARISONS), expression(rng, depth - 1))
    if r < 0.75:
        return "%s and %s" % (condition(rng, depth - 1), condition(rng, depth - 1))
    if r < 0.9:
        return "%s or %s" % (condition(rng, depth - 1), condition(rng, depth - 1))
    return "not %s" % condition(rng, depth - 1)


def loss(rng):
    """A loss that means something, so that commands get far."""
    r = rng.random()
    if r < 0.35:
        return rng.choice(["x^2", "x^4/4-x^2/2", "x^2/2-x^3/3", "log(cosh(x))", "abs(x)", "exp(-x)", "x*exp(-x)", "cos(x)", "sqrt(x)", "log(x)+1/x", "max(x,-2x)", "x^2+10y^2",
                           "(1-x)^2+100(y-x^2)^2", "abs(x)+abs(y)", "max(x,y,z)", "floor(x)+x^2", "x", "3", "x^0", "0*x", "sin(1/x)", "exp(x^2)", "tan(x)", "log(exp(x)+exp(y))", "x*y"])
    return expression(rng, rng.choice([1, 2, 2, 3, 4]))


def rate(rng):
    r = rng.random()
    if r < 0.6:
        return rng.choice(["0.1", "0.5", "1", "1.2", "0.01", "2.5", "3", "1e-8"])
    if r < 0.8:
        return rng.choice(["[0.1, 0.5]", "0.5/(1+t/10)", "sqrt(2)/2", "-0.1", "0", "1e-300", "1e300", "pi/4", "0.1..1", "[]", "1/t", "t", "0.1^t", "[0.1 0.2]", "1e-18"])
    return number(rng) if rng.random() < 0.7 else expression(rng, 1)


def start(rng):
    r = rng.random()
    if r < 0.55:
        return "x0=%s" % number(rng)
    if r < 0.7:
        return "x0=%s y0=%s" % (number(rng), number(rng))
    if r < 0.85:
        return "from=[%s]" % ", ".join(number(rng) for _ in range(rng.randint(1, 3)))
    if r < 0.95:
        return " ".join("%s0=%s" % (v, number(rng)) for v in ("x", "y", "z", "w"))
    return ""


def spread(rng):
    return rng.choice(["0.1..1", "0.5..2.5", "0.01..3", "1..1", "2..1", "-1..1", "0..1", "1e-300..1e300", "0.1..1e308", "%s..%s" % (number(rng), number(rng))])


def command(rng):
    name = rng.choice(rng.choice([["descend"] * 3 + ["precise", "why", "regime", "rule", "threshold", "flow", "step", "back", "again"],
                                  ["grad", "hess", "diff", "taylor", "check"] * 2, ["plot", "play", "sweep", "compare", "bifurcate", "map"],
                                  ["show", "forget", "loss", "undo", "set", "help", "lesson", "save", "load", "log"]]))
    f = rng.choice(["", "", "f ", "g ", "%s " % expression(rng, 1)])
    at = " ".join("%s=%s" % (v, number(rng)) for v in rng.choice([("x",), ("x", "y"), ("x", "y", "z"), ()]))
    if name in ("descend", "precise"):
        steps = rng.choice(["", "steps=%d" % rng.randint(0, 30), "steps=%s" % rng.choice(["1000", "3000", "0", "-1", "1.5", "1e3", "nan"])])
        more = rng.choice(["", "", "", "method=%s" % rng.choice(METHODS), "tol=%s" % number(rng), "every=%s" % rng.choice(["1", "10", "0", "x"]), "columns=[t, x, error]", "tier=double", "method=momentum beta=%s" % number(rng)])
        return "%s %seta=%s %s %s %s" % (name, f, rate(rng), start(rng), steps, more)
    if name == "why":
        return rng.choice(["why", "why %s" % number(rng), "why eta=%s" % rate(rng), "why %seta=%s %s" % (f, rate(rng), start(rng)), "why orders=%s" % number(rng), "why search=%s" % number(rng)])
    if name in ("regime", "threshold", "flow"):
        return rng.choice([name, "%s %seta=%s %s" % (name, f, rate(rng), start(rng)), "%s %s%s" % (name, f, start(rng))])
    if name in ("step", "back"):
        return "%s %s" % (name, rng.choice(["", "2", number(rng), "eta=0.1"]))
    if name == "again":
        return rng.choice(["again", "again eta=%s" % rate(rng), "again %s" % start(rng), "again method=momentum", "again steps=%s" % number(rng)])
    if name == "rule":
        return "rule %s" % f
    if name in ("grad", "hess", "check"):
        return "%s %s%s" % (name, f, at)
    if name == "diff":
        return "diff %s%s %s" % (f, rng.choice(["", "x", "y"]), rng.choice(["", "order=%s" % rng.choice(["2", "3", "10", "11", "0", number(rng)])]))
    if name == "taylor":
        return "taylor %sorder=%s %s" % (f, rng.choice(["2", "4", "8", "30", "31", number(rng)]), at)
    if name == "plot":
        return rng.choice(["plot", "plot %s" % rng.choice(PICTURES), "plot %sx=%s" % (f, spread(rng)), "plot %sx=%s y=%s" % (f, spread(rng), spread(rng)), "plot to \"a.%s\"" % rng.choice(["svg", "png", "pdf", "txt", ""]), "plot width=%s to \"b.png\"" % number(rng)])
    if name == "play":
        return "play pause=0.000001"
    if name == "sweep":
        return "sweep %seta=%s %s count=%s steps=%s" % (f, spread(rng), start(rng), rng.choice(["2", "3", "5"]), rng.choice(["10", "100", number(rng)]))
    if name == "compare":
        return "compare %smethod=[gd, momentum] eta=%s %s steps=%s" % (f, rate(rng), start(rng), rng.choice(["10", "100"]))
    if name == "bifurcate":
        return "bifurcate %seta=%s %s columns=%s burn=%s" % (f, spread(rng), start(rng), rng.choice(["2", "8", "20"]), rng.choice(["10", "100"]))
    if name == "map":
        return rng.choice(["map %seta=%s x0=%s size=%s steps=%s" % (f, spread(rng), spread(rng), rng.choice(["2", "8", "[4, 6]", "0"]), rng.choice(["1", "10", "50"])), "map %sx0=%s y0=%s size=6 steps=20 eta=%s" % (f, spread(rng), spread(rng), rate(rng)), "map zoom factor=%s" % number(rng)])
    if name == "set":
        return rng.choice(["set digits %s" % rng.choice(["3", "12", "17", "20", "40", "0", "1001", number(rng)]), "set glyphs=%s" % rng.choice(["braille", "ascii", "blocks", "x"]), "set picture=on", "set images=off", "set"])
    if name == "help":
        return "help %s" % rng.choice(["", "descend", "why eta", "sin", "max", "method", "run", "words", "gd", "nosuch", number(rng)])
    if name == "lesson":
        return rng.choice(["lesson", "lesson stop", "lesson 99", "lesson 1 line=%s" % number(rng)])
    if name in ("save", "load"):
        return "%s%s %s" % (name, rng.choice(["", "!"]) if name == "save" else "", rng.choice(["\"a.over\"", "\"b.over\"", "a.over", "\"no/such\"", "\"\"", ""]))
    return "%s %s" % (name, rng.choice(["", "f", "g", "x", "a", number(rng)]))


def definition(rng):
    r = rng.random()
    if r < 0.6:
        return "%s = %s" % (rng.choice(["f", "f", "f", "g", "h", "C"]), loss(rng))
    if r < 0.75:
        return "%s(%s) = %s" % (rng.choice(NAMES[:6]), ", ".join(rng.sample(VARIABLES, rng.randint(1, 3))), expression(rng, 2))
    if r < 0.9:
        return "%s = %s" % (rng.choice(NAMES), number(rng))
    return "%s = %s" % (rng.choice(NAMES + VARIABLES), expression(rng, 2))


def method(rng):
    """A declaration: a rule that is known, or formulas of what rules read."""
    rule = rng.choice(RULES)
    if rng.random() < 0.5:
        parts = []
        for name in rng.choice([["x"], ["v", "x"], ["x", "v"], ["s", "v", "x"]]):
            body = expression(rng, rng.choice([1, 2, 3]))
            for old, new in zip("yz", rng.sample(["g", "f", "v", "s", "b", "eta", "t", "g(x)", "f(x+g)", "norm(g)", "count"], 2)):
                body = body.replace(old, new)
            parts.append("%s = %s" % (name, "x - eta*(%s)" % body if name == "x" and rng.random() < 0.7 else body))
        rule = rng.choice([", ", ",\n  "]).join(parts)
    return "method %s%s: %s" % (rng.choice(["mine", "mine", "mine", "gd", "f", "m1"]), rng.choice(["(b=0.9)", "(b=0.9)", "", "(b=%s, v0=1)" % number(rng)]), rule)


def statement(rng):
    r = rng.random()
    if r < 0.06:
        return method(rng)
    if r < 0.3:
        return definition(rng)
    if r < 0.8:
        return command(rng)
    if r < 0.95:
        return expression(rng, rng.choice([1, 2, 3]))
    return rng.choice(WORDS)


def damaged(rng, data):
    """A few bytes of the text replaced, inserted, deleted or repeated."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5])):
        at = rng.randint(0, len(data))
        r = rng.random()
        if r < 0.25 and data:
            del data[at:at + rng.choice([1, 1, 2, 10])]
        elif r < 0.45:
            data[at:at] = rng.choice(STRANGE).encode()
        elif r < 0.6:
            data[at:at] = bytes([rng.randrange(256)])
        elif r < 0.8:
            data[at:at] = rng.choice("()[]^*/=,;'\".!<>-+").encode() * rng.choice([1, 1, 2, 50])
        else:
            other = rng.randint(0, len(data))
            data[at:at] = data[min(at, other):max(at, other)]
    return bytes(data[:20_000])


def script(rng):
    """The bytes of one script."""
    methods = [method(rng)] if rng.random() < 0.25 else []
    statements = methods + ["f = " + loss(rng)] + [statement(rng) for _ in range(rng.randint(1, 6))]
    data = rng.choice(["\n", "\n", "; "]).join(statements).encode()
    return (damaged(rng, data) if rng.random() < 0.3 else data) + b"\n"
