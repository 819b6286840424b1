/* devserver: --no-rate-limits */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fork_talking.h"

int main(void)
{
    return fork_talking(10);
}
