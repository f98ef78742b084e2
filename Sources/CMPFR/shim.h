// GMP rationals and MPFR numbers for Swift: both of the libraries hide many functions behind macros that
// Swift does not import, so those that overshoot uses have a plain name here.
#ifndef OVERSHOOT_CMPFR_H
#define OVERSHOOT_CMPFR_H
#include <gmp.h>
#include <mpfr.h>
#include <stddef.h>
#include <stdlib.h>

static inline void rational_init(mpq_ptr a) { mpq_init(a); }
static inline void rational_clear(mpq_ptr a) { mpq_clear(a); }
static inline void rational_add(mpq_ptr r, mpq_srcptr a, mpq_srcptr b) { mpq_add(r, a, b); }
static inline void rational_sub(mpq_ptr r, mpq_srcptr a, mpq_srcptr b) { mpq_sub(r, a, b); }
static inline void rational_mul(mpq_ptr r, mpq_srcptr a, mpq_srcptr b) { mpq_mul(r, a, b); }
static inline void rational_div(mpq_ptr r, mpq_srcptr a, mpq_srcptr b) { mpq_div(r, a, b); }
static inline void rational_neg(mpq_ptr r, mpq_srcptr a) { mpq_neg(r, a); }
static inline int rational_cmp(mpq_srcptr a, mpq_srcptr b) { return mpq_cmp(a, b); }
static inline int rational_sign(mpq_srcptr a) { return mpq_sgn(a); }
static inline void rational_set_double(mpq_ptr r, double d) { mpq_set_d(r, d); }
static inline void rational_set_long(mpq_ptr r, long n) { mpq_set_si(r, n, 1); }
static inline double rational_double(mpq_srcptr a) { return mpq_get_d(a); }
static inline size_t rational_bits(mpq_srcptr a) {
  return mpz_sizeinbase(mpq_numref(a), 2) + mpz_sizeinbase(mpq_denref(a), 2);
}
static inline int rational_is_integer(mpq_srcptr a) {
  return mpz_cmp_ui(mpq_denref(a), 1) == 0;
}
static inline int rational_fits_long(mpq_srcptr a) {
  return rational_is_integer(a) && mpz_fits_slong_p(mpq_numref(a));
}
static inline long rational_long(mpq_srcptr a) { return mpz_get_si(mpq_numref(a)); }
/// r = mantissa (decimal digits, optional sign) × 10^exponent; 0 where the text is not a number.
static inline int rational_set_decimal(mpq_ptr r, const char *mantissa, long exponent) {
  if (mpz_set_str(mpq_numref(r), mantissa, 10) != 0) return 0;
  mpz_set_ui(mpq_denref(r), 1);
  mpz_t p;
  mpz_init(p);
  mpz_ui_pow_ui(p, 10, (unsigned long)(exponent < 0 ? -exponent : exponent));
  if (exponent < 0) {
    mpz_set(mpq_denref(r), p);
    mpq_canonicalize(r);
  } else {
    mpz_mul(mpq_numref(r), mpq_numref(r), p);
  }
  mpz_clear(p);
  return 1;
}
static inline void rational_pow(mpq_ptr r, mpq_srcptr a, unsigned long n) {
  mpz_pow_ui(mpq_numref(r), mpq_numref(a), n);
  mpz_pow_ui(mpq_denref(r), mpq_denref(a), n);
}
static inline void rational_floor(mpq_ptr r, mpq_srcptr a) {
  mpz_fdiv_q(mpq_numref(r), mpq_numref(a), mpq_denref(a));
  mpz_set_ui(mpq_denref(r), 1);
}
/// r = √a where that is rational, else 0 is returned. a ≥ 0.
static inline int rational_sqrt(mpq_ptr r, mpq_srcptr a) {
  if (!mpz_perfect_square_p(mpq_numref(a)) || !mpz_perfect_square_p(mpq_denref(a))) return 0;
  mpz_sqrt(mpq_numref(r), mpq_numref(a));
  mpz_sqrt(mpq_denref(r), mpq_denref(a));
  return 1;
}
/// r = ∛a where that is rational, else 0 is returned.
static inline int rational_cbrt(mpq_ptr r, mpq_srcptr a) {
  return mpz_root(mpq_numref(r), mpq_numref(a), 3) != 0
    && mpz_root(mpq_denref(r), mpq_denref(a), 3) != 0;
}
/// The text "p" or "p/q"; freed by rational_free_text.
static inline char *rational_text(mpq_srcptr a) { return mpq_get_str(NULL, 10, a); }
static inline void rational_free_text(char *t) {
  void (*release)(void *, size_t);
  mp_get_memory_functions(NULL, NULL, &release);
  size_t n = 0;
  while (t[n]) n++;
  release(t, n + 1);
}
static inline void real_set(mpfr_ptr r, mpfr_srcptr a, mpfr_rnd_t d) { mpfr_set(r, a, d); }
static inline int real_sign(mpfr_srcptr a) { return mpfr_sgn(a); }
static inline int real_is_nan(mpfr_srcptr a) { return mpfr_nan_p(a); }
static inline int real_cmp(mpfr_srcptr a, mpfr_srcptr b) { return mpfr_cmp(a, b); }
static inline void real_set_rational(mpfr_ptr r, mpq_srcptr a, mpfr_rnd_t d) { mpfr_set_q(r, a, d); }
static inline int real_abs(mpfr_ptr r, mpfr_srcptr a, mpfr_rnd_t d) { return mpfr_abs(r, a, d); }
static inline void real_to_rational(mpq_ptr r, mpfr_srcptr a) { mpfr_get_q(r, a); }
static inline int real_floor(mpfr_ptr r, mpfr_srcptr a, mpfr_rnd_t d) { return mpfr_rint_floor(r, a, d); }
/// The n significant decimal digits of a finite a ≠ 0, a minus before them: ±0.d₁d₂… × 10^exponent.
static inline void real_digits(mpfr_srcptr a, long n, mpfr_rnd_t d, char *digits, long *exponent) {
  mpfr_exp_t e;
  mpfr_get_str(digits, &e, 10, (size_t)n, a, d);
  *exponent = (long)e;
}
/// r = a·2^e.
static inline void real_scale(mpfr_ptr r, mpfr_srcptr a, long e, mpfr_rnd_t d) { mpfr_mul_2si(r, a, e, d); }
/// The e with 2^e ≤ |a| < 2^(e+1); a is finite and not 0.
static inline long real_binary_exponent(mpfr_srcptr a) { return mpfr_get_exp(a) - 1; }
static inline int real_signum(mpfr_ptr r, mpfr_srcptr a, mpfr_rnd_t d) {
  return mpfr_set_si(r, mpfr_sgn(a), d);
}

/// log(1 + exp a) and its like: not correctly rounded, but never on the wrong side of a rounding down or
/// up, and within two units in the last place.
///
/// All are compositions of increasing functions, each rounded in the same direction with 32 bits more.
/// Beyond `bits` + 64 the exponential that is left is smaller than one such unit.
static inline int real_is_far(mpfr_srcptr a, mpfr_prec_t bits) {
  return mpfr_cmp_si(a, (long)bits + 64) > 0;
}
static inline int real_softplus(mpfr_ptr r, mpfr_srcptr a, mpfr_rnd_t d) {
  mpfr_prec_t bits = mpfr_get_prec(r);
  if (real_is_far(a, bits)) {
    mpfr_set(r, a, d);
    if (d == MPFR_RNDU && mpfr_cmp(r, a) == 0) mpfr_nextabove(r);
    return 1;
  }
  mpfr_t t;
  mpfr_init2(t, bits + 32);
  mpfr_exp(t, a, d);
  mpfr_log1p(t, t, d);
  mpfr_set(r, t, d);
  mpfr_clear(t);
  return 1;
}
/// −log(1 + exp(−a)).
static inline int real_logsigmoid(mpfr_ptr r, mpfr_srcptr a, mpfr_rnd_t d) {
  mpfr_t t;
  mpfr_init2(t, mpfr_get_prec(a));
  mpfr_neg(t, a, MPFR_RNDN);
  real_softplus(r, t, d == MPFR_RNDU ? MPFR_RNDD : d == MPFR_RNDD ? MPFR_RNDU : d);
  mpfr_neg(r, r, MPFR_RNDN);
  mpfr_clear(t);
  return 1;
}
/// log cosh a = log(1 + 2·sinh²(a/2)) for a ≥ 0; far out a − log 2 and an exponential.
static inline int real_logcosh(mpfr_ptr r, mpfr_srcptr a, mpfr_rnd_t d) {
  mpfr_prec_t bits = mpfr_get_prec(r);
  mpfr_t t;
  mpfr_init2(t, bits + 32);
  if (real_is_far(a, bits)) {
    mpfr_const_log2(t, d == MPFR_RNDU ? MPFR_RNDD : MPFR_RNDU);
    mpfr_sub(r, a, t, d);
    if (d == MPFR_RNDU && mpfr_number_p(r)) mpfr_nextabove(r);
  } else {
    mpfr_div_2ui(t, a, 1, d);
    mpfr_sinh(t, t, d);
    mpfr_sqr(t, t, d);
    mpfr_mul_2ui(t, t, 1, d);
    mpfr_log1p(r, t, d);
  }
  mpfr_clear(t);
  return 1;
}

/// Two reals of `bits` bits in one block, both 0; freed by free().
static inline mpfr_ptr interval_new(long bits) {
  size_t limbs = mpfr_custom_get_size(bits);
  char *block = (char *)malloc(2 * sizeof(__mpfr_struct) + 2 * limbs);
  if (!block) abort();
  mpfr_ptr pair = (mpfr_ptr)block;
  for (int i = 0; i < 2; i++) {
    char *d = block + 2 * sizeof(__mpfr_struct) + i * limbs;
    mpfr_custom_init(d, bits);
    mpfr_custom_init_set(pair + i, MPFR_ZERO_KIND, 0, bits, d);
  }
  return pair;
}
/// Exponents are clamped, so that huge arguments cannot stall a function; per thread.
static inline void real_clamp_exponents(long e) {
  mpfr_set_emin(-e);
  mpfr_set_emax(e);
}
/// The n significant decimal digits of |a| ≠ 0, ties away from zero: value ≈ 0.d₁d₂… × 10^exponent.
static inline void rational_digits(mpq_srcptr a, long n, char *digits, long *exponent) {
  mpz_t p, q, t, limit;
  mpz_inits(p, q, t, limit, NULL);
  mpz_ui_pow_ui(limit, 10, (unsigned long)n);
  long e = (long)mpz_sizeinbase(mpq_numref(a), 10) - (long)mpz_sizeinbase(mpq_denref(a), 10) + 1;
  for (;;) {
    mpz_abs(p, mpq_numref(a));
    mpz_set(q, mpq_denref(a));
    long shift = n - e;
    mpz_ui_pow_ui(t, 10, (unsigned long)(shift < 0 ? -shift : shift));
    if (shift < 0) mpz_mul(q, q, t); else mpz_mul(p, p, t);
    // The exponent is right when the digits before rounding are n digits.
    mpz_fdiv_q(t, p, q);
    if (mpz_cmp(t, limit) >= 0) { e++; continue; }
    mpz_mul_ui(t, t, 10);
    if (mpz_cmp(t, limit) < 0) { e--; continue; }
    mpz_mul_2exp(p, p, 1);
    mpz_add(p, p, q);
    mpz_mul_2exp(q, q, 1);
    mpz_fdiv_q(t, p, q);
    if (mpz_cmp(t, limit) >= 0) {
      mpz_fdiv_q_ui(t, t, 10);
      e++;
    }
    break;
  }
  mpz_get_str(digits, 10, t);
  *exponent = e;
  mpz_clears(p, q, t, limit, NULL);
}
#endif
