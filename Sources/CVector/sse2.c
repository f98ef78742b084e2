// Two lanes: every x86-64 has SSE2.
#if defined(__x86_64__)
#include "CVector.h"
#include "functions.h"
#define LANES 2
#define KERNELS vector_sse2
#define LIBRARY(name) _ZGVbN2v_##name
#define LIBRARY2(name) _ZGVbN2vv_##name
#define MOVE "movupd"
#define FIRST "%xmm0"
#define SECOND "%xmm1"
#include "kernels.h"
#endif
