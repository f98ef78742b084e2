// The functions that have vector versions, by overshoot's names: FROM_LIBRARY for libmvec's, EXACT for
// those that the kernels compute themselves, without rounding or with one correct rounding.
#define VECTOR_FUNCTIONS_FROM_LIBRARY(UNARY, BINARY)                                              \
  UNARY(exp) UNARY(exp2) UNARY(log) UNARY(log2) UNARY(log10) UNARY(expm1) UNARY(log1p)            \
  UNARY(cbrt) UNARY(sin) UNARY(cos) UNARY(tan) UNARY(asin) UNARY(acos) UNARY(atan)                \
  UNARY(sinh) UNARY(cosh) UNARY(tanh) UNARY(asinh) UNARY(acosh) UNARY(atanh)                      \
  UNARY(erf) UNARY(erfc) BINARY(atan2) BINARY(hypot) BINARY(pow)

#define VECTOR_FUNCTIONS_EXACT(NAME)                                                              \
  NAME(sqrt) NAME(abs) NAME(sign) NAME(floor) NAME(min) NAME(max)

#define VECTOR_NUMBER(name) FUNCTION_##name,
enum {
  FUNCTION_FIRST = VECTOR_FUNCTIONS - 1,
  VECTOR_FUNCTIONS_EXACT(VECTOR_NUMBER)
  FIRST_FROM_LIBRARY,
  BEFORE_LIBRARY = FIRST_FROM_LIBRARY - 1,
  VECTOR_FUNCTIONS_FROM_LIBRARY(VECTOR_NUMBER, VECTOR_NUMBER)
  FIRST_BINARY = FUNCTION_atan2
};

/// Columns of a tile of a matrix product: two of the widest vectors.
#define VECTOR_TILE 16

/// The kernels of one level.
struct vector_kernels {
  void (*run)(const struct vector_instruction *, size_t, size_t, size_t);
  int (*descend)(double *, double *, const double *, double, size_t);
  int (*any_nan)(const double *, size_t);
  void (*widen)(double *, const double *, const double *, size_t);
  double (*largest_of)(const double *, size_t);
  void (*add_rows)(double *, const double *, size_t, size_t);
  void (*matmul)(
    double *, const double *, const double *, size_t, size_t, size_t, size_t, size_t,
    const double *, double *);
  int has_library;
};
extern const struct vector_kernels vector_portable, vector_sse2, vector_avx2, vector_avx512;
