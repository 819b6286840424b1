/* devserver: --no-rate-limits */
/* As life_fork_talking.c, many times. */
#include "fork_talking.h"

int main(void)
{
    return fork_talking(200);
}
