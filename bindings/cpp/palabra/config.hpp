// Settings: texts as std::string, the rest as in palabra.h.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_CONFIG_HPP
#define PALABRA_CONFIG_HPP

#include <palabra.h>

#include <functional>
#include <optional>
#include <string>

#include "result.hpp"
#include "types.hpp"

namespace palabra {

// An API key, or a client id and secret.
struct credentials {
    std::string api_key, client_id, client_secret, region;

    palabra_credentials raw() const {
        palabra_credentials c = {};
        c.api_key = detail::text(api_key);
        c.client_id = detail::text(client_id);
        c.client_secret = detail::text(client_secret);
        c.region = detail::text(region);
        return c;
    }
};

// Returns credentials that are valid now, such as a short-lived token from the server of the program's owner.
using token_source = std::function<result<credentials>()>;

// A stream to connect to, with its token.
struct stream_address {
    std::string url, token;

    palabra_stream_address raw() const {
        palabra_stream_address c = {};
        c.url = detail::text(url);
        c.token = detail::text(token);
        return c;
    }
};

// Texts here, everything else in `settings`, under the names of palabra_client_config.
struct client_config {
    palabra::credentials credentials;
    // Asked when a session or call needs credentials, by the thread that polls its events, which CREDENTIALS_NEEDED is among
    // nevertheless: poll while it connects. Those that were opened with a queue do not ask: the queue has the event. An
    // exception leaves the poll; without credentials it closes after 10 s.
    palabra::token_source token_source;
    std::string api_url, translation_url, tts_url, stt_url, proxy_url, https_proxy, http_proxy, no_proxy;
    std::string ca_pem, ca_file, ca_dir, system_ca_file, system_ca_dir, binding_name;
    palabra_client_config settings = PALABRA_CLIENT_CONFIG_INIT;

    palabra_client_config raw() const {
        palabra_client_config c = settings;
        if (token_source)
            c.flags |= PALABRA_CLIENT_ASK_CREDENTIALS;
        c.credentials = credentials.raw();
        c.api_url = detail::text(api_url);
        c.translation_url = detail::text(translation_url);
        c.tts_url = detail::text(tts_url);
        c.stt_url = detail::text(stt_url);
        c.proxy_url = detail::text(proxy_url);
        c.https_proxy = detail::text(https_proxy);
        c.http_proxy = detail::text(http_proxy);
        c.no_proxy = detail::text(no_proxy);
        c.ca_pem = detail::text(ca_pem);
        c.ca_file = detail::text(ca_file);
        c.ca_dir = detail::text(ca_dir);
        c.system_ca_file = detail::text(system_ca_file);
        c.system_ca_dir = detail::text(system_ca_dir);
        c.binding_name = binding_name.empty() ? "cpp" : binding_name.c_str();
        return c;
    }
};

// Texts here, everything else in `settings`, under the names of palabra_translation_config.
struct translation_config {
    std::string source_language, target_languages, voice_id, message_types, transcription_json, targets_json;
    std::string hotwords_glossaries, verification_glossaries, translation_glossaries, task_json, session_name;
    stream_address stream;
    palabra_translation_config settings = PALABRA_TRANSLATION_CONFIG_INIT;

    palabra_translation_config raw() const {
        palabra_translation_config c = settings;
        c.session_name = detail::text(session_name);
        c.stream = stream.raw();
        c.source_language = detail::text(source_language);
        c.target_languages = detail::text(target_languages);
        c.voice_id = detail::text(voice_id);
        c.message_types = detail::text(message_types);
        c.transcription_json = detail::text(transcription_json);
        c.targets_json = detail::text(targets_json);
        c.hotwords_glossaries = detail::text(hotwords_glossaries);
        c.verification_glossaries = detail::text(verification_glossaries);
        c.translation_glossaries = detail::text(translation_glossaries);
        c.task_json = detail::text(task_json);
        return c;
    }
};

// As above, of palabra_tts_config; `voice_id` is that of its voice.
struct tts_config {
    std::string language, voice_id, model, session_name;
    stream_address stream;
    palabra_tts_config settings = PALABRA_TTS_CONFIG_INIT;

    palabra_tts_config raw() const {
        palabra_tts_config c = settings;
        c.session_name = detail::text(session_name);
        c.stream = stream.raw();
        c.language = detail::text(language);
        c.voice.voice_id = detail::text(voice_id);
        c.model = detail::text(model);
        return c;
    }
};

// As above, of palabra_stt_config.
struct stt_config {
    std::string language, target_languages, session_name;
    stream_address stream;
    palabra_stt_config settings = PALABRA_STT_CONFIG_INIT;

    palabra_stt_config raw() const {
        palabra_stt_config c = settings;
        c.session_name = detail::text(session_name);
        c.stream = stream.raw();
        c.language = detail::text(language);
        c.target_languages = detail::text(target_languages);
        return c;
    }
};

// A call: the name here, everything else in `settings`, under the names of palabra_call_config. Its translations, without
// languages, formats and names, which the legs and the call have.
struct call_config {
    std::string call_name;
    translation_config translation;
    palabra_call_config settings = PALABRA_CALL_CONFIG_INIT;

    palabra_call_config raw() const {
        palabra_call_config c = settings;
        c.call_name = detail::text(call_name);
        return c;
    }
};

// A party of a call: texts here, both formats in `settings`, under the names of palabra_leg_config.
struct leg_config {
    std::string language, target_language, voice_id;
    std::string hotwords_glossaries, verification_glossaries, translation_glossaries;
    palabra_leg_config settings = PALABRA_LEG_CONFIG_INIT;

    palabra_leg_config raw() const {
        palabra_leg_config c = settings;
        c.language = detail::text(language);
        c.target_language = detail::text(target_language);
        c.voice_id = detail::text(voice_id);
        c.hotwords_glossaries = detail::text(hotwords_glossaries);
        c.verification_glossaries = detail::text(verification_glossaries);
        c.translation_glossaries = detail::text(translation_glossaries);
        return c;
    }
};

// A new voice; flags and a sample in memory in `settings`, as of palabra_voice_config.
struct voice_config {
    std::string name, language, description, gender, age_group, mood, sample_path, sample_name, sample_json;
    palabra_voice_config settings = PALABRA_VOICE_CONFIG_INIT;

    palabra_voice_config raw() const {
        palabra_voice_config c = settings;
        c.name = detail::text(name);
        c.language = detail::text(language);
        c.description = detail::text(description);
        c.gender = detail::text(gender);
        c.age_group = detail::text(age_group);
        c.mood = detail::text(mood);
        c.sample_path = detail::text(sample_path);
        c.sample_name = detail::text(sample_name);
        c.sample_json = detail::text(sample_json);
        return c;
    }
};

// What to change of a voice; what is not set stays as it is.
struct voice_change {
    std::optional<std::string> name, description, gender, age_group, mood;

    palabra_voice_config raw() const {
        palabra_voice_config c = PALABRA_VOICE_CONFIG_INIT;
        c.name = detail::text(name);
        c.description = detail::text(description);
        c.gender = detail::text(gender);
        c.age_group = detail::text(age_group);
        c.mood = detail::text(mood);
        return c;
    }
};

// A new glossary; kind, flags and entries one by one in `settings`, as of palabra_glossary_config.
struct glossary_config {
    std::string name, source_language, target_language, csv, csv_path;
    palabra_glossary_config settings = PALABRA_GLOSSARY_CONFIG_INIT;

    palabra_glossary_config raw() const {
        palabra_glossary_config c = settings;
        c.name = detail::text(name);
        c.source_language = detail::text(source_language);
        c.target_language = detail::text(target_language);
        c.csv = detail::text(csv);
        c.csv_path = detail::text(csv_path);
        return c;
    }
};

} // namespace palabra

#endif
