#include "report.h"

#include <palabra.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const WORDS[] = {"ok", "skipped", "warning", "failed"};

static void print_line(const struct finding *finding) {
    printf("%-8s %s: %s", WORDS[finding->state], finding->name, finding->text);
    if (finding->took_ms >= 0)
        printf(" (%lld ms)", (long long)finding->took_ms);
    putchar('\n');
    if (finding->advice[0] != '\0')
        printf("         -> %s\n", finding->advice);
    fflush(stdout);
}

void report_add(struct report *report, const char *name, enum state state, int64_t took_ms, const char *advice,
                const char *format, ...) {
    struct finding *finding;
    va_list arguments;

    if (report->count == MAX_FINDINGS)
        return;
    finding = &report->findings[report->count++];
    finding->name = name;
    finding->state = state;
    finding->took_ms = took_ms;
    snprintf(finding->advice, sizeof finding->advice, "%s", advice);
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
    if (!report->is_json)
        print_line(finding);
}

static void print_string(const char *text) {
    putchar('"');
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte < 0x20)
            printf("\\u%04x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

static void print_json(const struct report *report, enum state worst, const char *verdict) {
    int i;

    printf("{\"version\": ");
    print_string(palabra_version_string());
    printf(", \"verdict\": ");
    print_string(WORDS[worst]);
    printf(", \"text\": ");
    print_string(verdict);
    printf(", \"checks\": [");
    for (i = 0; i < report->count; i++) {
        const struct finding *finding = &report->findings[i];

        printf("%s\n  {\"name\": ", i == 0 ? "" : ",");
        print_string(finding->name);
        printf(", \"state\": ");
        print_string(WORDS[finding->state]);
        printf(", \"ms\": %lld, \"text\": ", (long long)finding->took_ms);
        print_string(finding->text);
        printf(", \"advice\": ");
        print_string(finding->advice);
        putchar('}');
    }
    printf("\n]}\n");
}

int report_finish(const struct report *report) {
    enum state worst = STATE_OK;
    const struct finding *gravest = NULL;
    char verdict[2 * TEXT_BYTES] = "the service can be used from here";
    int i;

    for (i = 0; i < report->count; i++) {
        const struct finding *finding = &report->findings[i];

        if (finding->state > worst && finding->state != STATE_SKIPPED) {
            worst = finding->state;
            gravest = finding;
        }
    }
    if (worst == STATE_FAILED)
        snprintf(verdict, sizeof verdict, "the service cannot be used from here: %s: %s", gravest->name, gravest->text);
    else if (worst == STATE_WARNING)
        snprintf(verdict, sizeof verdict, "the service can be used from here, but: %s: %s", gravest->name, gravest->text);
    if (report->is_json)
        print_json(report, worst, verdict);
    else
        printf("\n%s\n", verdict);
    if (worst == STATE_FAILED)
        return 2;
    return worst == STATE_WARNING ? 1 : 0;
}
