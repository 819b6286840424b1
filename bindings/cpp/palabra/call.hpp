// Two parties on one line.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_CALL_HPP
#define PALABRA_CALL_HPP

#include <palabra.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "config.hpp"
#include "event.hpp"
#include "owned.hpp"
#include "result.hpp"
#include "sound.hpp"
#include "tokens.hpp"
#include "types.hpp"

namespace palabra {

// One party of a call. It hangs up when it goes.
class leg {
public:
    // What events call `leg`: 0 or 1.
    result<int> number() const {
        const std::int32_t number = palabra_leg_get_number(handle());
        return detail::checked(number, static_cast<int>(number));
    }

    // One tick of the line: what the party says, in its input format, and exactly so many frames of what it hears, in its
    // output format. Real-time safe, as in C.
    sound exchange(const void *said, std::int32_t said_frames, void *heard, std::int32_t heard_frames) {
        return sound(palabra_leg_exchange(handle(), said, said_frames, heard, heard_frames));
    }
    // Mono 16-bit samples, both ways.
    sound exchange(view<const std::int16_t> said, view<std::int16_t> heard) {
        return exchange(said.data(), static_cast<std::int32_t>(said.size()), heard.data(),
                        static_cast<std::int32_t>(heard.size()));
    }
    // For a packet with an RTP timestamp: packets may come late, out of order, twice or never. Real-time safe, as in C.
    sound exchange_at(const void *said, std::int32_t said_frames, std::uint32_t rtp_timestamp, void *heard,
                      std::int32_t heard_frames) {
        return sound(palabra_leg_exchange_at(handle(), said, said_frames, rtp_timestamp, heard, heard_frames));
    }
    // The halves of exchange(), for lines that send and read on two threads. Real-time safe, as in C.
    result<std::int32_t> send_audio(const void *audio, std::int32_t frames) {
        return detail::counted(palabra_leg_send_audio(handle(), audio, frames));
    }
    // Mono 16-bit samples.
    result<std::int32_t> send_audio(view<const std::int16_t> samples) {
        return send_audio(samples.data(), static_cast<std::int32_t>(samples.size()));
    }
    sound read_audio(void *audio, std::int32_t frames) {
        return sound(palabra_leg_read_audio(handle(), audio, frames));
    }
    // Mono 16-bit samples.
    sound read_audio(view<std::int16_t> samples) {
        return read_audio(samples.data(), static_cast<std::int32_t>(samples.size()));
    }
    // Puts silence in the place of frames that were lost. Real-time safe, as in C.
    result<std::int32_t> skip(std::int32_t frames) { return detail::counted(palabra_leg_skip(handle(), frames)); }
    result<> set_input_format(const palabra_audio_format &format) {
        return detail::checked(palabra_leg_set_input_format(handle(), &format));
    }
    result<> set_output_format(const palabra_audio_format &format) {
        return detail::checked(palabra_leg_set_output_format(handle(), &format));
    }
    result<> set_original(const palabra_original_options &options) {
        return detail::checked(palabra_leg_set_original(handle(), &options));
    }

    result<> set_muted(bool muted) { return detail::checked(palabra_leg_set_muted(handle(), muted ? 1 : 0)); }
    result<> hold() { return detail::checked(palabra_leg_hold(handle())); }
    result<> resume() { return detail::checked(palabra_leg_resume(handle())); }
    result<> silence(std::uint32_t flags = 0) { return detail::checked(palabra_leg_silence(handle(), flags)); }
    result<> interrupt(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_leg_interrupt(handle(), user_tag));
    }
    result<> speak(const std::string &text, std::uint64_t user_tag = 0) {
        return detail::checked(palabra_leg_speak(handle(), text.c_str(), user_tag));
    }

    result<palabra_leg_stats> stats() const {
        palabra_leg_stats figures = PALABRA_LEG_STATS_INIT;
        const palabra_status status = palabra_leg_get_stats(handle(), &figures);
        return detail::checked(status, figures);
    }

    // Hangs up now instead of at the end of the object's life.
    result<> close() { return detail::checked(palabra_leg_close(handle_.take())); }
    palabra_leg *handle() const { return handle_.get(); }

private:
    friend class call;
    explicit leg(palabra_leg *handle) : handle_(handle) {}
    detail::owned_handle<palabra_leg, palabra_leg_close> handle_;
};

// Two parties that speak different languages. It is closed with its legs when it goes, without waiting; end() and the
// events up to CLOSED come before.
class call {
public:
    static constexpr bool ends_with_closed = true;

    // When both have joined, the sessions between them are opened.
    result<leg> join(const leg_config &config) {
        const palabra_leg_config raw = config.raw();
        palabra_leg *made = nullptr;
        const result<> called =
            detail::told([&](palabra_error *words) { return palabra_leg_join(handle(), &raw, &made, words); });
        if (!called)
            return called.error();
        return leg(made);
    }
    result<palabra_state> state() const {
        const std::int32_t state = palabra_call_get_state(handle());
        return detail::checked(state, static_cast<palabra_state>(state));
    }
    // Why it closed; PALABRA_OK while it is open or when it closed without an error.
    error last_error() const {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_status status = palabra_call_get_error(handle(), &told);
        return error::of(status < 0 ? status : told.code, told);
    }

    // The statistics of all parties, as one line for a log. Take it last, before close().
    result<std::string> stats_json() const {
        return detail::written([&](char *buffer, std::int32_t capacity) {
            return palabra_call_get_stats_json(handle(), buffer, capacity);
        });
    }
    // Leg 0 on the left, leg 1 on the right; PALABRA_RECORDING_*.
    result<> start_recording(const std::string &path, std::uint32_t flags = 0, std::int32_t sample_rate = 0) {
        palabra_call_recording_options options = PALABRA_CALL_RECORDING_OPTIONS_INIT;
        options.flags = flags;
        options.sample_rate = sample_rate;
        return detail::told([&](palabra_error *words) {
            return palabra_call_start_recording(handle(), path.c_str(), &options, words);
        });
    }
    result<> pause_recording() { return detail::checked(palabra_call_pause_recording(handle())); }
    result<> resume_recording() { return detail::checked(palabra_call_resume_recording(handle())); }
    result<> stop_recording(milliseconds time) {
        return detail::told([&](palabra_error *words) {
            return palabra_call_stop_recording(handle(), detail::drain(time), words);
        });
    }

    // The next event, none if there was none in time, or an error: PALABRA_ERR_CLOSED after CLOSED was taken.
    result<std::optional<event>> poll(milliseconds time) { return detail::poll(*this, time); }
    event_range<call> events(milliseconds patience = no_limit) { return {*this, patience}; }
    // As poll(), into an event that is there: 1, 0 for none, or an error.
    std::int32_t poll_into(event &into, milliseconds time) {
        const std::int32_t polled = palabra_call_poll_event(handle(), into.fill(), detail::timeout(time));
        return detail::answered(tokens_, into, polled);
    }
    result<> wakeup() { return detail::checked(palabra_call_wakeup(handle())); }
    result<int> event_fd() {
        const std::int32_t fd = palabra_call_get_event_fd(handle());
        return detail::checked(fd, static_cast<int>(fd));
    }

    // No more input: both parties hear the rest, then CLOSED.
    result<> end() { return detail::checked(palabra_call_end(handle())); }
    // Gives the handle back now, and those of the legs, instead of at the end of the object's life.
    result<> close(milliseconds time = milliseconds{0}) {
        return detail::checked(palabra_call_close(handle_.take(), detail::drain(time)));
    }
    palabra_call *handle() const { return handle_.get(); }

private:
    friend class client;
    static palabra_status PALABRA_CALL close_at_once(palabra_call *call) { return palabra_call_close(call, 0); }
    call(palabra_call *handle, std::shared_ptr<const detail::token_asker> tokens)
        : handle_(handle), tokens_(std::move(tokens)) {}
    detail::owned_handle<palabra_call, close_at_once> handle_;
    std::shared_ptr<const detail::token_asker> tokens_; // none: nobody is asked
};

} // namespace palabra

#endif
