// C++20: events by co_await, on one thread of the program.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_COROUTINE_HPP
#define PALABRA_COROUTINE_HPP

#include <palabra.h>

#include <atomic>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "event.hpp"
#include "queue.hpp"
#include "result.hpp"
#include "types.hpp"

namespace palabra {

// What a coroutine returns that nobody waits for: it begins at once and ends by itself. An exception that leaves it ends the
// program, as one of a thread does.
struct detached {
    struct promise_type {
        detached get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
};

// Continues coroutines that wait for events of sessions and calls, on the thread that calls run(). One thread at a time uses
// it, but for stop(). It outlives what was opened with its queue. Nothing is closed or moved while a coroutine waits for
// it, and one that still waits when the loop goes is never continued.
class event_loop {
    struct waiter;
    template <class Source>
    class next_event;

public:
    static result<event_loop> create() {
        result<queue> made = queue::create(PALABRA_QUEUE_NAMES);
        if (!made)
            return made.error();
        return event_loop(std::move(made).value());
    }

    // For open(), open_tts(), open_stt() and open_call(), and for open_log().
    queue &names() { return state_->names; }

    // co_await gives a result<event>: an error is the end, PALABRA_ERR_CLOSED after CLOSED. One coroutine at a time waits
    // for each session or call, another one gets PALABRA_ERR_BUSY.
    template <class Source>
    next_event<Source> next(Source &source) {
        return next_event<Source>(*state_, source);
    }
    // Events of no session: log lines, CREDENTIALS_NEEDED.
    next_event<queue> next() { return next_event<queue>(*state_, state_->names); }

    // Returns when no coroutine waits any more, or after stop().
    result<> run() {
        while (!state_->waiting.empty() && !state_->is_stopped.exchange(false)) {
            result<std::optional<palabra_ready>> ready = state_->names.poll_ready(no_limit);
            if (!ready)
                return ready.error();
            if (*ready)
                state_->resume((*ready)->kind == PALABRA_READY_QUEUE ? state_->names.handle() : (*ready)->handle);
        }
        return done{};
    }
    // From any thread: run() returns soon, or at once when it is called next. The coroutines go on waiting.
    result<> stop() {
        state_->is_stopped = true;
        return state_->names.wakeup();
    }

private:
    // What the waiting coroutines point to, wherever the loop is moved.
    struct state {
        explicit state(queue made) : names(std::move(made)) {}
        void resume(const void *handle) {
            const auto found = waiting.find(handle);
            // Whoever asks next finds the event.
            if (found == waiting.end() || !found->second->take(*found->second))
                return;
            const std::coroutine_handle<> next = found->second->resumed;
            waiting.erase(found);
            next.resume();
        }

        queue names;
        std::unordered_map<const void *, waiter *> waiting;
        std::atomic<bool> is_stopped{false};
    };

    struct waiter {
        // Whether there is something to go on with.
        bool (*take)(waiter &waiting) = nullptr;
        std::coroutine_handle<> resumed;
    };

    template <class Source>
    class next_event : waiter {
    public:
        bool await_ready() {
            if (state_.waiting.count(source_.handle()) == 0)
                return poll(*this);
            taken_ = error::of(PALABRA_ERR_BUSY);
            return true;
        }
        void await_suspend(std::coroutine_handle<> coroutine) {
            this->resumed = coroutine;
            this->take = poll;
            state_.waiting[source_.handle()] = this;
        }
        result<event> await_resume() { return std::move(*taken_); }

    private:
        friend class event_loop;
        next_event(state &loop, Source &source) : state_(loop), source_(source) {}
        static bool poll(waiter &waiting) {
            next_event &self = static_cast<next_event &>(waiting);
            event next;
            const std::int32_t polled = self.source_.poll_into(next, milliseconds{0});
            if (polled > 0)
                self.taken_.emplace(std::move(next));
            else if (polled < 0)
                self.taken_.emplace(error::of(polled));
            return polled != 0;
        }

        state &state_;
        Source &source_;
        std::optional<result<event>> taken_;
    };

    explicit event_loop(queue made) : state_(std::make_unique<state>(std::move(made))) {}
    std::unique_ptr<state> state_;
};

} // namespace palabra

#endif
