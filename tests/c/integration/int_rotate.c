/* devserver: --no-rate-limits */
/* A recording is stopped and the next one started immediately: no call or thread hangs. */
#define _POSIX_C_SOURCE 200809L
#include "rotate.h"

int main(void)
{
    return rotate(300);
}
