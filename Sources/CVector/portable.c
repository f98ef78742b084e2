// Two lanes of any machine, without vector functions.
#include "CVector.h"
#include "functions.h"
#define LANES 2
#define KERNELS vector_portable
#include "kernels.h"
