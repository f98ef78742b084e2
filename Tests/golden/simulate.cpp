// Long orbits of random losses, in numbers of 64 bits (fast), of 113 bits, and of MPFR with as many bits as asked for.
//
// check_families.py writes families.inc, one `slope` per row with derivatives of its own, and compiles this file with it.
// Usage: simulate KIND STEPS ROW…; KIND is fast, quad or a number of bits. Prints one JSON object per row.
#include <math.h>
#include <mpfr.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <string>
#include <vector>

// A number of MPFR with the precision set once.
struct Mp {
  static mpfr_prec_t bits;
  mpfr_t v;
  Mp() { mpfr_init2(v, bits), mpfr_set_zero(v, 1); }
  Mp(double d) { mpfr_init2(v, bits), mpfr_set_d(v, d, MPFR_RNDN); }
  Mp(const Mp &o) { mpfr_init2(v, bits), mpfr_set(v, o.v, MPFR_RNDN); }
  Mp &operator=(const Mp &o) { return mpfr_set(v, o.v, MPFR_RNDN), *this; }
  ~Mp() { mpfr_clear(v); }
};
mpfr_prec_t Mp::bits = 128;
#define OPERATOR(sign, f) \
  static Mp operator sign(const Mp &a, const Mp &b) { Mp r; return f(r.v, a.v, b.v, MPFR_RNDN), r; }
OPERATOR(+, mpfr_add) OPERATOR(-, mpfr_sub) OPERATOR(*, mpfr_mul) OPERATOR(/, mpfr_div)
static Mp operator-(const Mp &a) { Mp r; return mpfr_neg(r.v, a.v, MPFR_RNDN), r; }
static bool operator<(const Mp &a, const Mp &b) { return mpfr_less_p(a.v, b.v); }
static bool operator==(const Mp &a, const Mp &b) { return mpfr_equal_p(a.v, b.v); }

template <class R> R read(const char *s);
template <> long double read(const char *s) { return strtold(s, 0); }
template <> __float128 read(const char *s) { return strtoflt128(s, 0); }
template <> Mp read(const char *s) { Mp r; return mpfr_set_str(r.v, s, 10, MPFR_RNDN), r; }
static double rough(long double x) { return (double)x; }
static double rough(__float128 x) { return (double)x; }
static double rough(const Mp &x) { return mpfr_get_d(x.v, MPFR_RNDN); }
static std::string text(long double x) { char b[64]; return snprintf(b, 64, "%.19Lg", x), b; }
static std::string text(__float128 x) { char b[64]; return quadmath_snprintf(b, 64, "%.32Qg", x), b; }
static std::string text(const Mp &x) { char b[128]; return mpfr_snprintf(b, 128, "%.40Rg", x.v), b; }
static bool finite_(long double x) { return isfinite(x); }
static bool finite_(__float128 x) { return finiteq(x); }
static bool finite_(const Mp &x) { return mpfr_number_p(x.v); }
#define FUNCTION(name, l, q, m) \
  static long double name(long double x) { return l(x); } \
  static __float128 name(__float128 x) { return q(x); } \
  static Mp name(const Mp &x) { Mp r; return m(r.v, x.v, MPFR_RNDN), r; }
FUNCTION(Sin, sinl, sinq, mpfr_sin) FUNCTION(Cos, cosl, cosq, mpfr_cos) FUNCTION(Exp, expl, expq, mpfr_exp)
FUNCTION(Log, logl, logq, mpfr_log) FUNCTION(Tanh, tanhl, tanhq, mpfr_tanh) FUNCTION(Atan, atanl, atanq, mpfr_atan)
#define mpfr_root(r, x, m) mpfr_sqrt(r, x, m)
FUNCTION(Sqrt, sqrtl, sqrtq, mpfr_root)
#define mpfr_size(r, x, m) mpfr_abs(r, x, m)
FUNCTION(Abs, fabsl, fabsq, mpfr_size)

// What a row is: n variables; 0 gd, 1 momentum, 2 nesterov.
struct Row { int n, method; const char *beta; const char *start[3]; };

// Where the slope has no value.
struct Outside {};
#include "families.inc"

template <class R> struct State { R x[3], v[3]; };

// One step; false where it leaves the domain.
template <class R> static bool move(int k, const Row &row, const R &beta, State<R> &s, long t) {
  R at[3], g[3];
  for (int i = 0; i < row.n; i++) at[i] = row.method == 2 ? s.x[i] + beta * s.v[i] : s.x[i];
  try { slope<R>(k, at, g); } catch (Outside) { return false; }
  R eta = rate<R>(k, t);
  for (int i = 0; i < row.n; i++) {
    s.v[i] = (row.method ? beta * s.v[i] : read<R>("0")) - eta * g[i];
    s.x[i] = s.x[i] + s.v[i];
  }
  return true;
}

static const int ring = 1024;

template <class R> static void run(int k, long steps) {
  const Row &row = rows[k];
  R beta = read<R>(row.beta), far = read<R>("1e200");
  State<R> s;
  for (int i = 0; i < row.n; i++) s.x[i] = read<R>(row.start[i]), s.v[i] = read<R>("0");
  // A neighbour, off in every coordinate and drawn back to this distance after each step: how errors grow.
  const double gap = sizeof(R) == sizeof(long double) && sizeof(long double) != sizeof(Mp) ? 1e-9 : 1e-15;
  State<R> o = s;
  R away = read<R>(gap > 1e-10 ? "1e-9" : "1e-15");
  for (int i = 0; i < row.n; i++) o.x[i] = o.x[i] + away * R(1.0 / (i + 1));
  double stretch = 0, least = 0, growth = 0, late = 0;
  std::vector<std::vector<std::string>> looks;
  std::vector<double> recent(3 * ring, 0), low(4 * 3, 1e308), high(4 * 3, -1e308);
  std::vector<R> tail(3 * ring);
  std::string end = "on";
  long t = 0;
  for (; t < steps; t++) {
    State<R> before = s;
    bool ok = move(k, row, beta, s, t);
    bool finite = ok, isFar = false;
    for (int i = 0; i < row.n && ok; i++) finite = finite && finite_(s.x[i]), isFar = isFar || far < Abs(s.x[i]);
    if (!ok) { end = "outside"; s = before; break; }
    if (!finite || isFar) { end = "far"; break; }
    bool there = move(k, row, beta, o, t);
    double d = 0;
    for (int i = 0; i < row.n && there; i++) d += pow(rough(o.x[i] - s.x[i]), 2) + (row.method ? pow(rough(o.v[i] - s.v[i]), 2) : 0);
    d = sqrt(d);
    if (there && d > 0 && isfinite(d)) {
      stretch += log(d / gap);
      R back = read<R>("1") * R(gap / d);
      for (int i = 0; i < row.n; i++) o.x[i] = s.x[i] + (o.x[i] - s.x[i]) * back, o.v[i] = s.v[i] + (o.v[i] - s.v[i]) * back;
    } else {
      stretch -= 80;
      o = s, o.x[t % row.n] = o.x[t % row.n] + away;
    }
    least = std::min(least, stretch), growth = std::max(growth, stretch - least);
    if (t == steps / 4) late = stretch;
    int quarter = std::min(3L, 4 * t / steps);
    for (int i = 0; i < row.n; i++) {
      double x = rough(s.x[i]);
      low[quarter * 3 + i] = std::min(low[quarter * 3 + i], x), high[quarter * 3 + i] = std::max(high[quarter * 3 + i], x);
      tail[(t % ring) * 3 + i] = s.x[i];
    }
    for (long part : {16L, 8L, 4L, 2L})
      if (t == steps / part) {
        looks.push_back({});
        for (int i = 0; i < row.n; i++) looks.back().push_back(text(s.x[i]));
      }
  }
  printf("{\"row\": %d, \"end\": \"%s\", \"t\": %ld, \"growth\": %.6g, \"x\": [", k, end.c_str(), t, growth);
  for (int i = 0; i < row.n; i++) printf("%s\"%s\"", i ? ", " : "", text(s.x[i]).c_str());
  printf("], \"lyapunov\": %.8g", t > steps / 4 ? (stretch - late) / (t - steps / 4) : NAN);
  if (end == "on" && t >= ring) {
    // The largest distance to the point p steps before, over the last 300 points: best p, and the shortest with next to it.
    double scale = 1;
    for (int i = 0; i < row.n; i++) scale = std::max(scale, fabs(rough(s.x[i])));
    double best = INFINITY;
    std::vector<double> gaps(601, INFINITY);
    for (int p = 1; p <= 600; p++) {
      double worst = 0;
      for (int j = 0; j < 300 && worst < best * 2 + 1; j++)
        for (int i = 0; i < row.n; i++)
          worst = std::max(worst, fabs(rough(tail[((t - 1 - j) % ring) * 3 + i] - tail[((t - 1 - j - p) % ring) * 3 + i])));
      gaps[p] = worst / scale, best = std::min(best, gaps[p]);
    }
    int shortest = 0;
    for (int p = 1; p <= 600 && !shortest; p++) if (gaps[p] <= std::max(2 * best, gap * 1e-3)) shortest = p;
    printf(", \"period\": %d, \"gap\": %.6g, \"step\": %.6g", shortest, gaps[shortest], gaps[1]);
    printf(", \"low\": [");
    for (int q = 0; q < 12; q++) printf("%s%.17g", q ? ", " : "", low[q]);
    printf("], \"high\": [");
    for (int q = 0; q < 12; q++) printf("%s%.17g", q ? ", " : "", high[q]);
    printf("], \"looks\": [");
    for (size_t q = 0; q < looks.size(); q++) {
      printf("%s[", q ? ", " : "");
      for (size_t i = 0; i < looks[q].size(); i++) printf("%s\"%s\"", i ? ", " : "", looks[q][i].c_str());
      printf("]");
    }
    printf("], \"tail\": [");
    for (int j = 0; j < std::max(1, std::min(shortest, 600)); j++) {
      printf("%s[", j ? ", " : "");
      for (int i = 0; i < row.n; i++) printf("%s\"%s\"", i ? ", " : "", text(tail[((t - 1 - j) % ring) * 3 + i]).c_str());
      printf("]");
    }
    printf("]");
  }
  printf("}\n");
}

int main(int count, char **a) {
  if (count < 3) return 2;
  for (int k = 3; k < count; k++, fflush(stdout)) {
    if (!strcmp(a[1], "fast")) run<long double>(atoi(a[k]), atol(a[2]));
    else if (!strcmp(a[1], "quad")) run<__float128>(atoi(a[k]), atol(a[2]));
    else Mp::bits = atol(a[1]), run<Mp>(atoi(a[k]), atol(a[2]));
  }
  return 0;
}
