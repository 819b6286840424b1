/*
 * The glossaries of an account, which say how terms are translated. Needs an API key.
 *
 *     PALABRA_API_KEY=... ./glossary create NAME SOURCE TARGET TERM=TRANSLATION...
 *     PALABRA_API_KEY=... ./glossary list
 *     PALABRA_API_KEY=... ./glossary delete ID
 *
 * A session uses the enabled glossaries of its languages unless `translation_glossaries` of palabra_translation_config
 * selects some. For terms that recognition must know, create one of the kind PALABRA_GLOSSARY_HOTWORDS, whose entries
 * are terms without translations. For entries in a CSV file, set `csv_path` instead of `entries`.
 */
#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 30000

static int print_error(const palabra_error *error) {
    /* http_status and service_code contain the service's answer; 0 and "" if it did not answer. */
    fprintf(stderr, "%s: %s\n", palabra_status_name(error->code), error->text);
    return 1;
}

/* Prints the entries as the service stores them, as CSV. */
static int print_entries(palabra_client *client, const char *id) {
    palabra_glossary_csv csv = PALABRA_GLOSSARY_CSV_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 0;

    if (palabra_glossary_download(client, id, &csv, TIMEOUT_MS, &error) < 0)
        failed = print_error(&error);
    else
        fwrite(csv.text, 1, (size_t)csv.text_len, stdout);
    palabra_glossary_csv_release(&csv);
    return failed;
}

/* Splits "term=translation" in place. */
static void parse_entry(char *argument, palabra_glossary_entry *entry) {
    char *equals = strchr(argument, '=');

    entry->term = argument;
    entry->replacement = equals == NULL ? NULL : equals + 1; /* the library reports a missing translation */
    if (equals != NULL)
        *equals = '\0';
}

static int create_glossary(palabra_client *client, char **argv, int count) {
    palabra_glossary_config config = PALABRA_GLOSSARY_CONFIG_INIT;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_glossary_entry *entries = malloc((size_t)(count + 1) * sizeof *entries);
    int i, failed = 0;

    if (entries == NULL)
        return 1;
    for (i = 0; i < count; i++)
        parse_entry(argv[3 + i], &entries[i]);
    config.kind = PALABRA_GLOSSARY_TRANSLATION;
    config.name = argv[0];
    config.source_language = argv[1];
    config.target_language = argv[2];
    config.entries = entries;
    config.entry_count = count;
    if (palabra_glossary_create(client, &config, &glossary, TIMEOUT_MS, &error) < 0) {
        failed = print_error(&error);
        /* If only the entries were refused, the glossary exists without them: delete it. */
        if (glossary.id != NULL && palabra_glossary_delete(client, glossary.id, TIMEOUT_MS, &error) < 0)
            print_error(&error);
    } else {
        printf("%s  %s\n", glossary.id, glossary.name);
        failed = print_entries(client, glossary.id);
    }
    palabra_glossary_release(&glossary);
    free(entries);
    return failed;
}

static int list_glossaries(palabra_client *client) {
    palabra_glossaries glossaries = PALABRA_GLOSSARIES_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 0;
    int32_t i;

    if (palabra_glossary_list(client, &glossaries, TIMEOUT_MS, &error) < 0)
        failed = print_error(&error);
    else
        printf("%d glossaries\n", (int)glossaries.count);
    for (i = 0; i < glossaries.count; i++) {
        const palabra_glossary *glossary = glossaries.items[i];

        printf("%s  %s -> %s%s  %s\n", glossary->id, glossary->source_language, glossary->target_language,
               glossary->flags & PALABRA_GLOSSARY_DISABLED ? " (off)" : "", glossary->name);
    }
    palabra_glossaries_release(&glossaries);
    return failed;
}

static int delete_glossary(palabra_client *client, const char *id) {
    palabra_error error = PALABRA_ERROR_INIT;

    return palabra_glossary_delete(client, id, TIMEOUT_MS, &error) < 0 ? print_error(&error) : 0;
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 2;

    if (palabra_client_new(NULL, &client, &error) < 0)
        return print_error(&error);
    if (strcmp(command, "create") == 0 && argc > 5)
        failed = create_glossary(client, argv + 2, argc - 5);
    else if (strcmp(command, "list") == 0 && argc == 2)
        failed = list_glossaries(client);
    else if (strcmp(command, "delete") == 0 && argc == 3)
        failed = delete_glossary(client, argv[2]);
    else
        fprintf(stderr, "usage: %s create NAME SOURCE TARGET TERM=TRANSLATION... | list | delete ID\n", argv[0]);
    palabra_client_free(client);
    palabra_shutdown(1000);
    return failed;
}
