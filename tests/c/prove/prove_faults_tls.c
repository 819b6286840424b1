/* The same over TLS.
 *
 * devserver: --no-rate-limits --tls-cert certs/server.pem --tls-key certs/server.key
 */
#include "faults_all.h"

int main(void)
{
    if (!certs_served())
        return check_skip("there is no devserver with TLS");
    return faults_run_all();
}
