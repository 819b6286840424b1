// Sessions of all three products.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_SESSION_HPP
#define PALABRA_SESSION_HPP

#include <palabra.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "event.hpp"
#include "files.hpp"
#include "owned.hpp"
#include "result.hpp"
#include "sound.hpp"
#include "tokens.hpp"
#include "types.hpp"

namespace palabra {

// One live conversation. It is closed when it goes, without waiting; end() and the events up to CLOSED come before.
class session {
public:
    static constexpr bool ends_with_closed = true;

    result<> wait_ready(milliseconds time) {
        const palabra_status status = palabra_session_wait_ready(handle(), detail::timeout(time));
        if (status >= 0)
            return done{};
        error why = last_error();
        return why.code == status ? why : error::of(status);
    }
    result<palabra_state> state() const {
        const std::int32_t state = palabra_session_get_state(handle());
        return detail::checked(state, static_cast<palabra_state>(state));
    }
    // Why it closed; PALABRA_OK while it is open or when it closed without an error.
    error last_error() const {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_status status = palabra_session_get_error(handle(), &told);
        return error::of(status < 0 ? status : told.code, told);
    }
    result<palabra_session_stats> stats() const {
        palabra_session_stats figures = PALABRA_SESSION_STATS_INIT;
        const palabra_status status = palabra_session_get_stats(handle(), &figures);
        return detail::checked(status, figures);
    }

    // Audio in the format of the config; the count is of frames, here taken from the samples and channels.
    // Real-time safe, as in C.
    result<std::int32_t> send_audio(const void *audio, std::int32_t frames) {
        return detail::counted(palabra_session_send_audio(handle(), audio, frames));
    }
    // Mono 16-bit samples.
    result<std::int32_t> send_audio(view<const std::int16_t> samples) {
        return send_audio(samples.data(), static_cast<std::int32_t>(samples.size()));
    }
    // Bytes of encoded audio, for an stt_config with an encoded format; the count is of bytes. Real-time safe, as in C.
    result<std::int32_t> send_encoded(const void *data, std::int32_t size) {
        return detail::counted(palabra_session_send_encoded(handle(), data, size));
    }
    // Puts silence in the place of frames that were lost. Real-time safe, as in C.
    result<std::int32_t> skip(std::int32_t frames) {
        return detail::counted(palabra_session_skip(handle(), frames));
    }
    // Sends what was taken so far, even if it fills no chunk. Real-time safe, as in C.
    result<> flush_input() {
        return detail::checked(palabra_session_flush_input(handle()));
    }
    result<std::int32_t> input_space() const {
        return detail::counted(palabra_session_get_input_space(handle()));
    }
    result<> set_input_format(const palabra_audio_format &format) {
        return detail::checked(palabra_session_set_input_format(handle(), &format));
    }
    result<std::int32_t> send_paced(const void *audio, std::int32_t frames, milliseconds lead, milliseconds time) {
        return detail::counted(
            palabra_session_send_paced(handle(), audio, frames, detail::drain(lead), detail::timeout(time)));
    }
    result<std::int32_t> send_encoded_paced(const void *data, std::int32_t size, milliseconds duration,
                                            milliseconds lead, milliseconds time) {
        return detail::counted(palabra_session_send_encoded_paced(
            handle(), data, size, detail::drain(duration), detail::drain(lead), detail::timeout(time)));
    }
    result<std::int32_t> send_file(const std::string &path, milliseconds lead, milliseconds time) {
        std::int32_t sent = 0;
        const result<> called = detail::told([&](palabra_error *words) {
            return sent = palabra_session_send_file(handle(), path.c_str(), detail::drain(lead),
                                                    detail::timeout(time), words);
        });
        if (!called)
            return called.error();
        return sent;
    }

    // Exactly so many frames, in the format of the config. Real-time safe, as in C: `language` is NULL for the first
    // target.
    sound read_audio(const char *language, void *audio, std::int32_t frames) {
        return sound(palabra_session_read_audio(handle(), language, audio, frames));
    }
    // Mono 16-bit samples.
    sound read_audio(const char *language, view<std::int16_t> samples) {
        return read_audio(language, samples.data(), static_cast<std::int32_t>(samples.size()));
    }
    result<> set_output_format(const char *language, const palabra_audio_format &format) {
        return detail::checked(palabra_session_set_output_format(handle(), language, &format));
    }
    result<> set_original(const palabra_original_options &options) {
        return detail::checked(palabra_session_set_original(handle(), &options));
    }
    result<> silence(const std::string &languages = {}, std::uint32_t flags = 0) {
        return detail::checked(palabra_session_silence(handle(), languages.c_str(), flags));
    }
    result<palabra_playout_stats> playout_stats(const char *language = nullptr) const {
        palabra_playout_stats figures = PALABRA_PLAYOUT_STATS_INIT;
        const palabra_status status = palabra_session_get_playout_stats(handle(), language, &figures);
        return detail::checked(status, figures);
    }
    result<> start_recording(const std::string &path, const char *language = nullptr, std::int32_t sample_rate = 0) {
        palabra_recording_options options = PALABRA_RECORDING_OPTIONS_INIT;
        options.language = language;
        options.sample_rate = sample_rate;
        return detail::told([&](palabra_error *words) {
            return palabra_session_start_recording(handle(), path.c_str(), &options, words);
        });
    }
    result<> pause_recording() { return detail::checked(palabra_session_pause_recording(handle())); }
    result<> resume_recording() { return detail::checked(palabra_session_resume_recording(handle())); }
    result<> stop_recording(milliseconds time) {
        return detail::told([&](palabra_error *words) {
            return palabra_session_stop_recording(handle(), detail::drain(time), words);
        });
    }

    // Commands; answers come as events with the tag.
    result<> speak(const std::string &text, const std::string &language, std::uint32_t flags = 0,
                   std::uint64_t user_tag = 0) {
        return detail::checked(
            palabra_session_speak(handle(), text.c_str(), language.c_str(), flags, user_tag));
    }
    result<> interrupt(const std::string &languages = {}, std::uint32_t flags = 0, std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_interrupt(handle(), languages.c_str(), flags, user_tag));
    }
    result<> pause(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_pause(handle(), user_tag));
    }
    result<> resume(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_resume(handle(), user_tag));
    }
    result<> set_task(const std::string &json, std::uint64_t user_tag = 0) {
        return detail::told([&](palabra_error *words) {
            return palabra_session_set_task(handle(), json.c_str(), user_tag, words);
        });
    }
    result<> get_task(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_get_task(handle(), user_tag));
    }

    // Text-to-speech. Without an id the text belongs to the library's own generation; PALABRA_TEXT_*.
    result<> send_text(const std::string &text, std::uint32_t flags = 0, const char *generation_id = nullptr,
                       const palabra_tts_voice *voice = nullptr, std::uint64_t user_tag = 0) {
        return detail::told([&](palabra_error *words) {
            return palabra_session_send_text(handle(), text.c_str(), flags, generation_id, voice, user_tag, words);
        });
    }
    // One generation; all of them without an id.
    result<> cancel(const char *generation_id = nullptr, std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_cancel(handle(), generation_id, user_tag));
    }
    // All generations whose first text had this tag.
    result<> cancel_tagged(std::uint64_t user_tag) {
        return detail::checked(palabra_session_cancel_tagged(handle(), user_tag));
    }
    // PALABRA_TEXT_RESET_CONTEXT. cancel_tagged() ends it too.
    result<audio> synthesize(const std::string &text, milliseconds time, std::uint32_t flags = 0,
                             const palabra_tts_voice *voice = nullptr, std::uint64_t user_tag = 0,
                             canceller *ends = nullptr) {
        return detail::filled<audio>(
            [&](palabra_audio *into, palabra_error *words) {
                return palabra_session_synthesize(handle(), text.c_str(), flags, voice, user_tag, into,
                                                  detail::timeout(time), words);
            },
            ends);
    }

    // Speech-to-text: a final of what was sent so far, now.
    result<> finalize(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_finalize(handle(), user_tag));
    }

    // The next event, none if there was none in time, or an error: PALABRA_ERR_CLOSED after CLOSED was taken.
    result<std::optional<event>> poll(milliseconds time) { return detail::poll(*this, time); }
    event_range<session> events(milliseconds patience = no_limit) { return {*this, patience}; }
    // As poll(), into an event that is there: 1, 0 for none, or an error.
    std::int32_t poll_into(event &into, milliseconds time) {
        const std::int32_t polled = palabra_session_poll_event(handle(), into.fill(), detail::timeout(time));
        return detail::answered(tokens_, into, polled);
    }
    result<> wakeup() { return detail::checked(palabra_session_wakeup(handle())); }
    result<int> event_fd() {
        const std::int32_t fd = palabra_session_get_event_fd(handle());
        return detail::checked(fd, static_cast<int>(fd));
    }

    // No more input: the tail comes as events, then CLOSED.
    result<> end() { return detail::checked(palabra_session_end(handle())); }
    // Gives the handle back now instead of at the end of the object's life.
    result<> close(milliseconds time = milliseconds{0}) {
        return detail::checked(palabra_session_close(handle_.take(), detail::drain(time)));
    }
    palabra_session *handle() const { return handle_.get(); }

private:
    friend class client;
    static palabra_status PALABRA_CALL close_at_once(palabra_session *session) { return palabra_session_close(session, 0); }
    session(palabra_session *handle, std::shared_ptr<const detail::token_asker> tokens)
        : handle_(handle), tokens_(std::move(tokens)) {}
    detail::owned_handle<palabra_session, close_at_once> handle_;
    std::shared_ptr<const detail::token_asker> tokens_; // none: nobody is asked
};

} // namespace palabra

#endif
