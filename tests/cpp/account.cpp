// Voices, glossaries, REST sessions and files through palabra.hpp, with a devserver.
#include "check.hpp"

#include <thread>
#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

palabra::client account() {
    palabra::client_config config;
    config.credentials.api_key = "key-of-the-tests";
    auto client = palabra::client::create(config);
    CHECK(client.has_value());
    return std::move(*client);
}

palabra::client project() {
    auto client = palabra::client::create();
    CHECK(client.has_value());
    return std::move(*client);
}

palabra::voice_config sampled(const char *name) {
    palabra::voice_config config;
    config.name = name;
    config.language = "en";
    config.gender = "female";
    config.sample_path = std::getenv("PALABRA_WAV");
    return config;
}

void voices_come_and_go() {
    palabra::client client = account();
    auto made = client.voices().create(sampled("One voice"), long_enough);
    CHECK(made.has_value() && made->is_ready() && !made->id().empty());
    const std::string id(made->id());
    palabra::voice_change change;
    change.description = "calm";
    CHECK(client.voices().update(id, change, long_enough).has_value());
    change.description = "";
    auto changed = client.voices().update(id, change, long_enough);
    CHECK(changed.has_value() && std::strcmp(changed->raw().name, "One voice") == 0 && changed->raw().description[0] == '\0');
    CHECK(client.voices().get(id)->id() == id && client.voices().wait_ready(id, long_enough)->is_ready());
    auto list = client.voices().list("one", "en");
    CHECK(list.has_value() && list->items().size() == 1);
    for (const palabra_voice *voice : list->items())
        CHECK(voice->id == id);
    CHECK(client.voices().list_builtin()->items().size() > 5);
    CHECK(client.voices().remove(id).has_value());
    auto gone = client.voices().get(id);
    CHECK(gone.code() == PALABRA_ERR_SERVICE && gone.error().http_status == 404);
}

void a_voice_that_fails_can_be_cleaned_up() {
    palabra::client_config config;
    config.credentials.api_key = "dev~voice_fails~voice_delay_ms=0";
    auto client = palabra::client::create(config);
    CHECK(client.has_value());
    palabra::voice begun;
    auto made = client->voices().create(sampled("No voice"), long_enough, &begun);
    CHECK(made.code() == PALABRA_ERR_SERVICE && !begun.id().empty() && !begun.is_ready());
    CHECK(client->voices().remove(std::string(begun.id())).has_value());
}

void glossaries_come_and_go() {
    palabra::client client = account();
    palabra::glossary_config config;
    config.name = "Animals";
    config.source_language = "en";
    config.target_language = "es";
    config.csv = "cat,gato\n";
    config.settings.kind = PALABRA_GLOSSARY_TRANSLATION;
    auto made = client.glossaries().create(config, long_enough);
    CHECK(made.has_value());
    const std::string id(made->id());
    CHECK(client.glossaries().download(id)->text() == "cat,gato\n");
    CHECK(client.glossaries().rename(id, "Beasts").has_value() && client.glossaries().enable(id, false).has_value());
    auto seen = client.glossaries().get(id);
    CHECK(seen.has_value() && std::strcmp(seen->raw().name, "Beasts") == 0 && seen->raw().flags == PALABRA_GLOSSARY_DISABLED);
    CHECK(client.glossaries().list()->items().size() == 1);
    CHECK(client.glossaries().remove(id).has_value() && client.glossaries().remove(id).code() == PALABRA_ERR_SERVICE);
    CHECK(project().glossaries().list().code() == PALABRA_ERR_AUTH);
}

void a_rest_session_can_be_handed_on() {
    palabra::client client = project();
    CHECK(client.check_service(long_enough).has_value());
    auto rest = client.create_rest_session(long_enough);
    CHECK(rest.has_value() && rest->raw().token[0] != '\0');
    palabra::translation_config config;
    config.source_language = "en";
    config.target_languages = "es";
    config.stream.url = rest->raw().stream_url;
    config.stream.token = rest->raw().token;
    auto json = palabra::task_json(config);
    CHECK(json.has_value() && json->front() == '{' && json->back() == '}' && json->find("\"es\"") != std::string::npos);
    auto session = client.open(config);
    CHECK(session.has_value() && session->wait_ready(long_enough).has_value() && session->close().has_value());
    const std::string id = rest->raw().id;
    auto list = client.list_rest_sessions(long_enough);
    bool found = false;
    for (const palabra_rest_session *listed : list->items())
        found = found || id == listed->id;
    CHECK(found);
    CHECK(client.set_rest_session_ttl(id, std::chrono::hours(5), long_enough).has_value());
    auto prolonged = client.get_rest_session(id, long_enough);
    CHECK(prolonged.has_value() && std::strcmp(prolonged->raw().expires_at, rest->raw().expires_at) > 0);
    CHECK(client.get_rest_session("never made", long_enough).code() == PALABRA_ERR_SERVICE);
    CHECK(client.set_rest_session_ttl(id, palabra::milliseconds{1}, long_enough).code() == PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(client.delete_rest_session(id, long_enough).has_value());
}

void files_are_translated(const std::string &prefix) {
    const std::string input = std::getenv("PALABRA_WAV");
    auto speech = palabra::audio::read_wav(input);
    CHECK(speech.has_value() && speech->channels() == 1 && speech->frames() > speech->sample_rate());
    const std::string copy = prefix + "_copy.wav";
    CHECK(palabra::audio::write_wav(copy, speech->pcm(), speech->sample_rate()).has_value());
    CHECK(palabra::audio::read_wav(copy)->pcm().size() == speech->pcm().size());
    CHECK(palabra::audio::read_wav(prefix + "_none.wav").code() == PALABRA_ERR_IO);

    palabra::translation_config config;
    config.source_language = "en";
    config.target_languages = "es,fr";
    palabra::file_options options;
    options.settings.pace_percent = 1000;
    options.settings.flags = PALABRA_FILE_AUDIO | PALABRA_FILE_NO_FOLLOW;
    int told = 0;
    options.progress = [&told](const palabra_progress &) { return ++told > 0; };
    auto came = project().translate_file(config, copy, prefix + "_{lang}.wav", options, long_enough);
    CHECK(came.has_value() && told > 0 && came->outputs.size() == 2 && came->figures.transcripts > 0);
    auto written = palabra::audio::read_wav(prefix + "_es.wav");
    const palabra_file_output &kept = came->outputs[0];
    CHECK(written->frames() == kept.frames && kept.frames > 0 && kept.pcm != nullptr);
    CHECK(std::equal(kept.pcm, kept.pcm + kept.frames, written->pcm().begin()));
    palabra::canceller ends;
    options.ends = &ends;
    options.settings.pace_percent = 10;
    std::thread other([&ends] {
        while (!ends.cancel())
            std::this_thread::yield();
    });
    CHECK(project().translate_file(config, copy, "", options, long_enough).code() == PALABRA_ERR_CLOSED);
    other.join();
    options.ends = nullptr;

    palabra::file_result until_then;
    options.progress = [](const palabra_progress &) { return false; };
    auto stopped = project().translate_file(config, copy, "", options, long_enough, &until_then);
    CHECK(stopped.code() == PALABRA_ERR_CLOSED && until_then.figures.input_sample_rate == speech->sample_rate());
#ifdef __cpp_exceptions
    until_then = {};
    options.progress = [](const palabra_progress &) -> bool { throw std::string("enough"); };
    std::string thrown;
    try {
        (void)project().translate_file(config, copy, "", options, long_enough, &until_then);
    } catch (const std::string &what) {
        thrown = what;
    }
    CHECK(thrown == "enough" && until_then.figures.input_sample_rate == speech->sample_rate());
    options.settings.pace_percent = 1000;
    options.progress = [](const palabra_progress &progress) {
        if (progress.state == PALABRA_STATE_CLOSED)
            throw std::string("over");
        return true;
    };
    try {
        (void)project().translate_file(config, copy, "", options, long_enough);
    } catch (const std::string &what) {
        thrown = what;
    }
    CHECK(thrown == "over");
    CHECK(project().translate_file(config, copy + "_none", "", {}, long_enough).code() == PALABRA_ERR_IO);
#endif
}

} // namespace

int main(int argc, char **argv) {
    CHECK(argc == 2);
    voices_come_and_go();
    a_voice_that_fails_can_be_cleaned_up();
    glossaries_come_and_go();
    a_rest_session_can_be_handed_on();
    files_are_translated(argv[1]);
    CHECK(palabra::shutdown(palabra::milliseconds{5000}).has_value());
    return 0;
}
