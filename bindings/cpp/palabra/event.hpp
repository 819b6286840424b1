// Events, and the loop over them.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_EVENT_HPP
#define PALABRA_EVENT_HPP

#include <palabra.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "owned.hpp"
#include "result.hpp"
#include "types.hpp"

namespace palabra {

// One thing that happened; gives its memory back when it goes. Texts and samples live as long as the event.
class event : public detail::owned_struct<palabra_event, palabra_event_release> {
public:
    // PALABRA_EVENT_NONE for an event that holds nothing.
    palabra_event_kind kind() const { return raw().kind; }
    std::string_view kind_name() const { return palabra_event_kind_name(raw().kind); }
    bool is(palabra_event_kind kind) const { return raw().kind == kind; }
    // Whether all of these PALABRA_FLAG_* are set.
    bool has(std::uint32_t flags) const { return (raw().flags & flags) == flags; }
    bool is_final() const { return has(PALABRA_FLAG_FINAL); }
    bool is_translation() const { return has(PALABRA_FLAG_TRANSLATION); }
    palabra_status code() const { return raw().code; }
    std::string_view text() const { return part(raw().text, raw().text_len); }
    std::string_view language() const { return part(raw().language, raw().language_len); }
    std::string_view id() const { return part(raw().id, raw().id_len); }
    std::string_view json() const { return part(raw().json, raw().json_len); }
    std::string_view service_code() const { return part(raw().service_code, raw().service_code_len); }
    std::string_view session_name() const { return part(raw().session_name, raw().session_name_len); }
    // AUDIO: interleaved samples.
    view<const std::int16_t> pcm() const { return detail::samples(raw().pcm, raw().pcm_frames, raw().channels); }
    // AUDIO of PALABRA_TTS_FORMAT_MP3: bytes.
    view<const std::uint8_t> data() const { return detail::bytes(raw().data, raw().data_len); }

private:
    static std::string_view part(const char *text, std::int32_t length) {
        return text ? std::string_view(text, static_cast<std::size_t>(length)) : std::string_view();
    }
};

// The events of a session, call or queue, for a range-based for loop. It ends after CLOSED, when nothing came for as long as
// it was told to wait, or with an error, which outcome() tells afterwards.
template <class Source>
class event_range {
public:
    event_range(Source &source, milliseconds patience) : source_(&source), patience_(patience) {}

    struct sentinel {};
    // An input iterator, also of C++20's ranges: each event is there until the next one is taken.
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = event;
        using difference_type = std::ptrdiff_t;
        using pointer = event *;
        using reference = event &;

        explicit iterator(event_range &range) : range_(&range) { range_->advance(); }
        event &operator*() const { return range_->current_; }
        event *operator->() const { return &range_->current_; }
        iterator &operator++() {
            range_->advance();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator &at, sentinel) { return at.is_over(); }
        friend bool operator!=(const iterator &at, sentinel) { return !at.is_over(); }
        friend bool operator==(sentinel, const iterator &at) { return at.is_over(); }
        friend bool operator!=(sentinel, const iterator &at) { return !at.is_over(); }

    private:
        bool is_over() const { return !range_->has_event_; }
        event_range *range_;
    };

    iterator begin() { return iterator(*this); }
    sentinel end() const { return {}; }
    // PALABRA_OK, or why the loop could not go on.
    palabra_status outcome() const { return outcome_; }

private:
    void advance() {
        has_event_ = false;
        current_ = event();
        if (is_over_)
            return;
        const std::int32_t polled = source_->poll_into(current_, patience_);
        has_event_ = polled > 0;
        // Remembered, for the event may be moved away.
        is_over_ = Source::ends_with_closed && current_.is(PALABRA_EVENT_CLOSED);
        outcome_ = polled < 0 ? static_cast<palabra_status>(polled) : PALABRA_OK;
    }

    Source *source_;
    milliseconds patience_;
    event current_;
    bool has_event_ = false;
    bool is_over_ = false;
    palabra_status outcome_ = PALABRA_OK;
};

namespace detail {

// The next event of a session, call or queue, none if there was none in time, or an error.
template <class Source>
result<std::optional<event>> poll(Source &source, milliseconds time) {
    event taken;
    const std::int32_t status = source.poll_into(taken, time);
    if (status < 0)
        return error::of(status);
    return status > 0 ? std::optional<event>(std::move(taken)) : std::nullopt;
}

} // namespace detail

} // namespace palabra

#endif
