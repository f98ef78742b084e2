// Four lanes: AVX2 (Haswell 2013, Zen 2017).
#if defined(__x86_64__)
#include "CVector.h"
#include "functions.h"
#define LANES 4
#define KERNELS vector_avx2
#define LIBRARY(name) _ZGVdN4v_##name
#define LIBRARY2(name) _ZGVdN4vv_##name
#define MOVE "vmovupd"
#define FIRST "%ymm0"
#define SECOND "%ymm1"
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
