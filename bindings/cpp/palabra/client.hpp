// Clients: the beginning of everything.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_CLIENT_HPP
#define PALABRA_CLIENT_HPP

#include <palabra.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "call.hpp"
#include "config.hpp"
#include "files.hpp"
#include "management.hpp"
#include "owned.hpp"
#include "queue.hpp"
#include "result.hpp"
#include "session.hpp"
#include "tokens.hpp"
#include "types.hpp"

namespace palabra {

// Credentials and endpoints; sessions opened with it outlive it.
class client {
public:
    static result<client> create(const client_config &config = {}) {
        const palabra_client_config raw = config.raw();
        palabra_client *made = nullptr;
        const result<> called =
            detail::told([&](palabra_error *words) { return palabra_client_new(&raw, &made, words); });
        if (!called)
            return called.error();
        client one(made);
        if (config.token_source)
            one.tokens_ = std::make_shared<const detail::token_asker>(detail::token_asker{config.token_source, made});
        return one;
    }

    // For sessions that connect from now on, and as the answer to CREDENTIALS_NEEDED.
    result<> set_credentials(const credentials &fresh) {
        const palabra_credentials raw = fresh.raw();
        return detail::told(
            [&](palabra_error *words) { return palabra_client_set_credentials(handle(), &raw, words); });
    }

    // Whether the service answers and accepts the credentials, for health checks.
    result<> check_service(milliseconds time = no_limit) {
        return detail::told(
            [&](palabra_error *words) { return palabra_client_check(handle(), detail::timeout(time), words); });
    }

    // Figures of all its sessions and calls, for Prometheus.
    result<std::string> metrics_text() const {
        return detail::written([&](char *buffer, std::int32_t capacity) {
            return palabra_metrics_text(handle(), buffer, capacity);
        });
    }
    // Opens nothing more, and waits until nothing is open; as before a new version is deployed.
    result<> drain(milliseconds time, canceller *ends = nullptr) {
        return detail::told(
            [&](palabra_error *words) { return palabra_client_drain(handle(), detail::timeout(time), words); }, ends);
    }

    // A translation; with a queue its events are polled there, or it is named there.
    result<session> open(const translation_config &config, const queue *events = nullptr) {
        return opened(palabra_session_open_translation, config.raw(), events);
    }
    result<session> open_tts(const tts_config &config, const queue *events = nullptr) {
        return opened(palabra_session_open_tts, config.raw(), events);
    }
    result<session> open_stt(const stt_config &config = {}, const queue *events = nullptr) {
        return opened(palabra_session_open_stt, config.raw(), events);
    }

    // A call of two parties; with a queue its events are polled there, or it is named there.
    result<call> open_call(const call_config &config = {}, const queue *events = nullptr) {
        palabra_call_config raw = config.raw();
        const palabra_translation_config translation = config.translation.raw();
        if (events != nullptr)
            raw.queue = events->handle();
        palabra_call *made = nullptr;
        const result<> called = detail::told([&](palabra_error *words) {
            return palabra_call_open(handle(), &raw, &translation, &made, words);
        });
        if (!called)
            return called.error();
        return call(made, tokens_);
    }

    // A whole file. What had come of it when it failed goes into `*until_then`.
    result<file_result> translate_file(const translation_config &config, const std::string &input_path,
                                       const std::string &output_pattern, const file_options &options = {},
                                       milliseconds time = no_limit, file_result *until_then = nullptr) {
        const palabra_translation_config raw = config.raw();
        detail::progress_call progress(options.progress);
        const palabra_file_options how = options.raw(progress);
        file_result came;
        // A target for every comma and one more.
        const auto commas = std::count(config.target_languages.begin(), config.target_languages.end(), ',');
        came.outputs.resize(std::max<std::size_t>(static_cast<std::size_t>(commas) + 1, most_targets));
        came.figures.outputs = came.outputs.data();
        came.figures.output_capacity = static_cast<std::int32_t>(came.outputs.size());
        const result<> called = detail::told(
            [&](palabra_error *words) {
                return palabra_translate_file(handle(), &raw, input_path.c_str(), detail::text(output_pattern), &how,
                                              &came.figures, detail::timeout(time), words);
            },
            options.ends);
        *came.speech.fill() = came.figures;
        came.figures.payload = nullptr;
        came.outputs.resize(
            std::min<std::size_t>(came.outputs.size(), static_cast<std::size_t>(came.figures.output_count)));
        came.figures.outputs = nullptr;
        if (!called && until_then != nullptr)
            *until_then = std::move(came);
        // Also what was thrown when all was over.
        progress.rethrow();
        if (!called)
            return called.error();
        return came;
    }

    result<rest_session> create_rest_session(milliseconds time = no_limit) {
        return detail::filled<rest_session>([&](palabra_rest_session *into, palabra_error *words) {
            return palabra_rest_session_create(handle(), into, detail::timeout(time), words);
        });
    }
    result<rest_session_list> list_rest_sessions(milliseconds time = no_limit) {
        return detail::filled<rest_session_list>([&](palabra_rest_sessions *into, palabra_error *words) {
            return palabra_rest_session_list(handle(), into, detail::timeout(time), words);
        });
    }
    result<rest_session> get_rest_session(const std::string &id, milliseconds time = no_limit) {
        return detail::filled<rest_session>([&](palabra_rest_session *into, palabra_error *words) {
            return palabra_rest_session_get(handle(), id.c_str(), into, detail::timeout(time), words);
        });
    }
    // For how long it exists without a stream, from now on: whole seconds.
    result<> set_rest_session_ttl(const std::string &id, milliseconds ttl, milliseconds time = no_limit) {
        return detail::told([&](palabra_error *words) {
            return palabra_rest_session_set_ttl(handle(), id.c_str(), detail::timeout(ttl), detail::timeout(time),
                                                words);
        });
    }
    result<> delete_rest_session(const std::string &id, milliseconds time = no_limit) {
        return detail::told([&](palabra_error *words) {
            return palabra_rest_session_delete(handle(), id.c_str(), detail::timeout(time), words);
        });
    }
    palabra::voices voices() const { return palabra::voices(handle()); }
    palabra::glossaries glossaries() const { return palabra::glossaries(handle()); }
    palabra_client *handle() const { return handle_.get(); }

private:
    // Room for targets that come by targets_json or task_json.
    static constexpr std::size_t most_targets = 32;

    explicit client(palabra_client *handle) : handle_(handle) {}

    template <class Open, class Config>
    result<session> opened(Open function, Config raw, const queue *events) {
        if (events != nullptr)
            raw.queue = events->handle();
        palabra_session *made = nullptr;
        const result<> called =
            detail::told([&](palabra_error *words) { return function(handle(), &raw, &made, words); });
        if (!called)
            return called.error();
        return session(made, tokens_);
    }
    detail::owned_handle<palabra_client, palabra_client_free> handle_;
    std::shared_ptr<const detail::token_asker> tokens_; // none: nobody is asked
};

} // namespace palabra

#endif
