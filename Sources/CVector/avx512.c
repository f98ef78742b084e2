// Eight lanes: AVX-512 (Skylake-SP 2017, Zen 4 2022).
#if defined(__x86_64__)
#include "CVector.h"
#include "functions.h"
#define LANES 8
#define KERNELS vector_avx512
#define LIBRARY(name) _ZGVeN8v_##name
#define LIBRARY2(name) _ZGVeN8vv_##name
#define MOVE "vmovupd"
#define FIRST "%zmm0"
#define SECOND "%zmm1"
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
