/* Polled events stay valid after their session is closed and the library is shut down; each is released once, on any
 * thread. */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

#include <pthread.h>

#define HELD 64

typedef struct {
    palabra_event event;
    char text[200];
    int16_t *pcm;
} held;

static held kept[HELD];
static int kept_count;

/* Stores an event and a copy of its contents for a later comparison. */
static void keep(const palabra_event *event)
{
    held *h = &kept[kept_count++];
    size_t bytes = event->pcm_frames * event->channels * sizeof(int16_t);

    h->event = *event;
    snprintf(h->text, sizeof h->text, "%s", event->text);
    h->pcm = malloc(bytes + 1);
    if (bytes > 0)
        memcpy(h->pcm, event->pcm, bytes);
}

static void check_kept(const held *h)
{
    const palabra_event *event = &h->event;
    CHECK_TEXT(event->text, h->text);
    CHECK(event->language != NULL && event->id != NULL && event->service_code != NULL);
    if (event->pcm_frames > 0)
        CHECK_EQ(memcmp(event->pcm, h->pcm, event->pcm_frames * event->channels * sizeof(int16_t)), 0);
}

static int check_all(void)
{
    int i, audio = 0;
    for (i = 0; i < kept_count; i++) {
        check_kept(&kept[i]);
        audio += kept[i].event.pcm_frames > 0;
    }
    return audio;
}

static void collect(void)
{
    palabra_session *session = talk_open_as("id");
    palabra_event event = PALABRA_EVENT_INIT;
    int over = 0;

    CHECK_STATUS(palabra_session_speak(session, "buenos dias a todos los que escuchan", "es", 0, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (!over && kept_count < HELD && palabra_session_poll_event(session, &event, CLOCK_PATIENCE_MS) > 0) {
        over = event.kind == PALABRA_EVENT_CLOSED;
        keep(&event);
        CHECK_STATUS(palabra_struct_init(&event, sizeof event), PALABRA_OK);
    }
    CHECK(over);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

static void release(held *h)
{
    palabra_event copy = h->event;

    CHECK_STATUS(palabra_event_release(&h->event), PALABRA_OK);
    CHECK_EQ(h->event.struct_size, sizeof h->event);
    CHECK_EQ(h->event.kind, PALABRA_EVENT_NONE);
    CHECK(h->event.text == NULL && h->event.pcm == NULL && h->event.payload == NULL);
    CHECK_STATUS(palabra_event_release(&h->event), PALABRA_OK);
    CHECK_STATUS(palabra_event_release(&copy), PALABRA_ERR_BAD_HANDLE);
    free(h->pcm);
    h->pcm = NULL;
}

static void *release_every_second(void *unused)
{
    int i;
    (void)unused;
    for (i = 1; i < kept_count; i += 2)
        release(&kept[i]);
    return NULL;
}

int main(void)
{
    pthread_t other;
    int i;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    collect();
    CHECK(check_all() > 0);
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    check_all();
    REQUIRE(pthread_create(&other, NULL, release_every_second, NULL) == 0);
    for (i = 0; i < kept_count; i += 2)
        release(&kept[i]);
    pthread_join(other, NULL);
    /* After a restart the library does not confuse old copies with new events. */
    kept_count = 0;
    collect();
    CHECK(check_all() > 0);
    for (i = 0; i < kept_count; i++)
        release(&kept[i]);
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    return check_result();
}
