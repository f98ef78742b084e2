// Vector arithmetic over blocks of doubles: the kernels under Calculus/Engines/BlockProgram. One instruction runs over
// a whole block before the next begins, so that dispatch vanishes and registers stay in the first cache.
// The widest instruction set of the running machine is chosen at run time; elementary functions are
// libmvec's (glibc, within 4 ulp, NaN and infinity honest). No option relaxes IEEE arithmetic.
#ifndef OVERSHOOT_CVECTOR_H
#define OVERSHOOT_CVECTOR_H
#include <stddef.h>
#include <stdint.h>

/// Buffers hold a multiple of this many doubles and are aligned to as many.
#define VECTOR_PADDING 8
/// How many partial sums a sum has.
#define VECTOR_SUMS 32
/// Entries that a group of instructions runs over before the next begins.
#define VECTOR_STRIP 512

/// Instruction sets, each one able to do what those before it can. The portable one has no vector
/// functions beyond square root, absolute value, sign, floor, min and max.
enum { VECTOR_PORTABLE, VECTOR_SSE2, VECTOR_AVX2, VECTOR_AVX512, VECTOR_LEVELS };

enum {
  VECTOR_COPY,
  VECTOR_ADD,
  VECTOR_SUBTRACT,
  VECTOR_MULTIPLY,
  /// Division by zero is undefined: NaN.
  VECTOR_DIVIDE,
  VECTOR_NEGATE,
  /// a to the integer power `exponent` in 0…8, by multiplication.
  VECTOR_POWER,
  /// 1 or 0, NaN where an operand is NaN.
  VECTOR_LESS,
  VECTOR_LESS_OR_EQUAL,
  VECTOR_GREATER,
  VECTOR_GREATER_OR_EQUAL,
  VECTOR_EQUAL,
  VECTOR_NOT_EQUAL,
  /// b where a is not 0, else c; NaN where a is NaN.
  VECTOR_SELECT,
  /// result[k mod VECTOR_SUMS] += a[k], for the exact count: the same bits at every level.
  VECTOR_SUM,
  /// The same of a[k]·b[k].
  VECTOR_SUM_PRODUCTS,
  /// Two operations at once, each rounded: (a ∘ b) ∘ c, where b is not a scalar, with the factor between
  /// them. First by the first operation (multiply, add, subtract, b·b), then by the second (add, subtract,
  /// c minus it, multiply).
  VECTOR_FUSED,
  VECTOR_FUSED_LAST = VECTOR_FUSED + 15,
  /// The functions follow.
  VECTOR_FUNCTIONS
};

/// In `scalars`: the result has exactly as many places as are run over, and begins anywhere.
#define VECTOR_EXACT 8

/// One instruction. Bit k of `scalars` says that operand k is one double for the whole block.
struct vector_instruction {
  uint16_t operation;
  uint16_t scalars;
  int32_t exponent;
  double *result;
  const double *a, *b, *c;
  /// Of a sum or difference, or two operations at once that end in one, of which all places are wanted:
  /// partial sums, as of VECTOR_SUM, to which the squares of the results are added; else null.
  double *squares;
  /// Of tanh: where 1/cosh² goes, which the same exponential gives; null for nowhere.
  double *second;
  /// Of two operations at once: by what the result of the first is multiplied; null for 1.
  const double *factor;
  /// Where a function of one argument is undefined though libm gives an infinity; NaN for nowhere.
  double poles[2];
};

/// The best level that this machine can run.
int vector_best_level(void);

/// The operation of an elementary function at a level, or −1 where there is no vector version.
int vector_function(int level, const char *name);

/// Runs `n` instructions over the first `count` places of their buffers, rounded up to the padding.
void vector_run(int level, const struct vector_instruction *code, size_t n, size_t count);

/// What moves from strip to strip: the result, the operands a, b, c and the second result of an instruction.
enum {
  VECTOR_MOVES_RESULT = 1,
  VECTOR_MOVES_A = 2,
  VECTOR_MOVES_B = 4,
  VECTOR_MOVES_C = 8,
  VECTOR_MOVES_SECOND = 16
};

/// Runs `n` instructions over `count` places strip by strip; `moves` says what of each moves. The code is as
/// before afterwards.
void vector_strips(
  int level, struct vector_instruction *code, const uint8_t *moves, size_t n, size_t count);

/// The sum of `VECTOR_SUMS` partial sums, in a fixed order.
double vector_total(const double *sums);

/// The largest of `count` ≥ 1 numbers, NaN where one is.
double vector_largest(int level, const double *x, size_t count);

/// r[j] ← Σ over rows of x[i·columns + j].
void vector_add_rows(int level, double *r, const double *x, size_t rows, size_t columns);

/// Rounded up to whole tiles, how many doubles `vector_matmul` wants as scratch.
size_t vector_matmul_scratch(size_t inner, size_t columns);

/// c (rows × columns) ← Σ over k of a[i·row_step + k·inner_step] · b[k·columns + j], each entry in the order of
/// k: the same bits at every level. The sums of column j begin with start[j], where that is given.
void vector_matmul(
  int level, double *c, const double *a, const double *b, size_t rows, size_t inner, size_t columns,
  size_t row_step, size_t inner_step, const double *start, double *scratch);

/// One step of descent: x ← x − rate·slope, and slope ← the former x. Returns whether some place of the
/// first `count` now has |x| > bound, or is NaN.
int vector_descend(
  int level, double *x, double *slope, const double *rate, double bound, size_t count);

/// Whether some place of the first `count` is NaN.
int vector_any_nan(int level, const double *x, size_t count);

/// change ← max(change, |x − y|), rounded up to the padding; NaN counts as no change.
void vector_widen(int level, double *change, const double *x, const double *y, size_t count);

#endif
