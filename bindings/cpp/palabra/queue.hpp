// One queue for many sessions and calls.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_QUEUE_HPP
#define PALABRA_QUEUE_HPP

#include <palabra.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "event.hpp"
#include "owned.hpp"
#include "result.hpp"
#include "types.hpp"

namespace palabra {

// One place for the events of many sessions and calls.
class queue {
public:
    // Events of other sessions may follow a CLOSED.
    static constexpr bool ends_with_closed = false;

    // PALABRA_QUEUE_NAMES: a queue of names, for poll_ready().
    static result<queue> create(std::uint32_t flags = 0) {
        palabra_queue *made = nullptr;
        const result<> called =
            detail::told([&](palabra_error *words) { return palabra_queue_new(flags, &made, words); });
        if (!called)
            return called.error();
        return queue(made);
    }

    result<std::optional<event>> poll(milliseconds time) { return detail::poll(*this, time); }
    event_range<queue> events(milliseconds patience = no_limit) { return {*this, patience}; }
    // As poll(), into an event that is there: 1, 0 for none, or an error.
    std::int32_t poll_into(event &into, milliseconds time) {
        return palabra_queue_poll_event(handle(), into.fill(), detail::timeout(time));
    }
    // What has something to poll: a session or call, which is then polled until it has nothing, or the queue itself.
    result<std::optional<palabra_ready>> poll_ready(milliseconds time) {
        palabra_ready ready = PALABRA_READY_INIT;
        const std::int32_t taken = palabra_queue_poll_ready(handle(), &ready, detail::timeout(time));
        return detail::checked(taken, taken > 0 ? std::optional<palabra_ready>(ready) : std::nullopt);
    }
    result<> wakeup() { return detail::checked(palabra_queue_wakeup(handle())); }
    result<int> event_fd() {
        const std::int32_t fd = palabra_queue_get_event_fd(handle());
        return detail::checked(fd, static_cast<int>(fd));
    }
    // Log lines of the whole library come as LOG events, up to this level.
    result<> open_log(palabra_log_level level) {
        return detail::told([&](palabra_error *words) { return palabra_log_open(handle(), level, words); });
    }
    palabra_queue *handle() const { return handle_.get(); }

private:
    explicit queue(palabra_queue *handle) : handle_(handle) {}
    detail::owned_handle<palabra_queue, palabra_queue_free> handle_;
};

} // namespace palabra

#endif
