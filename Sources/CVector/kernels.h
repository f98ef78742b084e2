// The kernels, written once and compiled per instruction set: the including file defines LANES, KERNELS
// (the name of its table) and, where libmvec serves it, LIBRARY(name) and LIBRARY2(name), the symbols of
// the vector ABI, with MOVE, FIRST and SECOND for the calls. Explicit vectors of LANES doubles; NaN and
// infinity as IEEE says.
#pragma STDC FP_CONTRACT OFF

typedef double V __attribute__((vector_size(8 * LANES), may_alias));
typedef double U __attribute__((vector_size(8 * LANES), may_alias, aligned(8)));
typedef int64_t M __attribute__((vector_size(8 * LANES)));

/// Operands and results may begin anywhere in a buffer.
static inline V load(const double *p, size_t i) { return *(const U *)(p + i); }
static inline V splat(double x) { return x - (V){}; }
static inline V nan_vector(void) { return splat(__builtin_nan("")); }
static inline V choose(M m, V a, V b) { return (V)((m & (M)a) | (~m & (M)b)); }
static inline V truth(V a, V b, M holds) {
  M unordered = (a != a) | (b != b);
  return choose(unordered, nan_vector(), choose(holds, splat(1), splat(0)));
}
static inline int any(M m) {
  int64_t out = 0;
  for (int k = 0; k < LANES; k++) out |= m[k];
  return out != 0;
}
/// Swift's order of arguments, and NaN or inf − inf where DoubleArithmetic has it.
static inline V least(V a, V b) { return choose(b < a, b, a) + 0 * (a + b); }
static inline V largest(V a, V b) { return choose(b >= a, b, a) + 0 * (a + b); }
static inline V sign_of(V a) { return choose(a > 0, splat(1), choose(a < 0, splat(-1), a)); }

static inline V power(V x, int n) {
  V square = x * x;
  switch (n) {
    case 0: return choose(x != x, x, splat(1));
    case 1: return x;
    case 2: return square;
    case 3: return square * x;
    case 4: return square * square;
    case 5: return square * square * x;
    case 6: return square * square * square;
    case 7: return square * square * (square * x);
    default: {
      V fourth = square * square;
      return fourth * fourth;
    }
  }
}

// Loops over a block with `x` and `y` as operands; a scalar operand is spread once.
#define UNARY_LOOP(value)                                                                         \
  for (size_t i = 0; i < count; i += LANES) {                                                     \
    V x = load(a, i);                                                                             \
    *(U *)(r + i) = (value);                                                                      \
  }                                                                                               \
  break;
#define BINARY_LOOP(value)                                                                        \
  if ((s->scalars & 3) == 0) {                                                                    \
    for (size_t i = 0; i < count; i += LANES) {                                                   \
      V x = load(a, i), y = load(b, i);                                                           \
      *(U *)(r + i) = (value);                                                                    \
    }                                                                                             \
  } else if ((s->scalars & 3) == 1) {                                                             \
    V x = splat(*a);                                                                              \
    for (size_t i = 0; i < count; i += LANES) {                                                   \
      V y = load(b, i);                                                                           \
      *(U *)(r + i) = (value);                                                                    \
    }                                                                                             \
  } else {                                                                                        \
    V y = splat(*b);                                                                              \
    for (size_t i = 0; i < count; i += LANES) {                                                   \
      V x = load(a, i);                                                                           \
      *(U *)(r + i) = (value);                                                                    \
    }                                                                                             \
  }                                                                                               \
  break;

// A loop over a block that, where `squares` is given, adds the squares of the results to those partial sums.
#define RESIDUAL_FOR(loads, value)                                                                \
  {                                                                                               \
    size_t i = 0;                                                                                 \
    if (s->squares) {                                                                             \
      V q[VECTOR_SUMS / LANES];                                                                   \
      for (int k = 0; k < VECTOR_SUMS / LANES; k++) q[k] = load(s->squares, k * LANES);           \
      for (size_t start = 0; start + VECTOR_SUMS <= exact; start += VECTOR_SUMS)                  \
        for (int k = 0; k < VECTOR_SUMS / LANES; k++, i += LANES) {                               \
          loads;                                                                                  \
          V v = (value);                                                                          \
          *(U *)(r + i) = v;                                                                      \
          q[k] += v * v;                                                                          \
        }                                                                                         \
      for (int k = 0; k < VECTOR_SUMS / LANES; k++) *(U *)(s->squares + k * LANES) = q[k];        \
    }                                                                                             \
    size_t whole = i;                                                                             \
    for (; i < count; i += LANES) {                                                               \
      loads;                                                                                      \
      *(U *)(r + i) = (value);                                                                    \
    }                                                                                             \
    if (s->squares)                                                                               \
      for (i = whole; i < exact; i++) s->squares[i - whole] += r[i] * r[i];                       \
  }
#define PLAIN_FOR(loads, value)                                                                   \
  for (size_t i = 0; i < count; i += LANES) {                                                     \
    loads;                                                                                        \
    *(U *)(r + i) = (value);                                                                      \
  }

// Sums and differences, by which of the operands is a scalar.
#define SUM_LOOP(value)                                                                           \
  {                                                                                               \
    V x = splat(*a), y = splat(*b);                                                               \
    switch (s->scalars & 3) {                                                                     \
      case 0: RESIDUAL_FOR((x = load(a, i), y = load(b, i)), value) break;                        \
      case 1: RESIDUAL_FOR(y = load(b, i), value) break;                                          \
      default: RESIDUAL_FOR(x = load(a, i), value) break;                                         \
    }                                                                                             \
  }                                                                                               \
  break;
// Two operations at once, by which of the operands `x` and `z` is a scalar; `y` is none.
#define FUSED_LOOP(each, value)                                                                   \
  {                                                                                               \
    V x = splat(*a), y, z = splat(*c), f = splat(s->factor ? *s->factor : 1);                     \
    switch (s->scalars & 5) {                                                                     \
      case 0: each((x = load(a, i), y = load(b, i), z = load(c, i)), value) break;                \
      case 1: each((y = load(b, i), z = load(c, i)), value) break;                                \
      case 4: each((x = load(a, i), y = load(b, i)), value) break;                                \
      default: each(y = load(b, i), value) break;                                                 \
    }                                                                                             \
  }                                                                                               \
  break;
#define FUSED_CASES(k, first)                                                                     \
  case VECTOR_FUSED + 4 * k: FUSED_LOOP(RESIDUAL_FOR, f * (first) + z)                                \
  case VECTOR_FUSED + 4 * k + 1: FUSED_LOOP(RESIDUAL_FOR, f * (first) - z)                            \
  case VECTOR_FUSED + 4 * k + 2: FUSED_LOOP(RESIDUAL_FOR, z - f * (first))                            \
  case VECTOR_FUSED + 4 * k + 3: FUSED_LOOP(PLAIN_FOR, f * (first) * z)
#define SQUARE_LOOP(each, value)                                                                  \
  {                                                                                               \
    V y, z = splat(*c), f = splat(s->factor ? *s->factor : 1);                                    \
    if (s->scalars & 4)                                                                           \
      each(y = load(b, i), value)                                                                 \
    else                                                                                          \
      each((y = load(b, i), z = load(c, i)), value)                                               \
  }                                                                                               \
  break;

static void select_block(const struct vector_instruction *s, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    V c = s->scalars & 1 ? splat(*s->a) : load(s->a, i);
    V x = s->scalars & 2 ? splat(*s->b) : load(s->b, i);
    V y = s->scalars & 4 ? splat(*s->c) : load(s->c, i);
    *(U *)(s->result + i) = choose(c != c, c, choose(c != 0, x, y));
  }
}

#ifdef LIBRARY
#define DECLARE(name) void LIBRARY(name)(void);
#define DECLARE2(name) void LIBRARY2(name)(void);
VECTOR_FUNCTIONS_FROM_LIBRARY(DECLARE, DECLARE2)
#define ADDRESS(name) LIBRARY(name),
#define ADDRESS2(name) LIBRARY2(name),
static void (*const library[])(void) = {VECTOR_FUNCTIONS_FROM_LIBRARY(ADDRESS, ADDRESS2)};

/// r ← f(x) and r ← f(x, y) for one vector, by the registers of the vector ABI. In assembler, because
/// clang passes wide vectors in memory unless the whole file, not just the function, is compiled for
/// them: a call written in C reads whatever the registers hold.
__attribute__((naked, noinline)) static void call(double *r, const double *x, void (*f)(void)) {
  __asm__(
    "pushq %rbx\n\t"
    "movq %rdi, %rbx\n\t"
    MOVE " (%rsi), " FIRST "\n\t"
    "callq *%rdx\n\t"
    MOVE " " FIRST ", (%rbx)\n\t"
    "popq %rbx\n\t"
    "retq");
}
__attribute__((naked, noinline)) static void call2(
  double *r, const double *x, const double *y, void (*f)(void)) {
  __asm__(
    "pushq %rbx\n\t"
    "movq %rdi, %rbx\n\t"
    MOVE " (%rsi), " FIRST "\n\t"
    MOVE " (%rdx), " SECOND "\n\t"
    "callq *%rcx\n\t"
    MOVE " " FIRST ", (%rbx)\n\t"
    "popq %rbx\n\t"
    "retq");
}

/// tanh, by one exponential and one division: 1 − 2/(e^(2|x|) + 1) from 0.625 on, below x + x³·P(x²)/Q(x²)
/// with the coefficients of Cephes (Moshier, tanh.c; relative error 4.6e-17). The quotient is below 0.81 of
/// the value above 0.625 and below 0.12 of it under it, so that the result is within that share of what
/// the exponential is, and 2 units in the last place of its own. libmvec's takes 1.4 times as long.
/// 1/cosh² is 4/(E + 2 + 1/E) with the same E = e^(2|x|), nothing of which cancels; beyond 350 it is taken for
/// what it is there, below 4·10⁻³⁰³.
static void tanh_block(const struct vector_instruction *s, size_t count) {
  void (*f)(void) = library[FUNCTION_exp - FIRST_FROM_LIBRARY];
  for (size_t i = 0; i < count; i += LANES) {
    V x = load(s->a, i);
    V w = __builtin_elementwise_abs(x), e;
    // Beyond 20 it is 1 in doubles; NaN stays.
    V twice = 2 * choose(w > 350, splat(350), w);
    call((double *)&e, (const double *)&twice, f);
    if (s->second) *(U *)(s->second + i) = 4 / (e + 2 + 1 / e);
    V z = w * w;
    V p = z * ((-9.64399179425052238628e-1 * z - 9.92877231001918586564e1) * z - 1.61468768441708447952e3);
    V q = ((z + 1.12811678491632931402e2) * z + 2.23548839060100448583e3) * z + 4.84406305325125486048e3;
    M small = w < 0.625;
    V quotient = choose(small, p, splat(-2)) / choose(small, q, e + 1);
    V t = choose(small, w + w * quotient, 1 + quotient);
    *(U *)(s->result + i) = (V)((M)t | ((M)x & (M)splat(-0.0)));
  }
}

static void call_block(const struct vector_instruction *s, size_t count) {
  void (*f)(void) = library[s->operation - FIRST_FROM_LIBRARY];
  double *r = s->result;
  if (s->operation == FUNCTION_tanh) return tanh_block(s, count);
  if (s->operation < FIRST_BINARY) {
    for (size_t i = 0; i < count; i += LANES) {
      V x = load(s->a, i);
      M pole = (x == s->poles[0]) | (x == s->poles[1]);
      call(r + i, s->a + i, f);
      *(U *)(r + i) = choose(pole, nan_vector(), load(r, i));
    }
    return;
  }
  V spread[2] = {splat(*s->a), splat(*s->b)};
  for (size_t i = 0; i < count; i += LANES) {
    const double *a = s->scalars & 1 ? (const double *)&spread[0] : s->a + i;
    const double *b = s->scalars & 2 ? (const double *)&spread[1] : s->b + i;
    V x = load(a, 0), y = load(b, 0);
    M bad = {};
    if (s->operation == FUNCTION_pow) bad = (x == 0) & (y < 0);
    if (s->operation == FUNCTION_atan2) bad = (x == 0) & (y == 0);
    call2(r + i, a, b, f);
    *(U *)(r + i) = choose(bad, nan_vector(), load(r, i));
  }
}
#endif

#include "arrays.h"

static void run_each(const struct vector_instruction *code, size_t n, size_t all, size_t exact) {
  for (const struct vector_instruction *s = code; s < code + n; s++) {
    double *r = s->result;
    const double *a = s->a, *b = s->b, *c = s->c;
    size_t count = s->scalars & VECTOR_EXACT ? exact / LANES * LANES : all;
    switch (s->operation) {
      case VECTOR_COPY:
        if (s->scalars & 1) {
          V x = splat(*a);
          for (size_t i = 0; i < count; i += LANES) *(U *)(r + i) = x;
          break;
        }
        UNARY_LOOP(x)
      case VECTOR_ADD: SUM_LOOP(x + y)
      case VECTOR_SUBTRACT: SUM_LOOP(x - y)
      case VECTOR_MULTIPLY: BINARY_LOOP(x * y)
      case VECTOR_DIVIDE: BINARY_LOOP(choose(y == 0, nan_vector(), x / y))
      case VECTOR_NEGATE: UNARY_LOOP(-x)
      case VECTOR_POWER:
        switch (s->exponent) {
          case 2: UNARY_LOOP(x * x)
          case 3: UNARY_LOOP(x * x * x)
          default: UNARY_LOOP(power(x, s->exponent))
        }
        break;
      case VECTOR_LESS: BINARY_LOOP(truth(x, y, x < y))
      case VECTOR_LESS_OR_EQUAL: BINARY_LOOP(truth(x, y, x <= y))
      case VECTOR_GREATER: BINARY_LOOP(truth(x, y, x > y))
      case VECTOR_GREATER_OR_EQUAL: BINARY_LOOP(truth(x, y, x >= y))
      case VECTOR_EQUAL: BINARY_LOOP(truth(x, y, x == y))
      case VECTOR_NOT_EQUAL: BINARY_LOOP(truth(x, y, x != y))
      case VECTOR_SELECT: select_block(s, count); break;
      case VECTOR_SUM: accumulate(r, a, exact); break;
      case VECTOR_SUM_PRODUCTS: accumulate_products(r, a, b, exact); break;
      FUSED_CASES(0, x * y)
      FUSED_CASES(1, x + y)
      FUSED_CASES(2, x - y)
      case VECTOR_FUSED + 12: SQUARE_LOOP(RESIDUAL_FOR, f * (y * y) + z)
      case VECTOR_FUSED + 13: SQUARE_LOOP(RESIDUAL_FOR, f * (y * y) - z)
      case VECTOR_FUSED + 14: SQUARE_LOOP(RESIDUAL_FOR, z - f * (y * y))
      case VECTOR_FUSED + 15: SQUARE_LOOP(PLAIN_FOR, f * (y * y) * z)
      case FUNCTION_sqrt: UNARY_LOOP(__builtin_elementwise_sqrt(x))
      case FUNCTION_abs: UNARY_LOOP(__builtin_elementwise_abs(x))
      case FUNCTION_sign: UNARY_LOOP(sign_of(x))
      case FUNCTION_floor: UNARY_LOOP(__builtin_elementwise_floor(x))
      case FUNCTION_min: BINARY_LOOP(least(x, y))
      case FUNCTION_max: BINARY_LOOP(largest(x, y))
#ifdef LIBRARY
      default: call_block(s, count); break;
#endif
    }
    if (s->scalars & VECTOR_EXACT && count < exact) {
      // The rest is computed aside, where whole vectors have room.
      double rest[LANES];
      struct vector_instruction last = *s;
      last.scalars &= ~VECTOR_EXACT;
      last.result = rest;
      if (a && !(s->scalars & 1)) last.a += count;
      if (b && !(s->scalars & 2)) last.b += count;
      if (c && !(s->scalars & 4)) last.c += count;
      run_each(&last, 1, LANES, LANES);
      for (size_t i = 0; i < exact - count; i++) r[count + i] = rest[i];
    }
  }
}

static void run(const struct vector_instruction *code, size_t n, size_t count, size_t exact) {
  run_each(code, n, count, exact);
}

static int descend(double *x, double *slope, const double *rate, double bound, size_t count) {
  M out = {};
  size_t whole = count - count % LANES;
  for (size_t i = 0; i < whole; i += LANES) {
    V before = load(x, i);
    V after = before - load(rate, i) * load(slope, i);
    *(V *)(slope + i) = before;
    *(V *)(x + i) = after;
    out |= ~(M)(__builtin_elementwise_abs(after) <= bound);
  }
  int escaped = any(out);
  for (size_t i = whole; i < count; i++) {
    double before = x[i];
    x[i] = before - rate[i] * slope[i];
    slope[i] = before;
    escaped |= !(__builtin_fabs(x[i]) <= bound);
  }
  return escaped;
}

static int any_nan(const double *x, size_t count) {
  int out = 0;
  for (size_t i = 0; i < count; i++) out |= x[i] != x[i];
  return out;
}

static void widen(double *change, const double *a, const double *b, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    V d = __builtin_elementwise_abs(load(a, i) - load(b, i)), c = load(change, i);
    *(V *)(change + i) = choose(d > c, d, c);
  }
}

#ifdef LIBRARY
const struct vector_kernels KERNELS = {run, descend, any_nan, widen, largest_of, add_rows, matmul, 1};
#else
const struct vector_kernels KERNELS = {run, descend, any_nan, widen, largest_of, add_rows, matmul, 0};
#endif
