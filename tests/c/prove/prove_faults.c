/* devserver: --no-rate-limits */
#include "faults_all.h"

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    return faults_run_all();
}
