// A conversation through palabra.hpp, with a devserver. Built with default options, and without exceptions and RTTI.
#include "check.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <type_traits>
#include <vector>

std::string_view version_of_another_unit();

namespace {

using palabra::milliseconds;

static_assert(!std::is_copy_constructible_v<palabra::session> && std::is_nothrow_move_constructible_v<palabra::session>);
static_assert(!std::is_copy_constructible_v<palabra::event> && std::is_nothrow_move_constructible_v<palabra::event>);
static_assert(!std::is_copy_constructible_v<palabra::call> && std::is_nothrow_move_constructible_v<palabra::call>);
static_assert(!std::is_copy_constructible_v<palabra::leg> && std::is_nothrow_move_constructible_v<palabra::leg>);
static_assert(!std::is_copy_constructible_v<palabra::client> && !std::is_copy_constructible_v<palabra::queue>);

palabra::client connect() {
    auto client = palabra::client::create();
    CHECK(client.has_value());
    return std::move(*client);
}

palabra::translation_config to(const char *targets) {
    palabra::translation_config config;
    config.source_language = "en";
    config.target_languages = targets;
    config.settings.input.buffer_ms = 10000;
    config.settings.end_silence_ms = 1000;
    return config;
}

// A second that the devserver treats as speech, and the silence that completes the phrase.
std::vector<std::int16_t> phrase() {
    std::vector<std::int16_t> samples(60000);
    for (std::size_t n = 0; n < 24000; n++)
        samples[n] = n / 60 % 2 ? std::int16_t{4000} : std::int16_t{-4000};
    return samples;
}

palabra::client_config refused_credentials() {
    palabra::client_config config;
    config.credentials.client_id = "dev~rest_status=401";
    config.credentials.client_secret = "s3cret-of-the-tests";
    return config;
}

palabra::credentials good_credentials() { return {"", "dev", "s3cret-of-the-tests", ""}; }

// The source outlives the settings, and the session is moved.
void a_token_source_is_asked_again() {
    palabra::client_config config = refused_credentials();
    int asked = 0;
    config.token_source = [&asked]() -> palabra::result<palabra::credentials> {
        return asked++ == 0 ? refused_credentials().credentials : good_credentials();
    };
    auto client = palabra::client::create(config);
    CHECK(client.has_value());
    config.token_source = nullptr;
    auto opened = client->open(to("es"));
    CHECK(opened.has_value());
    palabra::session session = std::move(*opened);
    int requests = 0;
    for (palabra::event &event : session.events()) {
        requests += event.is(PALABRA_EVENT_CREDENTIALS_NEEDED);
        if (event.is(PALABRA_EVENT_READY))
            break;
    }
    CHECK(session.state().value() == PALABRA_STATE_READY && asked == 2 && requests == 2);
}

// Then the program answers the event.
void a_token_source_may_have_nothing() {
    palabra::client_config config = refused_credentials();
    config.token_source = []() -> palabra::result<palabra::credentials> { return palabra::error::of(PALABRA_ERR_AUTH); };
    auto client = palabra::client::create(config);
    CHECK(client.has_value());
    auto session = client->open(to("es"));
    CHECK(session.has_value());
    for (palabra::event &event : session->events()) {
        if (event.is(PALABRA_EVENT_CREDENTIALS_NEEDED))
            CHECK(client->set_credentials(good_credentials()).has_value());
        if (event.is(PALABRA_EVENT_READY))
            break;
    }
    CHECK(session->state().value() == PALABRA_STATE_READY);
}

void a_call_asks_a_token_source() {
    palabra::client_config config = refused_credentials();
    config.token_source = []() -> palabra::result<palabra::credentials> { return good_credentials(); };
    auto client = palabra::client::create(config);
    CHECK(client.has_value());
    auto call = client->open_call();
    CHECK(call.has_value());
    palabra::leg_config english, spanish;
    english.language = "en";
    spanish.language = "es";
    auto one = call->join(english), other = call->join(spanish);
    CHECK(one.has_value() && other.has_value());
    bool linked = false;
    for (palabra::event &event : call->events()) {
        linked = event.is(PALABRA_EVENT_LINK_UP);
        if (linked)
            break;
        CHECK(!event.is(PALABRA_EVENT_LINK_DOWN));
    }
    CHECK(linked);
}

void a_refusal_explains_itself(palabra::client &client) {
    auto refused = client.open(palabra::translation_config{});
    CHECK(!refused && refused.code() == PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(refused.error().name() == "INVALID_ARGUMENT" || !refused.error().name().empty());
    CHECK(refused.error().text.find("source language") != std::string::npos && !refused.error().retriable());
#ifdef PALABRA_CPP_EXCEPTIONS
    try {
        (void)client.open(palabra::translation_config{}).or_throw();
        CHECK(false);
    } catch (const palabra::exception &thrown) {
        CHECK(thrown.error().code == PALABRA_ERR_INVALID_ARGUMENT);
        CHECK(thrown.what() == thrown.error().text);
    }
#endif
}

void a_conversation_is_a_loop(palabra::client &client) {
    auto opened = client.open(to("es,fr"));
    CHECK(opened.has_value());
    palabra::session session = std::move(*opened);
    CHECK(session.wait_ready(long_enough).has_value() && session.state().value() == PALABRA_STATE_READY);
    CHECK(session.send_audio(phrase()).value() == 60000);
    CHECK(session.speak("hola", "es", 0, 7).has_value());
    CHECK(session.end().has_value());
    CHECK(session.end().code() == PALABRA_ERR_ENDED);
    int finals = 0;
    std::size_t spoken_es = 0, spoken_fr = 0;
    std::vector<palabra::event> kept;
    auto events = session.events(long_enough);
    for (palabra::event &event : events) {
        if (event.is(PALABRA_EVENT_TRANSCRIPT) && event.is_final() && event.is_translation())
            finals++;
        if (event.is(PALABRA_EVENT_AUDIO))
            (event.language() == "es" ? spoken_es : spoken_fr) += event.pcm().size();
        kept.push_back(std::move(event));
        CHECK(event.is(PALABRA_EVENT_NONE));
    }
    CHECK(events.outcome() == PALABRA_OK);
    CHECK(finals >= 2 && spoken_es > 20000 && spoken_fr > 20000);
    CHECK(kept.back().is(PALABRA_EVENT_CLOSED) && kept.back().code() == PALABRA_OK);
    CHECK(session.poll(milliseconds{0}).code() == PALABRA_ERR_CLOSED);
    CHECK(session.last_error().code == PALABRA_OK);
    CHECK(session.close().has_value());
    // Events outlive their session.
    CHECK(std::any_of(kept.begin(), kept.end(), [](const palabra::event &event) {
        return event.is(PALABRA_EVENT_TRANSCRIPT) && event.text().find("phrase") != std::string_view::npos;
    }));
    CHECK(session.send_audio(phrase()).code() == PALABRA_ERR_BAD_HANDLE);
}

void speech_can_be_pulled(palabra::client &client) {
    auto config = to("es");
    config.settings.output.mode = PALABRA_OUTPUT_PLAYOUT;
    auto session = client.open(config);
    CHECK(session.has_value() && session->wait_ready(long_enough).has_value());
    CHECK(session->send_audio(phrase()).has_value() && session->end().has_value());
    for (palabra::event &event : session->events(long_enough))
        CHECK(!event.is(PALABRA_EVENT_AUDIO));
    std::array<std::int16_t, 240> tick{};
    std::size_t loud = 0;
    while (true) {
        const palabra::sound sound = session->read_audio(nullptr, tick);
        CHECK(sound.ok());
        if (sound.is_ended())
            break;
        loud += static_cast<std::size_t>(std::count_if(tick.begin(), tick.end(), [](int s) { return s != 0; }));
    }
    CHECK(loud > 20000 && session->playout_stats("es").value().phrases_finished == 1);
    CHECK(session->playout_stats("de").code() == PALABRA_ERR_INVALID_ARGUMENT);
}

void text_becomes_speech_and_speech_text(palabra::client &client) {
    palabra::tts_config says;
    says.language = "en";
    auto speaker = client.open_tts(says);
    CHECK(speaker.has_value());
    auto speech = speaker->synthesize("Good evening to everybody", long_enough);
    CHECK(speech.has_value() && speech->pcm().size() > 24000 && speech->sample_rate() == 24000);
    palabra_tts_voice fast{};
    fast.speed_percent = 200;
    auto faster = speaker->synthesize("Good evening to everybody", long_enough, PALABRA_TEXT_RESET_CONTEXT, &fast, 5);
    CHECK(faster.has_value() && faster->frames() < speech->frames());
    CHECK(speaker->cancel_tagged(0).code() == PALABRA_ERR_INVALID_ARGUMENT && speaker->cancel_tagged(5).has_value());
    palabra::canceller nobody;
    CHECK(!nobody.cancel());
    CHECK(speaker->send_text("one ", 0, "a").has_value() && speaker->send_text("two", PALABRA_TEXT_EOS, "a").has_value());
    CHECK(speaker->send_text("").code() == PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(speaker->end().has_value());
    std::size_t spoken = 0;
    for (palabra::event &event : speaker->events(long_enough))
        spoken += event.id() == "a" ? event.pcm().size() : 0;
    CHECK(spoken > 5000);
    CHECK(speaker->finalize().code() == PALABRA_ERR_UNSUPPORTED);

    palabra::stt_config hears;
    hears.language = "en";
    hears.settings.input.format.sample_rate = 24000;
    hears.settings.input.buffer_ms = 10000;
    auto listener = client.open_stt(hears);
    CHECK(listener.has_value() && listener->wait_ready(long_enough).has_value());
    CHECK(listener->send_audio(phrase()).has_value() && listener->end().has_value());
    int finals = 0;
    for (palabra::event &event : listener->events(long_enough))
        finals += event.is(PALABRA_EVENT_TRANSCRIPT) && event.is_final() && !event.text().empty();
    CHECK(finals == 1);
}

void sessions_share_a_queue(palabra::client &client) {
    auto queue = palabra::queue::create();
    CHECK(queue.has_value());
    std::vector<palabra::session> sessions;
    for (std::uint64_t tag = 1; tag <= 3; tag++) {
        auto config = to("es");
        config.settings.session_tag = tag;
        auto session = client.open(config, &*queue);
        CHECK(session.has_value() && session->end().has_value());
        sessions.push_back(std::move(*session));
    }
    std::uint64_t closed = 0;
    for (palabra::event &event : queue->events(long_enough)) {
        closed += event.is(PALABRA_EVENT_CLOSED) ? event.raw().session_tag : 0;
        if (closed == 1 + 2 + 3)
            break;
    }
    CHECK(closed == 1 + 2 + 3);
    auto nothing = queue->poll(milliseconds{0});
    CHECK(nothing.has_value() && !nothing->has_value());
    CHECK(sessions[0].poll(milliseconds{0}).code() == PALABRA_ERR_UNSUPPORTED);
}

void sessions_are_named_and_polled_by_themselves(palabra::client &client) {
    auto queue = palabra::queue::create(PALABRA_QUEUE_NAMES);
    CHECK(queue.has_value());
    std::vector<palabra::session> sessions;
    for (std::uint64_t tag = 0; tag < 3; tag++) {
        auto config = to("es");
        config.settings.session_tag = tag;
        auto session = client.open(config, &*queue);
        CHECK(session.has_value() && session->end().has_value());
        sessions.push_back(std::move(*session));
    }
    int closed = 0;
    while (closed < 3) {
        auto ready = queue->poll_ready(long_enough);
        CHECK(ready.has_value() && ready->has_value() && (*ready)->kind == PALABRA_READY_SESSION);
        palabra::session &named = sessions[static_cast<std::size_t>((*ready)->tag)];
        CHECK((*ready)->handle == named.handle());
        palabra::event event;
        while (named.poll_into(event, milliseconds{0}) > 0)
            closed += event.is(PALABRA_EVENT_CLOSED);
    }
    CHECK(queue->poll(milliseconds{0}).has_value());
}

palabra::leg joined(palabra::call &call, const char *language, std::int32_t rate) {
    palabra::leg_config config;
    config.language = language;
    config.settings.input.sample_rate = rate;
    auto leg = call.join(config);
    CHECK(leg.has_value());
    return std::move(*leg);
}

// Until such an event of both parties has come.
void until_both(palabra::call &call, palabra_event_kind kind) {
    int missing = 1 | 2;
    for (palabra::event &event : call.events(long_enough)) {
        if (event.is(kind) && event.code() == PALABRA_OK)
            missing &= ~(1 << event.raw().leg);
        if (missing == 0)
            return;
    }
    CHECK(false);
}

void two_parties_share_a_line(palabra::client &client) {
    palabra::call_config config;
    config.call_name = "line 7";
    config.settings.call_tag = 7;
    config.translation.settings = to("").settings;
    config.translation.settings.output.prime_ms = 1000;
    config.translation.source_language = "en";
    CHECK(client.open_call(config).code() == PALABRA_ERR_INVALID_ARGUMENT);
    config.translation.source_language.clear();
    auto opened = client.open_call(config);
    CHECK(opened.has_value());
    palabra::call call = std::move(*opened);
    CHECK(call.join(palabra::leg_config{}).code() == PALABRA_ERR_INVALID_ARGUMENT);
    palabra::leg caller = joined(call, "en", 24000);
    {
        palabra::leg callee = joined(call, "es", 0);
        CHECK(caller.number().value() == 0 && callee.number().value() == 1);
        palabra::leg_config third;
        third.language = "fr";
        CHECK(call.join(third).code() == PALABRA_ERR_UNSUPPORTED);
        until_both(call, PALABRA_EVENT_LINK_UP);
        CHECK(call.state().value() == PALABRA_STATE_READY);

        std::array<std::int16_t, 160> tick{};
        CHECK(callee.exchange({}, tick).ok()); // the telephone is answered
        CHECK(caller.send_audio(phrase()).value() == 60000);
        std::size_t loud = 0;
        for (bool heard = false; !heard;) {
            const palabra::sound sound = callee.exchange({}, tick);
            CHECK(sound.ok() && !sound.is_ended());
            if (sound.is_speech())
                loud += static_cast<std::size_t>(std::count_if(tick.begin(), tick.end(), [](int s) { return s != 0; }));
            auto event = call.poll(milliseconds{1});
            CHECK(event.has_value());
            heard = *event && (*event)->is(PALABRA_EVENT_PLAYOUT_FINISHED) && (*event)->raw().leg == 0;
            CHECK(!*event || ((*event)->raw().session_tag == 7 && (*event)->session_name() == "line 7"));
        }
        CHECK(loud > 6500);
    } // it hangs up
    until_both(call, PALABRA_EVENT_LINK_DOWN);
    palabra::leg other = joined(call, "fr", 48000);
    CHECK(other.number().value() == 1);
    CHECK(caller.hold().has_value() && caller.resume().has_value() && caller.silence(PALABRA_SILENCE_ALL).has_value());
    CHECK(caller.set_muted(true).has_value() && caller.set_original({50, 0, 0, 0, {}}).has_value());
    CHECK(other.set_input_format({PALABRA_ENCODING_F32, 16000, 2, 0, {}}).has_value());
    CHECK(other.set_output_format({PALABRA_ENCODING_MULAW, 8000, 1, 0, {}}).has_value() && other.skip(160).has_value());
    until_both(call, PALABRA_EVENT_LINK_UP);
    CHECK(other.speak("bonsoir", 3).has_value() && other.interrupt(4).has_value());
    const auto figures = caller.stats();
    CHECK(figures.has_value() && figures.value().links_opened == 2 && figures.value().input_taken_ms == 2500);
    CHECK(call.pause_recording().code() == PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(call.start_recording("").code() == PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(call.end().has_value() && call.end().code() == PALABRA_ERR_ENDED);
    auto events = call.events(long_enough);
    std::uint64_t answered = 0;
    for (palabra::event &event : events)
        answered += event.is(PALABRA_EVENT_SPEAK_STATUS) ? event.raw().user_tag : 0;
    CHECK(events.outcome() == PALABRA_OK && answered == 3 && call.last_error().code == PALABRA_OK);
    std::array<unsigned char, 160> packet{};
    while (!other.read_audio(packet.data(), 160).is_ended())
        CHECK(packet[0] != 0);
    const auto line = call.stats_json();
    CHECK(line.has_value() && line.value().find("\"call_name\":\"line 7\"") != std::string::npos && line.value().back() == '}');
    CHECK(call.close().has_value());
    CHECK(other.close().code() == PALABRA_ERR_BAD_HANDLE);
    CHECK(caller.exchange({}, {}).code() == PALABRA_ERR_BAD_HANDLE);
}

} // namespace

int main() {
    CHECK(version_of_another_unit() == palabra::version());
    const palabra_runtime_config usual = PALABRA_RUNTIME_CONFIG_INIT;
    palabra_runtime_config pinned = usual;
    pinned.flags = PALABRA_RUNTIME_PINNED;
    CHECK(palabra::configure(usual).has_value() && palabra::configure(pinned).code() == PALABRA_ERR_BUSY);
    {
        palabra::client client = connect();
        a_refusal_explains_itself(client);
        a_conversation_is_a_loop(client);
        speech_can_be_pulled(client);
        text_becomes_speech_and_speech_text(client);
        sessions_share_a_queue(client);
        sessions_are_named_and_polled_by_themselves(client);
        two_parties_share_a_line(client);
        a_token_source_is_asked_again();
        a_token_source_may_have_nothing();
        a_call_asks_a_token_source();
        CHECK(client.metrics_text().value_or("").find("# TYPE ") != std::string::npos);
        CHECK(client.drain(milliseconds{0}).has_value() && client.open(to("es")).code() == PALABRA_ERR_DRAINING);
    }
    CHECK(palabra::shutdown(milliseconds{5000}).has_value());
    return 0;
}
