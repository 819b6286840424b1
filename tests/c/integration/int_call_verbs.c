/* What callers do in a call, through the functions of C: mute, hold and resume, speak, silence, interrupt. What one party
 * is told or spared, the other must not notice.
 *
 * devserver:
 */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

enum { TICK = 160, PHRASE = 8000, LEVEL = 1000 };

typedef struct {
    palabra_call *call;
    palabra_leg *legs[2];
    palabra_event last; /* of the latest event that was waited for: numbers only */
    char text[80];
    int up[2], transcripts[2];
    uint64_t phrases[2];
} line;

static palabra_leg *join(palabra_call *call, const char *language)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_leg *leg = NULL;

    config.language = language;
    CHECK_STATUS(palabra_leg_join(call, &config, &leg, NULL), PALABRA_OK);
    REQUIRE(leg != NULL);
    return leg;
}

/* The next event, counted. Returns 0 when there is none. */
static int poll_one(line *it, int32_t timeout_ms)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int polled = palabra_call_poll_event(it->call, &event, timeout_ms);

    if (polled != 1)
        return 0;
    it->last = event;
    snprintf(it->text, sizeof it->text, "%s", event.text);
    if (event.leg >= 0) {
        it->up[event.leg] += event.kind == PALABRA_EVENT_LINK_UP;
        if (event.kind == PALABRA_EVENT_TRANSCRIPT && event.phrase > it->phrases[event.leg])
            it->phrases[event.leg] = event.phrase;
        it->transcripts[event.leg] += event.kind == PALABRA_EVENT_TRANSCRIPT;
    }
    CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    return 1;
}

/* One tick of a leg that says this. Returns what it heard, and its last sample. */
static int32_t tick(palabra_leg *leg, int16_t level, int16_t *last)
{
    int16_t said[TICK], heard[TICK];
    int32_t sound;
    int n;

    for (n = 0; n < TICK; n++)
        said[n] = level;
    sound = palabra_leg_exchange(leg, said, TICK, heard, TICK);
    CHECK(sound >= 0);
    *last = heard[TICK - 1];
    return sound;
}

/* Both parties listen, silently, until this event has come. Returns the bits that each heard meanwhile. */
static void listen_for(line *it, palabra_event_kind kind, int32_t leg, uint64_t user_tag, int32_t heard[2])
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int16_t last;

    heard[0] = heard[1] = 0;
    while (clock_now_ms() < deadline) {
        while (poll_one(it, 0))
            if (it->last.kind == kind && it->last.leg == leg && it->last.user_tag == user_tag)
                return;
        heard[0] |= tick(it->legs[0], 0, &last);
        heard[1] |= tick(it->legs[1], 0, &last);
        clock_sleep_ms(1);
    }
    CHECK_EQ(kind, PALABRA_EVENT_NONE);
}

static line open_line(palabra_client *client)
{
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    line it;
    int16_t last;

    memset(&it, 0, sizeof it);
    /* So that a whole phrase can be sent at once. */
    translation.input.buffer_ms = 10000;
    CHECK_STATUS(palabra_call_open(client, NULL, &translation, &it.call, NULL), PALABRA_OK);
    REQUIRE(it.call != NULL);
    it.legs[0] = join(it.call, "en");
    it.legs[1] = join(it.call, "es");
    while (!(it.up[0] && it.up[1]) && clock_now_ms() < deadline)
        poll_one(&it, 100);
    REQUIRE(it.up[0] && it.up[1]);
    /* Both telephones are answered. */
    tick(it.legs[0], 0, &last);
    tick(it.legs[1], 0, &last);
    return it;
}

/* A phrase and the silence that completes it, at once. */
static void say(palabra_leg *leg)
{
    static int16_t phrase[2 * PHRASE];
    int n;

    for (n = 0; n < PHRASE; n++)
        phrase[n] = n / 20 % 2 == 0 ? 4000 : -4000;
    CHECK_EQ(palabra_leg_send_audio(leg, phrase, 2 * PHRASE), 2 * PHRASE);
}

/* The level at which the second party hears the first one's own voice, after enough ticks for any fade. */
static int heard_level(const line *it)
{
    int16_t mine = 0, theirs = 0;
    int n;

    for (n = 0; n < 20; n++) {
        tick(it->legs[0], LEVEL, &mine);
        tick(it->legs[1], 0, &theirs);
    }
    CHECK_EQ(mine, 0);
    return theirs;
}

static void muted(palabra_client *client)
{
    line it = open_line(client);

    CHECK_WITHIN(heard_level(&it), LEVEL - 1, LEVEL + 1);
    CHECK_STATUS(palabra_leg_set_muted(it.legs[0], 1), PALABRA_OK);
    CHECK_EQ(heard_level(&it), 0);
    CHECK_STATUS(palabra_leg_set_muted(it.legs[0], 0), PALABRA_OK);
    CHECK_WITHIN(heard_level(&it), LEVEL - 1, LEVEL + 1);
    CHECK_STATUS(palabra_call_close(it.call, 0), PALABRA_OK);
}

static void on_hold(palabra_client *client)
{
    line it = open_line(client);
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int32_t heard[2];
    int paused = 0, resumed = 0;

    CHECK_STATUS(palabra_leg_hold(it.legs[1]), PALABRA_OK);
    CHECK_STATUS(palabra_leg_hold(it.legs[0]), PALABRA_OK);
    while (paused != 3 && clock_now_ms() < deadline)
        if (poll_one(&it, 100) && it.last.kind == PALABRA_EVENT_TASK_STATUS && strcmp(it.text, "paused") == 0)
            paused |= 1 << it.last.leg;
    CHECK_EQ(paused, 3);
    /* Music is heard as it is, and no words reach the service. */
    CHECK_WITHIN(heard_level(&it), LEVEL - 1, LEVEL + 1);
    say(it.legs[0]);
    CHECK_STATUS(palabra_leg_resume(it.legs[1]), PALABRA_OK);
    say(it.legs[0]);
    /* Both have to be back. */
    CHECK_STATUS(palabra_leg_resume(it.legs[0]), PALABRA_OK);
    say(it.legs[0]);
    while (!resumed && clock_now_ms() < deadline)
        resumed = poll_one(&it, 100) && it.last.kind == PALABRA_EVENT_TASK_STATUS && it.last.leg == 0
                  && strcmp(it.text, "resumed") == 0;
    CHECK(resumed);
    CHECK_EQ(it.transcripts[0] + it.transcripts[1], 0);
    listen_for(&it, PALABRA_EVENT_PLAYOUT_FINISHED, 0, 0, heard);
    CHECK(heard[1] & PALABRA_SOUND_SPEECH);
    CHECK(!(heard[0] & PALABRA_SOUND_SPEECH));
    CHECK_EQ(it.phrases[0], 1);
    CHECK_EQ(it.transcripts[1], 0);
    CHECK_STATUS(palabra_call_close(it.call, 0), PALABRA_OK);
}

/* The second party is spoken to, does not want to hear it, and interrupts the first. */
static void told_and_spared(palabra_client *client)
{
    line it = open_line(client);
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int32_t heard[2], sound = 0;
    uint64_t phrase;
    int16_t last;

    CHECK_STATUS(palabra_leg_speak(it.legs[1], "", 5), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_speak(it.legs[1], "You are number three in the queue.", 5), PALABRA_OK);
    listen_for(&it, PALABRA_EVENT_SPEAK_STATUS, 0, 5, heard);
    phrase = it.last.phrase;
    CHECK(phrase > 0);
    while (!(sound & PALABRA_SOUND_SPEECH) && clock_now_ms() < deadline) {
        sound = tick(it.legs[1], 0, &last);
        CHECK(!(tick(it.legs[0], 0, &last) & PALABRA_SOUND_SPEECH));
        clock_sleep_ms(1);
    }
    CHECK_STATUS(palabra_leg_silence(it.legs[1], PALABRA_SILENCE_ALL), PALABRA_OK);
    listen_for(&it, PALABRA_EVENT_PLAYOUT_CUT, 0, 0, heard);
    CHECK_EQ(it.last.phrase, phrase);
    CHECK(!(heard[0] & PALABRA_SOUND_SPEECH));
    /* It fades within the tick, and nothing follows. */
    CHECK(!(tick(it.legs[1], 0, &last) & PALABRA_SOUND_SPEECH));
    CHECK_STATUS(palabra_leg_interrupt(it.legs[1], 6), PALABRA_OK);
    listen_for(&it, PALABRA_EVENT_TASK_STATUS, 0, 6, heard);
    CHECK_TEXT(it.text, "interrupted");
    CHECK_STATUS(palabra_call_end(it.call), PALABRA_OK);
    CHECK_STATUS(palabra_leg_interrupt(it.legs[1], 7), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_leg_speak(it.legs[1], "too late", 7), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_leg_hold(it.legs[1]), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_call_close(it.call, 0), PALABRA_OK);
}

int main(void)
{
    palabra_client *client;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    client = talk_client("id");
    muted(client);
    on_hold(client);
    told_and_spared(client);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
