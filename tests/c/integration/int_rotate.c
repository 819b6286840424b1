/* devserver: --no-rate-limits */
/* A recording is stopped and the next one started at once: nothing waits for anything for ever. */
#define _POSIX_C_SOURCE 200809L
#include "rotate.h"

int main(void)
{
    return rotate(300);
}
