// Which kernels run: chosen once from what the processor and the system support.
#include "CVector.h"
#include "functions.h"
#include <string.h>

#if defined(__x86_64__)
static const struct vector_kernels *const levels[VECTOR_LEVELS] = {
  &vector_portable, &vector_sse2, &vector_avx2, &vector_avx512,
};
int vector_best_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return VECTOR_AVX512;
  return __builtin_cpu_supports("avx2") ? VECTOR_AVX2 : VECTOR_SSE2;
}
#else
static const struct vector_kernels *const levels[VECTOR_LEVELS] = {
  &vector_portable, &vector_portable, &vector_portable, &vector_portable,
};
int vector_best_level(void) { return VECTOR_PORTABLE; }
#endif

#define NAMED(name) {#name, FUNCTION_##name},
static const struct { const char *name; int operation; } functions[] = {
  VECTOR_FUNCTIONS_EXACT(NAMED) VECTOR_FUNCTIONS_FROM_LIBRARY(NAMED, NAMED)
};

int vector_function(int level, const char *name) {
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    if (strcmp(functions[i].name, name) != 0) continue;
    int operation = functions[i].operation;
    return operation < FIRST_FROM_LIBRARY || levels[level]->has_library ? operation : -1;
  }
  return -1;
}

static size_t padded(size_t count) {
  return (count + VECTOR_PADDING - 1) / VECTOR_PADDING * VECTOR_PADDING;
}

void vector_run(int level, const struct vector_instruction *code, size_t n, size_t count) {
  levels[level]->run(code, n, padded(count), count);
}

void vector_strips(
  int level, struct vector_instruction *code, const uint8_t *moves, size_t n, size_t count) {
  ptrdiff_t moved = 0;
  for (size_t start = 0; start < count; start += VECTOR_STRIP) {
    size_t left = count - start < VECTOR_STRIP ? count - start : VECTOR_STRIP;
    vector_run(level, code, n, left);
    ptrdiff_t step = start + VECTOR_STRIP < count ? VECTOR_STRIP : -moved;
    moved += step;
    for (size_t i = 0; i < n; i++) {
      struct vector_instruction *s = code + i;
      if (moves[i] & VECTOR_MOVES_RESULT) s->result += step;
      if (moves[i] & VECTOR_MOVES_A) s->a += step;
      if (moves[i] & VECTOR_MOVES_B) s->b += step;
      if (moves[i] & VECTOR_MOVES_C) s->c += step;
      if (moves[i] & VECTOR_MOVES_SECOND) s->second += step;
    }
  }
}

double vector_total(const double *sums) {
  double s[VECTOR_SUMS];
  memcpy(s, sums, sizeof s);
  for (size_t width = VECTOR_SUMS / 2; width > 0; width /= 2)
    for (size_t k = 0; k < width; k++) s[k] += s[k + width];
  return s[0];
}

double vector_largest(int level, const double *x, size_t count) {
  return levels[level]->largest_of(x, count);
}

void vector_add_rows(int level, double *r, const double *x, size_t rows, size_t columns) {
  levels[level]->add_rows(r, x, rows, columns);
}

size_t vector_matmul_scratch(size_t inner, size_t columns) {
  return inner * ((columns + VECTOR_TILE - 1) / VECTOR_TILE * VECTOR_TILE) + VECTOR_TILE;
}

void vector_matmul(
  int level, double *c, const double *a, const double *b, size_t rows, size_t inner, size_t columns,
  size_t row_step, size_t inner_step, const double *start, double *scratch) {
  levels[level]->matmul(c, a, b, rows, inner, columns, row_step, inner_step, start, scratch);
}

int vector_descend(
  int level, double *x, double *slope, const double *rate, double bound, size_t count) {
  return levels[level]->descend(x, slope, rate, bound, count);
}

int vector_any_nan(int level, const double *x, size_t count) {
  return levels[level]->any_nan(x, count);
}

void vector_widen(int level, double *change, const double *x, const double *y, size_t count) {
  levels[level]->widen(change, x, y, padded(count));
}
