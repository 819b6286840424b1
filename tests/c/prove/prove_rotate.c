/* devserver: --no-rate-limits */
/* As int_rotate.c, ten thousand times. */
#define _POSIX_C_SOURCE 200809L
#include "rotate.h"

int main(void)
{
    return rotate(10000);
}
