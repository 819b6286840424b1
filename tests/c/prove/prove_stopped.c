/* devserver: --no-rate-limits --idle-timeout-ms 200000 */
/* A stop of one minute, with the default timeouts.liveness_ms. */
#include "stopped.h"

int main(void)
{
    return stopped_for(0, 60000);
}
