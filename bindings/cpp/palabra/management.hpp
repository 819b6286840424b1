// What belongs to an account: REST sessions, voices, glossaries.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_MANAGEMENT_HPP
#define PALABRA_MANAGEMENT_HPP

#include <palabra.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "config.hpp"
#include "owned.hpp"
#include "result.hpp"
#include "types.hpp"

namespace palabra {

// Address and token of a translation, to hand to somebody else; raw() has them. Its texts are wiped when it goes.
class rest_session : public detail::owned_struct<palabra_rest_session, palabra_rest_session_release> {};

// REST sessions, as voice_list.
class rest_session_list : public detail::owned_struct<palabra_rest_sessions, palabra_rest_sessions_release> {
public:
    view<const palabra_rest_session *const> items() const {
        return {raw().items, static_cast<std::size_t>(raw().count)};
    }
};

// A voice of the account; raw() has the rest.
class voice : public detail::owned_struct<palabra_voice, palabra_voice_release> {
public:
    // "" as long as the service has given none.
    std::string_view id() const { return raw().id ? raw().id : ""; }
    bool is_ready() const { return raw().status == PALABRA_VOICE_STATUS_READY; }
};

// Voices: `for (const palabra_voice *voice : list.items())`.
class voice_list : public detail::owned_struct<palabra_voices, palabra_voices_release> {
public:
    view<const palabra_voice *const> items() const { return {raw().items, static_cast<std::size_t>(raw().count)}; }
};

class glossary : public detail::owned_struct<palabra_glossary, palabra_glossary_release> {
public:
    std::string_view id() const { return raw().id ? raw().id : ""; }
};

// Glossaries, as voice_list.
class glossary_list : public detail::owned_struct<palabra_glossaries, palabra_glossaries_release> {
public:
    view<const palabra_glossary *const> items() const { return {raw().items, static_cast<std::size_t>(raw().count)}; }
};

class glossary_csv : public detail::owned_struct<palabra_glossary_csv, palabra_glossary_csv_release> {
public:
    std::string_view text() const {
        return raw().text ? std::string_view(raw().text, static_cast<std::size_t>(raw().text_len)) : "";
    }
};

// The voices of a client's account; needs an API key. Lives no longer than the client.
class voices {
public:
    explicit voices(palabra_client *client) : client_(client) {}

    // When it fails after the service has given an id, `*begun` is the voice, to wait for or to delete.
    result<voice> create(const voice_config &config, milliseconds time = no_limit, voice *begun = nullptr) {
        const palabra_voice_config raw = config.raw();
        voice made;
        const result<> called = detail::told([&](palabra_error *words) {
            return palabra_voice_create(client_, &raw, made.fill(), detail::timeout(time), words);
        });
        if (called)
            return made;
        if (begun != nullptr)
            *begun = std::move(made);
        return called.error();
    }
    result<voice> wait_ready(const std::string &id, milliseconds time = no_limit) {
        return one(palabra_voice_wait_ready, id, time);
    }
    result<voice> get(const std::string &id, milliseconds time = no_limit) {
        return one(palabra_voice_get, id, time);
    }
    result<voice_list> list(const std::string &search = {}, const std::string &language = {},
                            milliseconds time = no_limit) {
        return detail::filled<voice_list>([&](palabra_voices *into, palabra_error *words) {
            return palabra_voice_list(client_, detail::text(search), detail::text(language), into,
                                      detail::timeout(time), words);
        });
    }
    result<voice_list> list_builtin(milliseconds time = no_limit) {
        return detail::filled<voice_list>([&](palabra_voices *into, palabra_error *words) {
            return palabra_voice_list_builtin(client_, into, detail::timeout(time), words);
        });
    }
    result<voice> update(const std::string &id, const voice_change &change, milliseconds time = no_limit) {
        const palabra_voice_config raw = change.raw();
        return detail::filled<voice>([&](palabra_voice *into, palabra_error *words) {
            return palabra_voice_update(client_, id.c_str(), &raw, into, detail::timeout(time), words);
        });
    }
    // `remove`, for `delete` is a word of the language.
    result<> remove(const std::string &id, milliseconds time = no_limit) {
        return detail::told([&](palabra_error *words) {
            return palabra_voice_delete(client_, id.c_str(), detail::timeout(time), words);
        });
    }

private:
    template <class Function>
    result<voice> one(Function function, const std::string &id, milliseconds time) {
        return detail::filled<voice>([&](palabra_voice *into, palabra_error *words) {
            return function(client_, id.c_str(), into, detail::timeout(time), words);
        });
    }
    palabra_client *client_;
};

// The glossaries of a client's account; needs an API key. Lives no longer than the client.
class glossaries {
public:
    explicit glossaries(palabra_client *client) : client_(client) {}

    // When it fails after the service has given an id, `*begun` is the glossary without entries, to be deleted.
    result<glossary> create(const glossary_config &config, milliseconds time = no_limit, glossary *begun = nullptr) {
        const palabra_glossary_config raw = config.raw();
        glossary made;
        const result<> called = detail::told([&](palabra_error *words) {
            return palabra_glossary_create(client_, &raw, made.fill(), detail::timeout(time), words);
        });
        if (called)
            return made;
        if (begun != nullptr)
            *begun = std::move(made);
        return called.error();
    }
    result<glossary> get(const std::string &id, milliseconds time = no_limit) {
        return detail::filled<glossary>([&](palabra_glossary *into, palabra_error *words) {
            return palabra_glossary_get(client_, id.c_str(), into, detail::timeout(time), words);
        });
    }
    result<glossary_list> list(milliseconds time = no_limit) {
        return detail::filled<glossary_list>([&](palabra_glossaries *into, palabra_error *words) {
            return palabra_glossary_list(client_, into, detail::timeout(time), words);
        });
    }
    result<glossary_csv> download(const std::string &id, milliseconds time = no_limit) {
        return detail::filled<glossary_csv>([&](palabra_glossary_csv *into, palabra_error *words) {
            return palabra_glossary_download(client_, id.c_str(), into, detail::timeout(time), words);
        });
    }
    result<glossary> rename(const std::string &id, const std::string &name, milliseconds time = no_limit) {
        return change(id, name.c_str(), -1, time);
    }
    result<glossary> enable(const std::string &id, bool enabled, milliseconds time = no_limit) {
        return change(id, nullptr, enabled ? 1 : 0, time);
    }
    result<> remove(const std::string &id, milliseconds time = no_limit) {
        return detail::told([&](palabra_error *words) {
            return palabra_glossary_delete(client_, id.c_str(), detail::timeout(time), words);
        });
    }

private:
    result<glossary> change(const std::string &id, const char *name, std::int32_t enabled, milliseconds time) {
        return detail::filled<glossary>([&](palabra_glossary *into, palabra_error *words) {
            return palabra_glossary_update(client_, id.c_str(), name, enabled, into, detail::timeout(time), words);
        });
    }
    palabra_client *client_;
};

} // namespace palabra

#endif
