/* Tokens of a language model to speech: three answers in order, the second cancelled while it is spoken. */
#include <palabra.h>

#include <stdio.h>
#include <string.h>

#define ANSWERS 3

static const char *const ids[ANSWERS] = {"answer-1", "answer-2", "answer-3"};
static palabra_session *session;
static int64_t frames[ANSWERS], late;
static int complete[ANSWERS], cancelled[ANSWERS], cancelling, closed, failed;

static int answer_of(const palabra_event *event)
{
    int i;

    for (i = 0; i < ANSWERS; i++)
        if (strcmp(event->id, ids[i]) == 0)
            return i;
    return -1;
}

static void take(const palabra_event *event)
{
    int answer = answer_of(event);

    if (event->kind == PALABRA_EVENT_AUDIO && answer >= 0) {
        frames[answer] += event->pcm_frames;
        late += cancelled[answer] ? event->pcm_frames : 0;
        complete[answer] |= (event->flags & PALABRA_FLAG_LAST_CHUNK) != 0;
        if (answer == 1 && !cancelling) {
            cancelling = 1;
            failed |= palabra_session_cancel(session, ids[1], 77) < 0;
        }
    } else if (event->kind == PALABRA_EVENT_TASK_STATUS && answer >= 0 && event->user_tag == 77) {
        cancelled[answer] = 1;
    } else if (event->kind == PALABRA_EVENT_CLOSED) {
        closed = 1;
        failed |= event->code != PALABRA_OK;
    }
}

static void take_all(int32_t timeout_ms)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (!closed && palabra_session_poll_event(session, &event, timeout_ms) > 0) {
        take(&event);
        palabra_event_release(&event);
    }
}

static void send(int answer, const char *token, uint32_t flags)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_status status;

    do {
        status = palabra_session_send_text(session, token, flags, ids[answer], NULL, (uint64_t)answer + 1, &error);
        take_all(status == PALABRA_ERR_AGAIN ? 20 : 0);
    } while (status == PALABRA_ERR_AGAIN && !closed);
    if (status < 0 && !(answer == 1 && cancelling)) {
        fprintf(stderr, "%s: %s\n", palabra_status_name(status), error.text);
        failed = 1;
    }
}

/* One token is held back, because the last one must be marked as the last. */
static void answer(int number)
{
    static const char *const tokens[] = {"The", " fox", " jumps", ".", " It", " runs", " away", "."};
    const int count = (int)(sizeof tokens / sizeof tokens[0]);
    const char *held = tokens[0];
    int i;

    for (i = 1; i < count; i++) {
        send(number, held, 0);
        held = tokens[i];
    }
    send(number, held, PALABRA_TEXT_EOS);
    while (!closed && !complete[number] && !cancelled[number])
        take_all(20);
}

int main(void)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    palabra_client *client = NULL;
    int i;

    config.language = "en";
    if (palabra_client_new(NULL, &client, NULL) < 0 || palabra_session_open_tts(client, &config, &session, NULL) < 0)
        return 1;
    for (i = 0; i < ANSWERS; i++)
        answer(i);
    failed |= palabra_session_end(session) < 0;
    while (!closed)
        take_all(100);
    palabra_session_close(session, 0);
    palabra_client_free(client);
    for (i = 0; i < ANSWERS; i++)
        printf("%s: %ld frames, complete %d, cancelled %d\n", ids[i], (long)frames[i], complete[i], cancelled[i]);
    return failed || late > 0 || !complete[0] || complete[1] || !cancelled[1] || !complete[2] || frames[2] == 0;
}
