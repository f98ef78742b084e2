// The table itself. To add a function, add a row; its tests follow by themselves.
import CMPFR
import Glibc

extension ElementaryFunction {
  private typealias Row = (
    name: String, summary: String, native: Native, slopes: [String],
    domain: Domain, kink: Kink, variation: Variation, isPositive: Bool, growth: Growth,
    latex: LaTeX, exact: @Sendable (Rational, Rational) -> Rational?, effort: Effort,
    composed: String?
  )

  /// All rows, in the order in which help lists them.
  package static let table: [ElementaryFunction] = (unary + binary).enumerated().map { i, r in
    ElementaryFunction(
      name: r.name, arity: r.slopes.count, summary: r.summary, native: r.native, slopes: r.slopes,
      domain: r.domain, kink: r.kink, variation: r.variation, isPositive: r.isPositive,
      growth: r.growth, latex: r.latex, exact: r.exact, effort: r.effort, composedText: r.composed,
      index: UInt8(clamping: i))
  }

  private static let unary: [Row] = [
    row(
      "exp", "eˣ", exp, "f", .increasing(mpfr_exp), isPositive: true, growth: .exponential,
      latex: .around("e^{", "}"), at: 0, is: 1),
    row(
      "exp2", "2ˣ", exp2, "f*log(2)", .increasing(mpfr_exp2), isPositive: true,
      growth: .exponentialOfBase2, latex: "\\operatorname{exp2}", at: 0, is: 1),
    row(
      "log", "the natural logarithm", log, "1/x", .increasing(mpfr_log), .positive,
      growth: .logarithm, latex: "\\ln", at: 1, is: 0),
    row(
      "log2", "the logarithm to base 2", log2, "1/(x*log(2))", .increasing(mpfr_log2), .positive,
      latex: "\\log_2", at: 1, is: 0),
    row(
      "log10", "the logarithm to base 10", log10, "1/(x*log(10))", .increasing(mpfr_log10),
      .positive, latex: "\\log_{10}", effort: 4, at: 1, is: 0),
    row(
      "expm1", "eˣ − 1, precise near 0", expm1, "exp(x)", .increasing(mpfr_expm1),
      growth: .exponentialLess1, latex: "\\operatorname{expm1}", at: 0, is: 0),
    row(
      "log1p", "log(1 + x), precise near 0", log1p, "1/(1+x)", .increasing(mpfr_log1p),
      .aboveMinusOne, growth: .logarithmOf1Plus, latex: "\\operatorname{log1p}", at: 0, is: 0),
    row(
      "sqrt", "the square root", sqrt, "1/(2*f)", .increasing(mpfr_sqrt), .nonNegative,
      growth: .root(2), latex: .around("\\sqrt{", "}"), exact: { x, _ in x.squareRoot }),
    row(
      "cbrt", "the cube root, also of negative numbers", cbrt, "1/(3*f^2)",
      .increasing(mpfr_cbrt), growth: .root(3), latex: .around("\\sqrt[3]{", "}"),
      exact: { x, _ in x.cubeRoot }),
    row(
      "sin", "the sine (radians)", sin, "cos(x)", .wave(mpfr_sin, slope: mpfr_cos, sign: 1), at: 0,
      is: 0),
    row(
      "cos", "the cosine (radians)", cos, "-sin(x)", .wave(mpfr_cos, slope: mpfr_sin, sign: -1),
      at: 0, is: 1),
    row("tan", "the tangent (radians)", tan, "1/cos(x)^2", .special(.tan), at: 0, is: 0),
    row(
      "asin", "the inverse sine", asin, "1/sqrt((1-x)*(1+x))", .increasing(mpfr_asin),
      .closedUnit, latex: "\\arcsin", effort: 6, at: 0, is: 0),
    row(
      "acos", "the inverse cosine", acos, "-1/sqrt((1-x)*(1+x))", .decreasing(mpfr_acos),
      .closedUnit, latex: "\\arccos", effort: 6, at: 1, is: 0),
    row(
      "atan", "the inverse tangent", atan, "1/(1+x^2)", .increasing(mpfr_atan),
      latex: "\\arctan", effort: 5, at: 0, is: 0),
    row(
      "sinh", "the hyperbolic sine", sinh, "cosh(x)", .increasing(mpfr_sinh),
      growth: .hyperbolic(isEven: false), at: 0, is: 0),
    row(
      "cosh", "the hyperbolic cosine", cosh, "sinh(x)", .even(mpfr_cosh), isPositive: true,
      growth: .hyperbolic(isEven: true), at: 0, is: 1),
    row(
      "tanh", "the hyperbolic tangent", tanh, "1/cosh(x)^2", .increasing(mpfr_tanh), at: 0,
      is: 0),
    row(
      "asinh", "the inverse hyperbolic sine", asinh, "1/sqrt(1+x^2)", .increasing(mpfr_asinh),
      latex: "\\operatorname{asinh}", at: 0, is: 0),
    row(
      "acosh", "the inverse hyperbolic cosine", acosh, "1/(sqrt(x-1)*sqrt(x+1))",
      .increasing(mpfr_acosh), .atLeastOne, latex: "\\operatorname{acosh}", at: 1, is: 0),
    row(
      "atanh", "the inverse hyperbolic tangent", atanh, "1/((1-x)*(1+x))",
      .increasing(mpfr_atanh), .openUnit, latex: "\\operatorname{atanh}", at: 0, is: 0),
    row(
      "abs", "the absolute value; slope 0 at 0 by convention", { fabs($0) }, "sign(x)",
      .even(real_abs), kink: .zero, growth: .magnitude, latex: .around("\\left|", "\\right|"),
      exact: { x, _ in x.magnitude }),
    row(
      "sign", "-1, 0 or 1", { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }, "0*x",
      .increasing(real_signum), kink: .zero, latex: "\\operatorname{sign}",
      exact: { x, _ in Rational(x.sign) }),
    row(
      "floor", "the largest integer not above x", { $0.rounded(.down) }, "0*x",
      .increasing(real_floor), kink: .integers,
      latex: .around("\\left\\lfloor ", "\\right\\rfloor"),
      exact: { x, _ in x.floor }),
    row(
      "softplus", "log(1 + eˣ) without overflow",
      { $0 > 0 ? $0 + log1p(exp(-$0)) : log1p(exp($0)) },
      "1/(1+exp(-x))", .increasing(real_softplus), isPositive: true,
      latex: "\\operatorname{softplus}", composed: "max(x, 0) + log1p(exp(-abs(x)))",
      exact: { _, _ in nil }),
    row(
      "logsigmoid", "log(1/(1 + e⁻ˣ)) without overflow",
      { $0 < 0 ? $0 - log1p(exp($0)) : -log1p(exp(-$0)) },
      "1/(1+exp(x))", .increasing(real_logsigmoid), latex: "\\operatorname{logsigmoid}",
      composed: "min(x, 0) - log1p(exp(-abs(x)))",
      exact: { _, _ in nil }),
    row(
      "logcosh", "log cosh x, precise near 0 and without overflow",
      { abs($0) < 600 ? log1p(2 * sinh($0 / 2) * sinh($0 / 2)) : abs($0) - 0.6931471805599453 },
      "tanh(x)", .even(real_logcosh), latex: "\\ln\\cosh",
      composed: "if(abs(x) < 600, log1p(2*sinh(x/2)^2), abs(x) - 0.6931471805599453)", at: 0, is: 0),
    row(
      "erf", "the error function", erf, "2/sqrt(pi)*exp(-x^2)", .increasing(mpfr_erf),
      latex: "\\operatorname{erf}", effort: .series(10, growth: 1), at: 0, is: 0),
    row(
      "erfc", "1 − erf(x), precise for large x", erfc, "-2/sqrt(pi)*exp(-x^2)",
      .decreasing(mpfr_erfc), isPositive: true, latex: "\\operatorname{erfc}",
      effort: .series(30, growth: 1.3),
      at: 0, is: 1),
  ]

  private static let binary: [Row] = [
    (
      "min", "the smallest one; equal ones share its slope, ½ for each of two",
      .binary({ Swift.min($0, $1) + 0 * ($0 + $1) }),
      ["if(x < y, 1, if(x > y, 0, t))", "if(x > y, 1, if(x < y, 0, t))"], .all,
      .equalArguments, .special(.min), false, .homogeneous, "\\min", { Swift.min($0, $1) }, 1, nil
    ),
    (
      "max", "the largest one; equal ones share its slope, ½ for each of two",
      .binary({ Swift.max($0, $1) + 0 * ($0 + $1) }),
      ["if(x > y, 1, if(x < y, 0, t))", "if(x < y, 1, if(x > y, 0, t))"], .all,
      .equalArguments, .special(.max), false, .homogeneous, "\\max", { Swift.max($0, $1) }, 1, nil
    ),
    (
      "atan2", "the angle of the point (y, x): atan2(y, x)", .binary({ atan2($0, $1) }),
      ["y/(x^2+y^2)", "-x/(x^2+y^2)"], .all, .cut, .special(.atan2), false, .unknown,
      "\\operatorname{atan2}",
      { y, x in y.isZero && x.sign > 0 ? .zero : nil }, 5, nil
    ),
    (
      "hypot", "√(x² + y²) without overflow", .binary({ hypot($0, $1) }),
      ["if(f == 0, 0, x/f)", "if(f == 0, 0, y/f)"], .all, .originOnly, .special(.hypot), false,
      .homogeneous, "\\operatorname{hypot}", { x, y in (x * x + y * y).squareRoot }, 1, nil
    ),
    (
      "pow", "x to the power y, as x^y", .binary({ pow($0, $1) }),
      ["y*x^(y-1)", "if(x > 0, f*log(x), if(x == 0, if(y > 0, 0, log(x)), log(x)))"], .all, .none,
      .special(.pow), false, .power, .superscript, exactPower, 3, nil
    ),
  ]

  /// xʸ where y is a small integer or half of one and the result is rational.
  private static let exactPower: @Sendable (Rational, Rational) -> Rational? = { x, y in
    if let n = y.integer, n.magnitude <= 4096, x.bits * Int(n.magnitude) < 65_536 {
      return x.power(n)
    }
    if x == .one { return .one }
    if x.isZero { return y.sign > 0 ? .zero : nil }
    if let n = (y * Rational(2)).integer, n.magnitude <= 4096, let root = x.squareRoot,
      root.bits * Int(n.magnitude) < 65_536
    {
      return root.power(n)
    }
    return nil
  }

  /// A row of one argument that is rational only at `at`.
  private static func row(
    _ name: String, _ summary: String, _ value: @convention(c) (Double) -> Double,
    _ slope: String, _ variation: Variation, _ domain: Domain = .all, isPositive: Bool = false,
    growth: Growth = .unknown, latex: LaTeX? = nil, effort: Effort = 1, composed: String? = nil,
    at: Int, is image: Int
  ) -> Row {
    row(
      name, summary, value, slope, variation, domain, isPositive: isPositive, growth: growth,
      latex: latex, effort: effort, composed: composed
    ) { x, _ in x.integer == at ? Rational(image) : nil }
  }

  private static func row(
    _ name: String, _ summary: String, _ value: @convention(c) (Double) -> Double,
    _ slope: String, _ variation: Variation, _ domain: Domain = .all, kink: Kink = .none,
    isPositive: Bool = false, growth: Growth = .unknown, latex: LaTeX? = nil, effort: Effort = 1,
    composed: String? = nil,
    exact: @escaping @Sendable (Rational, Rational) -> Rational?
  ) -> Row {
    (
      name, summary, .unary(value), [slope], domain, kink, variation, isPositive, growth,
      latex ?? .called("\\" + name), exact, effort, composed
    )
  }
}
