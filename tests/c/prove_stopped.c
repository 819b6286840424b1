/* devserver: --no-rate-limits */
/* A minute's stop, with the default liveness_timeout_ms. */
#include "stopped.h"

int main(void)
{
    return stopped_for(0, 60000);
}
