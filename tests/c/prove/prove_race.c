/* devserver: --no-rate-limits */
/* As int_race.c, with more sessions and for longer. */
#include "race.h"

int main(void)
{
    return race(30, RACE_SESSIONS, 400);
}
