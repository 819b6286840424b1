/* devserver: --no-rate-limits --idle-timeout-ms 200000 */
/* A process that is stopped for longer than timeouts.liveness_ms keeps its session: it reads the socket before it
 * checks the timeout, and the time of the stop does not count. */
#define _POSIX_C_SOURCE 200809L
#include "stopped.h"

int main(void)
{
    return stopped_for(5000, 6500);
}
