/* devserver: --no-rate-limits */
/* As int_killed.c, with two hundred sessions. */
#include "killed.h"

int main(void)
{
    return killed(KILLED_MOST);
}
