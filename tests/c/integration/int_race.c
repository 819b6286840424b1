/* devserver: --no-rate-limits */
#define _POSIX_C_SOURCE 200809L
#include "race.h"

int main(void)
{
    return race(4, 8, 100);
}
