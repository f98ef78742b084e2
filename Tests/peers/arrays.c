// The chained Rosenbrock function and its gradient by hand: the practical limit. Prints microseconds.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { N = 100000, RUNS = 401 };
static double x[N], g[N];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec * 1e-3;
}

__attribute__((noinline)) static double value(void) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int k = 0; k < N - 1; k++) {
    double r = x[k + 1] - x[k] * x[k], s = 1 - x[k];
    sum += 100 * r * r + s * s;
  }
  return sum;
}

__attribute__((noinline)) static double gradient(void) {
  double sum = 0;
  // Entry k has a part of its own term and one of the term before: no iteration waits for another.
  {
    double r = x[1] - x[0] * x[0];
    g[0] = -400 * r * x[0] - 2 * (1 - x[0]);
    sum += 100 * r * r + (1 - x[0]) * (1 - x[0]);
  }
#pragma omp simd reduction(+ : sum)
  for (int k = 1; k < N - 1; k++) {
    double r = x[k + 1] - x[k] * x[k], s = 1 - x[k], before = x[k] - x[k - 1] * x[k - 1];
    sum += 100 * r * r + s * s;
    g[k] = 200 * before - 400 * r * x[k] - 2 * s;
  }
  g[N - 1] = 200 * (x[N - 1] - x[N - 2] * x[N - 2]);
  return sum;
}

static int compare(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return d > 0 ? 1 : d < 0 ? -1 : 0;
}

static double median(double (*f)(void)) {
  static double times[RUNS];
  volatile double sink = 0;
  for (int k = 0; k < RUNS; k++) {
    double start = now();
    sink += f();
    times[k] = now() - start;
  }
  qsort(times, RUNS, sizeof *times, compare);
  return times[RUNS / 2];
}

int main(void) {
  for (int k = 0; k < N; k++) x[k] = ((long)k * 7 % 101 - 50) / 100.0;
  printf("{\"value\": %.2f, \"gradient\": %.2f}\n", median(value), median(gradient));
}
