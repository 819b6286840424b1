/* After a session is closed and its client freed, the memory of the process holds no copy of a key or a token: in
 * all products, with both kinds of credentials.
 *
 * devserver: --tls-cert certs/server.pem --tls-key certs/server.key
 */
#define _GNU_SOURCE
#include "certs.h"
#include "talk.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Each secret is obfuscated with CODE, so that this program holds no copy itself. */
#define CODE 0x55
#define KEY_LENGTH 40u
#define WINDOW (4u << 20)

enum product { TRANSLATION, TTS, STT, PRODUCTS };

static unsigned char hidden_key[KEY_LENGTH];
/* The beginning of every URL with a token, and of every token of a REST session. */
static const unsigned char hidden_address[] = {'?' ^ CODE, 't' ^ CODE, 'o' ^ CODE, 'k' ^ CODE, 'e' ^ CODE,
                                               'n' ^ CODE, '=' ^ CODE, 'e' ^ CODE, 'y' ^ CODE};
static const unsigned char hidden_reply[] = {'"' ^ CODE, 'p' ^ CODE, 'u' ^ CODE, 'b' ^ CODE, 'l' ^ CODE, 'i' ^ CODE,
                                             's' ^ CODE, 'h' ^ CODE, 'e' ^ CODE, 'r' ^ CODE, '"' ^ CODE, ':' ^ CODE};

static unsigned char *window;

static void make_key(void)
{
    static const char digits[] = "abcdefghijkmnpqrstuvwxyz23456789";
    unsigned seed = (unsigned)getpid();
    size_t n;

    /* The prefix of the devserver's own keys. */
    for (n = 0; n < 3; n++)
        hidden_key[n] = (unsigned char)"dev"[n] ^ CODE;
    for (; n < KEY_LENGTH; n++) {
        seed = seed * 1103515245u + 12345u;
        hidden_key[n] = (unsigned char)digits[(seed >> 16) % 32] ^ CODE;
    }
}

static void reveal(char *room)
{
    size_t n;
    for (n = 0; n < KEY_LENGTH; n++)
        room[n] = (char)(hidden_key[n] ^ CODE);
    room[n] = '\0';
}

/* Number of occurrences in the first `length` bytes of the window. */
static int count_in_window(const unsigned char *hidden, size_t hidden_length, size_t length)
{
    const unsigned char *at = window, *end = window + length;
    int found = 0;

    while (at + hidden_length <= end) {
        size_t same = 0;
        at = memchr(at, hidden[0] ^ CODE, (size_t)(end - at) - hidden_length + 1);
        if (at == NULL)
            break;
        while (same < hidden_length && at[same] == (hidden[same] ^ CODE))
            same++;
        found += same == hidden_length;
        at++;
    }
    return found;
}

/* Searches all readable memory of this process, except for the window that it is read through. */
static int count_in_memory(const unsigned char *hidden, size_t length)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY), found = 0;
    char line[512];

    REQUIRE(maps != NULL && memory >= 0);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end, at;
        char mode[8];
        if (sscanf(line, "%lx-%lx %7s", &start, &end, mode) != 3 || mode[0] != 'r')
            continue;
        for (at = start; at < end; at += WINDOW - 64) {
            size_t wanted = end - at < WINDOW ? end - at : WINDOW;
            ssize_t got;
            if (at >= (unsigned long)window && at < (unsigned long)window + WINDOW)
                break;
            got = pread(memory, window, wanted, (off_t)at);
            if (got > 0)
                found += count_in_window(hidden, length, (size_t)got);
        }
    }
    explicit_bzero(window, WINDOW);
    close(memory);
    fclose(maps);
    return found;
}

/* Occurrences left after the library's thread had time to free its copies. */
static int left_in_memory(const unsigned char *hidden, size_t length)
{
    int found = count_in_memory(hidden, length), tries;
    for (tries = 0; found > 0 && tries < 50; tries++) {
        clock_sleep_ms(100);
        found = count_in_memory(hidden, length);
    }
    return found;
}

static palabra_client *make_client(int has_key, const char *api_url)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;
    char key[KEY_LENGTH + 1], streams[3][200];
    const char *server = strstr(api_url, "://") + 3, *scheme = strncmp(api_url, "https", 5) == 0 ? "wss" : "ws";

    reveal(key);
    snprintf(streams[0], 200, "%s://%s/streaming-api/v1/speech-to-speech/stream", scheme, server);
    snprintf(streams[1], 200, "%s://%s/tts-api/v1/text-to-speech/stream", scheme, server);
    snprintf(streams[2], 200, "%s://%s/asr/v1/speech-to-text/stream", scheme, server);
    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    config.api_url = api_url;
    config.ca_file = certs_authority();
    if (has_key) {
        config.credentials.api_key = key;
        config.translation_url = streams[0];
        config.tts_url = streams[1];
        config.stt_url = streams[2];
    } else {
        config.credentials.client_id = "id";
        config.credentials.client_secret = key;
    }
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    explicit_bzero(key, sizeof key);
    return client;
}

static palabra_session *open_one(palabra_client *client, enum product product)
{
    palabra_translation_config translation = talk_config();
    palabra_tts_config tts = PALABRA_TTS_CONFIG_INIT;
    palabra_stt_config stt = PALABRA_STT_CONFIG_INIT;
    palabra_session *session = NULL;

    tts.language = "en";
    if (product == TRANSLATION)
        CHECK_STATUS(palabra_session_open_translation(client, &translation, &session, NULL), PALABRA_OK);
    else if (product == TTS)
        CHECK_STATUS(palabra_session_open_tts(client, &tts, &session, NULL), PALABRA_OK);
    else
        CHECK_STATUS(palabra_session_open_stt(client, &stt, &session, NULL), PALABRA_OK);
    REQUIRE(session != NULL);
    return session;
}

int main(void)
{
    const char *api_url = getenv("PALABRA_API_URL");
    int has_key, product;

    if (api_url == NULL)
        return check_skip("there is no devserver (PALABRA_API_URL)");
    window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(window != MAP_FAILED);
    make_key();
    for (has_key = 0; has_key < 2; has_key++) {
        for (product = 0; product < PRODUCTS; product++) {
            palabra_client *client = make_client(has_key, api_url);
            palabra_session *session = open_one(client, (enum product)product);
            CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
            /* Control: the search finds the secret while the client still holds it. */
            CHECK(count_in_memory(hidden_key, KEY_LENGTH) > 0);
            CHECK_STATUS(palabra_session_close(session, 20000), PALABRA_OK);
            CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
        }
    }
    CHECK_EQ(left_in_memory(hidden_key, KEY_LENGTH), 0);
    CHECK_EQ(left_in_memory(hidden_address, sizeof hidden_address), 0);
    CHECK_EQ(left_in_memory(hidden_reply, sizeof hidden_reply), 0);
    CHECK_STATUS(palabra_shutdown(20000), PALABRA_OK);
    munmap(window, WINDOW);
    return check_result();
}
