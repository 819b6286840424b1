// C++20: events by co_await, and in ranges.
#include "check.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <string>
#include <thread>
#include <vector>

namespace {

static_assert(std::input_iterator<palabra::event_range<palabra::session>::iterator>);
static_assert(std::ranges::input_range<palabra::event_range<palabra::session>>);

palabra::translation_config to(const char *language) {
    palabra::translation_config config;
    config.source_language = "en";
    config.target_languages = language;
    return config;
}

// A second of sound, and silence behind it.
std::vector<std::int16_t> phrase() {
    std::vector<std::int16_t> samples(60000);
    for (std::size_t n = 0; n < 24000; n++)
        samples[n] = n / 60 % 2 ? std::int16_t{4000} : std::int16_t{-4000};
    return samples;
}

struct course {
    int events = 0, finals = 0, closed = 0;
    palabra_status end = PALABRA_OK;
};

palabra::detached listen(palabra::event_loop &loop, palabra::session &session, course &told) {
    for (;;) {
        palabra::result<palabra::event> event = co_await loop.next(session);
        told.end = event.code();
        if (!event)
            co_return;
        told.events++;
        told.finals += event->is(PALABRA_EVENT_TRANSCRIPT) && event->is_final();
        told.closed += event->is(PALABRA_EVENT_CLOSED);
        if (event->is(PALABRA_EVENT_READY)) {
            CHECK(session.send_audio(phrase()) && session.end());
        }
    }
}

// Sessions and a loop on one thread: each coroutine gets its own session's events, and run() ends with the last.
void sessions_share_a_loop(palabra::client &client) {
    auto loop = palabra::event_loop::create();
    CHECK(loop);
    std::vector<palabra::session> sessions;
    std::vector<course> courses(3);
    for (const char *language : {"es", "de", "fr"}) {
        auto session = client.open(to(language), &loop->names());
        CHECK(session);
        sessions.push_back(std::move(*session));
    }
    for (std::size_t n = 0; n < sessions.size(); n++)
        listen(*loop, sessions[n], courses[n]);
    CHECK(loop->run());
    for (const course &told : courses)
        CHECK(told.closed == 1 && told.finals > 0 && told.events > 3 && told.end == PALABRA_ERR_CLOSED);
}

palabra::detached first_event(palabra::event_loop &loop, palabra::session &session, palabra_status &code) {
    palabra::result<palabra::event> event = co_await loop.next(session);
    code = event.code();
}

// Nobody takes another one's events, and a loop that waits is stopped by another thread.
void a_loop_is_stopped_and_goes_on(palabra::client &client) {
    auto loop = palabra::event_loop::create();
    CHECK(loop && loop->run());
    auto session = client.open(to("es"), &loop->names());
    CHECK(session);
    palabra_status first = PALABRA_OK, second = PALABRA_OK;
    course told;
    listen(*loop, *session, told);
    first_event(*loop, *session, second);
    CHECK(second == PALABRA_ERR_BUSY);
    std::thread other([&] { CHECK(loop->stop()); });
    CHECK(loop->run());
    other.join();
    CHECK(told.closed == 0 && session->wait_ready(long_enough));
    CHECK(loop->run() && told.closed == 1);
    first_event(*loop, *session, first);
    CHECK(first == PALABRA_ERR_CLOSED);
}

void events_are_a_range(palabra::client &client) {
    auto session = client.open(to("es"));
    CHECK(session && session->wait_ready(long_enough) && session->end());
    const auto is_end = [](const palabra::event &event) { return event.is(PALABRA_EVENT_CLOSED); };
    auto events = session->events(long_enough);
    // Clang before 16 cannot compile the views of GCC's standard library.
#if !defined(__clang__) || __clang_major__ >= 16
    CHECK(std::ranges::distance(events | std::views::filter(is_end)) == 1);
#else
    CHECK(std::ranges::any_of(events, is_end));
#endif
}

} // namespace

int main() {
    auto client = palabra::client::create();
    CHECK(client);
    sessions_share_a_loop(*client);
    a_loop_is_stopped_and_goes_on(*client);
    events_are_a_range(*client);
    CHECK(palabra::shutdown(long_enough));
    return 0;
}
