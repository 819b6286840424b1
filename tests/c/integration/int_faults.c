/* devserver: --no-rate-limits */
/* The faults that show immediately, in every product. */
#define _POSIX_C_SOURCE 200809L
#include "faults.h"

static const char *const refusals[] = {
    "rest_status=401", "rest_status=422", "rest_garbage", "rest_no_ws_url", "rest_echo_secret",
};
static const char *const ends[] = {
    "upgrade_status=403", "upgrade_status=503", "upgrade_status=301",    "reset_after_ms=200",
    "close_after_ms=200", "close_code=1013",    "close_code=4001",       "expire_after_ms=200",
};
static const char *const oddities[] = {
    "garbage~double_encode~split_frames~duplicate_frames",
    "invalid_utf8~bad_base64",
    "cut_pcm",
};

#define COUNT(list) (int)(sizeof(list) / sizeof((list)[0]))

int main(void)
{
    int product, by_key, i;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    for (product = FAULTS_TRANSLATION; product <= FAULTS_STT; product++) {
        for (i = 0; i < COUNT(refusals); i++)
            faults_add((faults_product)product, 0, FAULTS_STREAM, refusals[i], "");
        for (by_key = 0; by_key < 2; by_key++)
            for (i = 0; i < COUNT(ends); i++)
                faults_add((faults_product)product, by_key, FAULTS_STREAM, ends[i], "");
        for (i = 0; i < COUNT(oddities); i++)
            faults_add((faults_product)product, 1, FAULTS_ENDING, oddities[i], "");
        faults_add((faults_product)product, 1, FAULTS_CLOSING, "blast=300", "");
        faults_add((faults_product)product, 1, FAULTS_CLOSING, "late_ack=5000", "");
    }
    faults_add(FAULTS_TRANSLATION, 1, FAULTS_STREAM, "reject_task~echo_token", "");
    faults_add(FAULTS_TRANSLATION, 0, FAULTS_PAUSED, "reset_after_ms=600", "");
    return faults_run(400);
}
