/* Every fault of the devserver in every state in which it shows, for each product and both kinds of credentials. */
#ifndef PALABRA_TESTS_FAULTS_ALL_H
#define PALABRA_TESTS_FAULTS_ALL_H

#include "faults.h"

static const char *const faults_of_rest[] = {
    "rest_status=401", "rest_status=402", "rest_status=403", "rest_status=404", "rest_status=409",
    "rest_status=422", "rest_status=429", "rest_status=500", "rest_status=503", "rest_delay_ms=6000", "rest_garbage",
    "rest_no_ws_url", "rest_echo_secret", "rest_reset", NULL,
};
/* The third attempt succeeds, so that only an end ends the session. */
static const char *const faults_of_attempts[] = {"rest_status=503~rest_fail_times=2", NULL};
static const char *const faults_of_upgrade[] = {
    "upgrade_status=401", "upgrade_status=403", "upgrade_status=404", "upgrade_status=409", "upgrade_status=429",
    "upgrade_status=500", "upgrade_status=503", "upgrade_status=301", "upgrade_delay_ms=6000",
    "never_ready~reset_after_ms=800", "never_ready~silent_after_ms=500",
    "never_ready~close_after_ms=500~close_code=1013", NULL,
};
/* Only a translation has a task. */
static const char *const faults_of_task[] = {"reject_task", "reject_task~echo_token", "never_ready", NULL};
static const char *const faults_of_stream[] = {
    "reset_after_ms=2000", "close_after_ms=2000", "close_after_ms=2000~close_code=1000",
    "close_after_ms=2000~close_code=1001", "close_after_ms=2000~close_code=1008",
    "close_after_ms=2000~close_code=1009", "close_after_ms=2000~close_code=1012",
    "close_after_ms=2000~close_code=1013", "close_after_ms=2000~close_code=4001", "silent_after_ms=2000",
    "stall_reading_after_ms=2000", "expire_after_ms=2000", NULL,
};
/* These faults count what the client sends. */
static const char *const faults_of_audio[] = {"close_after_audio=4", "reset_after_audio=4", NULL};
static const char *const faults_of_messages[] = {
    "garbage", "double_encode", "late_ack=500", "split_frames", "duplicate_frames", "huge_message=3000000",
    "huge_message=9000000", "invalid_utf8", "odd_pcm", "cut_pcm", "bad_base64", "bad_zlib", "nested_audio", "speed=5",
    "burst_s=30", "blast=300", "pacing_warning", "extra_ready", "no_eos", "no_close", "no_eos~no_close",
    "error_key=details~reject_task", "desc_list~reject_task", "desc_printed~reject_task", "no_answer", "late_answer_ms=1500",
    "stream_error=SERVER_ERROR", "stream_error=RATE_LIMIT_EXCEEDED", "stream_error=UNAUTHORIZED",
    "stream_error=BAD_REQUEST", "tts_interleave", "tts_merged_last", "tts_last_per_text", "stt_bare_fin", "stt_no_fin",
    "stt_wrong_delta", "stt_flat_error", "stt_full_fin", "stt_tell_again", "stt_empty_segments", NULL,
};

static inline void faults_add_list(faults_product product, int by_key, faults_state state, const char *const list[],
                                   const char *more)
{
    for (; *list != NULL; list++)
        faults_add(product, by_key, state, *list, more);
}

static inline void faults_add_product(faults_product product, int by_key)
{
    if (!by_key) {
        faults_add_list(product, by_key, FAULTS_STREAM, faults_of_rest, "");
        faults_add_list(product, by_key, FAULTS_ENDING, faults_of_attempts, "");
    }
    faults_add_list(product, by_key, FAULTS_STREAM, faults_of_upgrade, "");
    faults_add_list(product, by_key, FAULTS_STREAM, faults_of_stream, "");
    faults_add_list(product, by_key, FAULTS_ENDING, faults_of_stream, "~no_eos~no_close");
    faults_add_list(product, by_key, FAULTS_CLOSING, faults_of_stream, "");
    faults_add_list(product, by_key, FAULTS_ENDING, faults_of_messages, "");
    if (product != FAULTS_TTS) {
        faults_add_list(product, by_key, FAULTS_STREAM, faults_of_audio, "");
        faults_add_list(product, by_key, FAULTS_ENDING, faults_of_audio, "~no_eos~no_close");
        faults_add_list(product, by_key, FAULTS_CLOSING, faults_of_audio, "");
    }
    if (product == FAULTS_TRANSLATION) {
        faults_add_list(product, by_key, FAULTS_STREAM, faults_of_task, "");
        faults_add_list(product, by_key, FAULTS_PAUSED, faults_of_stream, "");
    }
}

static inline int faults_run_all(void)
{
    int product, by_key;

    for (product = FAULTS_TRANSLATION; product <= FAULTS_STT; product++)
        for (by_key = 0; by_key < 2; by_key++)
            faults_add_product((faults_product)product, by_key);
    return faults_run(1200);
}

#endif
