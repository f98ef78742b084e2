// Kernels of array operations, a part of kernels.h. Every sum has an order of its own that depends on shapes
// alone, so that all levels give the same bits.

/// Partial sums k mod VECTOR_SUMS; strips begin at multiples of it.
static void accumulate(double *sums, const double *x, size_t count) {
  V s[VECTOR_SUMS / LANES];
  for (int k = 0; k < VECTOR_SUMS / LANES; k++) s[k] = load(sums, k * LANES);
  size_t whole = count - count % VECTOR_SUMS;
  for (size_t i = 0; i < whole; i += VECTOR_SUMS)
    for (int k = 0; k < VECTOR_SUMS / LANES; k++) s[k] += load(x, i + k * LANES);
  for (int k = 0; k < VECTOR_SUMS / LANES; k++) *(U *)(sums + k * LANES) = s[k];
  for (size_t i = whole; i < count; i++) sums[i - whole] += x[i];
}

/// The same of products.
static void accumulate_products(double *sums, const double *x, const double *y, size_t count) {
  V s[VECTOR_SUMS / LANES];
  for (int k = 0; k < VECTOR_SUMS / LANES; k++) s[k] = load(sums, k * LANES);
  size_t whole = count - count % VECTOR_SUMS;
  for (size_t i = 0; i < whole && x != y; i += VECTOR_SUMS)
    for (int k = 0; k < VECTOR_SUMS / LANES; k++)
      s[k] += load(x, i + k * LANES) * load(y, i + k * LANES);
  for (size_t i = 0; i < whole && x == y; i += VECTOR_SUMS)
    for (int k = 0; k < VECTOR_SUMS / LANES; k++) {
      V v = load(x, i + k * LANES);
      s[k] += v * v;
    }
  for (int k = 0; k < VECTOR_SUMS / LANES; k++) *(U *)(sums + k * LANES) = s[k];
  for (size_t i = whole; i < count; i++) sums[i - whole] += x[i] * y[i];
}

static double largest_of(const double *x, size_t count) {
  double out = x[0];
  size_t i = 0;
  if (count >= LANES) {
    V m = load(x, 0);
    for (i = LANES; i + LANES <= count; i += LANES) m = largest(m, load(x, i));
    out = m[0];
    for (int k = 1; k < LANES; k++) out = (m[k] >= out ? m[k] : out) + 0 * (m[k] + out);
  }
  for (; i < count; i++) out = (x[i] >= out ? x[i] : out) + 0 * (x[i] + out);
  return out;
}

static void add_rows(double *r, const double *x, size_t rows, size_t columns) {
  for (size_t j = 0; j < columns; j++) r[j] = x[j];
  for (size_t i = 1; i < rows; i++) {
    const double *row = x + i * columns;
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES) *(U *)(r + j) = load(r, j) + load(row, j);
    for (; j < columns; j++) r[j] += row[j];
  }
}

/// Rows of a matrix that are multiplied together.
#define TILE_ROWS 4

/// Partial sums of a row times a column: short rows leave few numbers over.
#define ROW_SUMS 8

/// `rows` rows times a column, each with ROW_SUMS partial sums, k mod ROW_SUMS.
static inline void rows_times(
  double *c, const double *a, const double *b, size_t rows, size_t inner, size_t row_step) {
  V s[TILE_ROWS][ROW_SUMS / LANES] = {};
  size_t whole = inner - inner % ROW_SUMS;
  for (size_t k = 0; k < whole; k += ROW_SUMS)
    for (int v = 0; v < ROW_SUMS / LANES; v++) {
      V y = load(b, k + v * LANES);
      for (size_t i = 0; i < rows; i++) s[i][v] += load(a + i * row_step, k + v * LANES) * y;
    }
  for (size_t i = 0; i < rows; i++) {
    double t[ROW_SUMS];
    for (int v = 0; v < ROW_SUMS / LANES; v++) *(U *)(t + v * LANES) = s[i][v];
    for (size_t k = whole; k < inner; k++) t[k - whole] += a[i * row_step + k] * b[k];
    c[i] = ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
  }
}

/// A column times a row.
static void outer(double *c, const double *a, const double *b, size_t rows, size_t columns, size_t step) {
  for (size_t i = 0; i < rows; i++) {
    V x = splat(a[i * step]);
    double *row = c + i * columns;
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES) *(U *)(row + j) = x * load(b, j);
    for (; j < columns; j++) row[j] = a[i * step] * b[j];
  }
}

#define TILE_VECTORS (VECTOR_TILE / LANES)

/// `rows` × VECTOR_TILE entries of c, from a packed panel of b; inlined for each number of rows, so that all
/// sums stay in registers.
static inline __attribute__((always_inline)) void tile(
  double *c, const double *a, const double *panel, const size_t rows, size_t inner, size_t columns,
  size_t row_step, size_t inner_step, const double *start, size_t width) {
  V s[TILE_ROWS][TILE_VECTORS] = {};
  for (size_t i = 0; start && i < rows; i++)
    for (int v = 0; v < TILE_VECTORS; v++) s[i][v] = load(start, v * LANES);
  for (size_t k = 0; k < inner; k++) {
    const double *b = panel + k * VECTOR_TILE;
    for (size_t i = 0; i < rows; i++) {
      V x = splat(a[i * row_step + k * inner_step]);
      for (int v = 0; v < TILE_VECTORS; v++) s[i][v] += x * load(b, v * LANES);
    }
  }
  for (size_t i = 0; i < rows; i++) {
    double *out = c + i * columns;
    for (int v = 0; v < TILE_VECTORS; v++) {
      if ((size_t)(v + 1) * LANES <= width) {
        *(U *)(out + v * LANES) = s[i][v];
      } else {
        for (int k = 0; k < LANES && v * LANES + k < width; k++) out[v * LANES + k] = s[i][v][k];
      }
    }
  }
}

static void matmul(
  double *c, const double *a, const double *b, size_t rows, size_t inner, size_t columns,
  size_t row_step, size_t inner_step, const double *start, double *scratch) {
  // The tiles alone know where sums begin; a shorter way there has not been worth it.
  if (!start && columns == 1 && inner_step == 1) {
    size_t i = 0;
    for (; i + TILE_ROWS <= rows; i += TILE_ROWS)
      rows_times(c + i, a + i * row_step, b, TILE_ROWS, inner, row_step);
    for (; i < rows; i++) rows_times(c + i, a + i * row_step, b, 1, inner, row_step);
    return;
  }
  if (!start && columns == 1 && row_step == 1) {
    for (size_t i = 0; i < rows; i++) c[i] = 0;
    for (size_t k = 0; k < inner; k++) {
      const double *row = a + k * inner_step;
      V x = splat(b[k]);
      size_t i = 0;
      for (; i + LANES <= rows; i += LANES) *(U *)(c + i) = load(c, i) + x * load(row, i);
      for (; i < rows; i++) c[i] += b[k] * row[i];
    }
    return;
  }
  if (!start && inner == 1) return outer(c, a, b, rows, columns, row_step);
  for (size_t j = 0; j < columns; j += VECTOR_TILE) {
    size_t width = columns - j < VECTOR_TILE ? columns - j : VECTOR_TILE;
    for (size_t k = 0; k < inner; k++) {
      double *to = scratch + k * VECTOR_TILE;
      const double *from = b + k * columns + j;
      for (size_t v = 0; v < width; v++) to[v] = from[v];
      for (size_t v = width; v < VECTOR_TILE; v++) to[v] = 0;
    }
    const double *first = start ? start + j : 0;
    size_t i = 0;
#define ROWS(n)                                                                                   \
  for (; i + n <= rows; i += n)                                                                   \
    tile(                                                                                         \
      c + i * columns + j, a + i * row_step, scratch, n, inner, columns, row_step, inner_step,    \
      first, width);
    ROWS(TILE_ROWS)
    ROWS(2)
    ROWS(1)
#undef ROWS
  }
}
