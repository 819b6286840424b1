/* A call whose two lines are exchanged while the sessions connect, speak and end, while packets are missing, and while a
 * party is replaced: support/instructions.py counts what palabra_leg_exchange() executes each time. Argument: the sample rate of both
 * lines, 8000 (mu-law) or 48000 (floats).
 *
 * devserver: --no-rate-limits
 */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

#define MOST_FRAMES 960
#define SPOKEN 60  /* so many blocks of speech are heard */
#define REST_MS 5 /* between two ticks */

static palabra_call *call;
static palabra_leg *legs[2];
static int rate, speech, is_over;

static palabra_leg *join(const char *language)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_leg *leg = NULL;

    config.language = language;
    config.input.encoding = rate == 8000 ? PALABRA_ENCODING_MULAW : PALABRA_ENCODING_F32;
    config.input.sample_rate = rate;
    CHECK_STATUS(palabra_leg_join(call, &config, &leg, NULL), PALABRA_OK);
    REQUIRE(leg != NULL);
    return leg;
}

static void tick(int number)
{
    static float said[2][MOST_FRAMES], heard[MOST_FRAMES];
    int i, n, frames = rate / 50;
    unsigned char *bytes;

    for (n = 0; n < 2; n++) {
        bytes = (unsigned char *)said[n];
        for (i = 0; i < frames; i++) {
            int place = number * frames + i;
            if (rate == 8000)
                bytes[i] = (unsigned char)(place * (n + 3) % 97 + (place / 2000 % 4 == 0 ? 0 : 128));
            else
                said[n][i] = (float)(place * (n + 3) % 97 - 48) / 400;
        }
        /* Three packets are missing now and then. */
        int32_t sound = palabra_leg_exchange(legs[n], said[n], number % 40 < 37 ? frames : 0, heard, frames);
        CHECK(sound >= 0);
        speech += sound > 0 && (sound & PALABRA_SOUND_SPEECH) != 0;
        is_over |= sound > 0 && (sound & PALABRA_SOUND_ENDED) != 0;
    }
}

static void tick_until_spoken(int *number, int wanted)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (speech < wanted && clock_now_ms() < deadline) {
        tick((*number)++);
        clock_sleep_ms(REST_MS);
    }
    CHECK(speech >= wanted);
}

int main(int argc, char **argv)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_client *client;
    int number = 0;

    rate = argc > 1 ? atoi(argv[1]) : 8000;
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    client = talk_client("dev~burst_s=1");
    translation.end_silence_ms = 1000;
    CHECK_STATUS(palabra_call_open(client, NULL, &translation, &call, NULL), PALABRA_OK);
    legs[0] = join("en");
    legs[1] = join("es");
    tick_until_spoken(&number, SPOKEN);
    CHECK_STATUS(palabra_leg_close(legs[1]), PALABRA_OK);
    legs[1] = join("fr");
    tick_until_spoken(&number, 2 * SPOKEN);
    CHECK_STATUS(palabra_call_end(call), PALABRA_OK);
    while (!is_over && clock_now_ms() < deadline) {
        tick(number++);
        clock_sleep_ms(REST_MS);
    }
    CHECK(is_over);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(5000);
    return check_result();
}
