// The map of regimes of x^4/4 - x^2/2 + sin(5x)/10 by hand in C: the practical limit beside which
// compare_map.py sets `map`. 1000 x 1000 cells over eta in [0.005, 1] and x0 in [-2, 2], 200 steps; prints
// how many cells settled (last step within 1e-9), moved on, and diverged (|x| > 1e6).
//
// gcc takes cos from libmvec because its declaration says so; -ffast-math, which would ask for that too,
// is no honest rival: it gives up NaN and infinity.
#include <stdio.h>
#include <stdlib.h>
__attribute__((simd("notinbranch"), const)) double cos(double);
double fabs(double);

enum { CELLS = 1000, STEPS = 200, BLOCK = 500 };

/// One block of start values at one rate; the class of each cell.
static void block(double eta, int first, unsigned char *classes) {
  double x[BLOCK], before[BLOCK];
  for (int j = 0; j < BLOCK; j++) x[j] = before[j] = -2 + 4.0 * (first + j) / (CELLS - 1);
  for (int t = 0; t < STEPS; t++) {
#pragma omp simd
    for (int j = 0; j < BLOCK; j++) {
      double v = x[j], next = v - eta * (v * v * v - v + 0.5 * cos(5 * v));
      int inside = fabs(v) <= 1e6;
      before[j] = inside ? v : before[j];
      x[j] = inside ? next : v;
    }
  }
  for (int j = 0; j < BLOCK; j++) {
    classes[j] = !(fabs(x[j]) <= 1e6) ? 2 : fabs(x[j] - before[j]) <= 1e-9 ? 0 : 1;
  }
}

int main(void) {
  unsigned char *classes = malloc(CELLS * CELLS);
  if (!classes) return 1;
#pragma omp parallel for schedule(dynamic, 8)
  for (int i = 0; i < CELLS; i++) {
    double eta = 0.005 + 0.995 * i / (CELLS - 1);
    for (int j = 0; j < CELLS; j += BLOCK) block(eta, j, classes + CELLS * i + j);
  }
  int counts[3] = {0, 0, 0};
  for (int k = 0; k < CELLS * CELLS; k++) counts[classes[k]]++;
  printf("%d %d %d\n", counts[0], counts[1], counts[2]);
  free(classes);
  return 0;
}
