/* A server that is killed, and one that is asked to stop. */
#define _POSIX_C_SOURCE 200809L
#include "killed.h"

int main(void)
{
    return killed(20);
}
