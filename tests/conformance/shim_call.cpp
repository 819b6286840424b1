// The shim of the C++ binding: calls.
#include "shim.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace {

using palabra::milliseconds;

struct party {
    std::optional<palabra::leg> leg;
    bool answered = false;
    std::uint64_t loud = 0; // frames with speech that were heard
};

std::optional<palabra::call> call;
std::map<int, party> parties;
// What is printed of events, until somebody asks for those of this leg.
std::map<int, std::deque<std::pair<palabra_event_kind, std::string>>> told_events;

palabra_status open(std::istringstream &arguments) {
    palabra::call_config config;
    config.settings.flags = PALABRA_CALL_NO_ORIGINAL;
    palabra_translation_config &settings = config.translation.settings;
    settings.end_silence_ms = 1000;
    settings.input.buffer_ms = 20000;
    settings.output.prime_ms = 1000;
    settings.command_pace.task_interval_ms = settings.command_pace.pause_interval_ms = 1;
    std::string id;
    for (std::string word; arguments >> word;) {
        if (word.substr(0, 3) == "id=")
            id = word.substr(3);
        else if (word.substr(0, 7) == "source=")
            config.translation.source_language = word.substr(7);
        else if (word.substr(0, 7) == "resend=") {
            config.settings.flags |= PALABRA_CALL_REOPEN;
            config.settings.resend_ms = settings.output.target_ms = std::stoi(word.substr(7));
        }
    }
    auto opened = client_of(id).open_call(config);
    if (opened)
        call.emplace(std::move(*opened));
    return opened.code();
}

void set_leg(palabra_leg_config &config, const std::string &word) {
    if (word == "barge_in=speech")
        config.barge_in = PALABRA_BARGE_IN_ON_SPEECH;
    else if (word == "barge_in=none")
        config.barge_in = PALABRA_BARGE_IN_NONE;
    else if (word.substr(0, 5) == "echo=")
        config.echo = echo_of(word.substr(5));
    else if (word == "detect")
        config.flags |= PALABRA_LEG_DETECT_SPEECH;
    else
        config.flags |= cleaning_of(word);
}

palabra::error join(party &who, std::istringstream &arguments) {
    palabra::leg_config config;
    config.settings.input.sample_rate = rate;
    arguments >> config.language;
    for (std::string word; arguments >> word;)
        set_leg(config.settings, word);
    auto joined = call->join(config);
    who.answered = false;
    if (!joined)
        return joined.error();
    who.leg.emplace(std::move(*joined));
    return {};
}

palabra::sound tick(party &who) {
    std::array<std::int16_t, rate / 100> heard{};
    const palabra::sound sound = who.leg->exchange({}, heard);
    if (sound.is_speech())
        who.loud += static_cast<std::uint64_t>(std::count_if(heard.begin(), heard.end(), [](int s) { return s != 0; }));
    return sound;
}

void say(const std::string &command, party &who, const std::vector<std::int16_t> &samples) {
    auto taken = who.leg->send_audio(samples);
    if (taken)
        *out << command << ' ' << *taken << '\n';
    else
        told(command, taken.code());
}

// Packets of 20 ms with these numbers, one in a tick.
palabra_status packets(party &who, std::istringstream &arguments) {
    std::istringstream length("20 0");
    const std::vector<std::int16_t> said = square_wave(length);
    std::vector<std::int16_t> heard(said.size());
    palabra::sound sound(0);
    for (std::uint32_t number = 0; sound.ok() && arguments >> number;)
        sound = who.leg->exchange_at(said.data(), static_cast<std::int32_t>(said.size()),
                                     number * static_cast<std::uint32_t>(said.size()), heard.data(),
                                     static_cast<std::int32_t>(heard.size()));
    return sound.code();
}

void stats(const std::string &command, party &who) {
    auto now = who.leg->stats();
    if (!now)
        return told(command, now.code());
    *out << command << ' ' << now->input_taken_ms << ' ' << now->input_lost_ms << ' ' << now->links_opened << ' '
         << now->links_broken << '\n';
}

void spoke(const std::string &command, party &who) {
    const auto now = who.leg->stats();
    *out << command << ' ' << now->spurts << ' ' << (now->spoke_ms < 0 ? -1 : (now->spoke_ms + 50) / 100 * 100) << '\n';
}

// Until some of the translation is heard.
palabra_status hear(party &who) {
    palabra::sound sound = tick(who);
    while (sound.ok() && !sound.is_speech())
        sound = tick(who);
    return sound.code();
}

// The line of an event, which is not printed yet.
void keep(const palabra::event &event) {
    std::ostringstream line;
    std::ostream *const before = std::exchange(out, &line);
    // Whether something was heard is not ordered with what is said meanwhile.
    if (!event.is(PALABRA_EVENT_PLAYOUT_FINISHED))
        print(event);
    out = before;
    told_events[event.raw().leg].emplace_back(event.kind(), line.str());
}

// Waits for an event while the parties that have answered listen.
palabra_status next_event() {
    const auto over = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < over) {
        for (auto &[place, who] : parties)
            if (who.answered)
                tick(who);
        auto polled = call->poll(milliseconds{2});
        if (!polled)
            return polled.code();
        if (*polled) {
            keep(**polled);
            return PALABRA_OK;
        }
    }
    return PALABRA_ERR_TIMEOUT;
}

void until(const std::string &command, int leg, std::istringstream &arguments) {
    std::string wanted;
    arguments >> wanted;
    auto &events = told_events[leg];
    for (;;) {
        while (!events.empty()) {
            const auto [kind, line] = std::move(events.front());
            events.pop_front();
            *out << line;
            if (palabra_event_kind_name(kind) == wanted)
                return;
        }
        const palabra_status status = next_event();
        if (status < 0)
            return told(command, status);
    }
}

palabra_status play(party &who) {
    palabra::sound sound = tick(who);
    while (sound.ok() && !sound.is_ended())
        sound = tick(who);
    return sound.code();
}

} // namespace

void obey_call(const std::string &command, std::istringstream &words) {
    if (command == "call_open")
        return told(command, open(words));
    if (command == "call_end")
        return told(command, call->end().code());
    if (command == "call_close")
        return told(command, call->close(milliseconds{1000}).code());
    if (command == "call_pause_recording")
        return told(command, call->pause_recording().code());
    if (command == "call_resume_recording")
        return told(command, call->resume_recording().code());
    if (command == "call_stop_recording") {
        told(command, call->stop_recording(patience).code());
        std::remove(recording().c_str());
        return;
    }
    int place = 0;
    words >> place;
    if (command == "call_record")
        return told(command, call->start_recording(recording(), PALABRA_RECORDING_TRANSLATIONS, place).code());
    party &who = parties[place];
    if (command == "call_packets")
        told(command, packets(who, words));
    else if (command == "call_stats")
        stats(command, who);
    else if (command == "call_join")
        told_refusal(command, join(who, words));
    else if (command == "call_answer") {
        who.answered = true;
        told(command, tick(who).code());
    } else if (command == "call_say")
        say(command, who, square_wave(words));
    else if (command == "call_sing")
        say(command, who, sung_wave(words));
    else if (command == "call_spoke")
        spoke(command, who);
    else if (command == "call_hear")
        told(command, hear(who));
    else if (command == "call_until")
        until(command, place, words);
    else if (command == "call_heard")
        *out << command << ' ' << to_100_ms(std::exchange(who.loud, 0)) << '\n';
    else if (command == "call_hold")
        told(command, who.leg->hold().code());
    else if (command == "call_resume")
        told(command, who.leg->resume().code());
    else if (command == "call_mute")
        told(command, who.leg->set_muted(true).code());
    else if (command == "call_silence")
        told(command, who.leg->silence(PALABRA_SILENCE_ALL).code());
    else if (command == "call_interrupt")
        told(command, who.leg->interrupt(8).code());
    else if (command == "call_speak") {
        std::string text;
        std::getline(words >> std::ws, text);
        told(command, who.leg->speak(text, 7).code());
    } else if (command == "call_hang_up") {
        who.answered = false;
        told(command, who.leg->close().code());
    } else if (command == "call_play")
        told(command, play(who));
}

void close_call() { call.reset(); }
