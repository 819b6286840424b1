// The shim of the C++ binding; README.md describes its input and output.
#include "shim.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <map>
#include <thread>

namespace {

using palabra::milliseconds;

std::optional<palabra::session> session;
std::optional<palabra::queue> names; // with `names`
std::optional<palabra::client> asking; // with `ask`
std::map<std::string, std::uint64_t, std::less<>> phrase_frames;
std::uint64_t phrase_bytes = 0;
bool has_overflowed = false;

std::string_view name_of(palabra_status status) {
    std::string_view name = palabra_status_name(status < 0 ? status : PALABRA_OK);
    return name.substr(0, 8) == "PALABRA_" ? name.substr(8) : name;
}

} // namespace

std::ostream *out = &std::cout;

void told(std::string_view what, palabra_status status) { *out << what << ' ' << name_of(status) << '\n'; }

void told_refusal(std::string_view what, const palabra::error &error) {
    const auto option = error.text.find("PALABRA_WITH_");
    *out << what << ' ' << name_of(error.code);
    if (option != std::string::npos)
        *out << ' ' << error.text.substr(option, error.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", option) - option);
    *out << '\n';
}

palabra_echo echo_of(std::string_view word) {
    return word == "cancel" ? PALABRA_ECHO_CANCEL : word == "measure" ? PALABRA_ECHO_MEASURE : PALABRA_ECHO_OFF;
}

std::uint32_t cleaning_of(std::string_view word) {
    return word == "noise" ? PALABRA_TRANSLATION_SUPPRESS_NOISE : word == "gain" ? PALABRA_TRANSLATION_CONTROL_GAIN : 0;
}

std::uint64_t to_100_ms(std::uint64_t frames) { return (frames * 1000 / rate + 50) / 100 * 100; }

namespace {

palabra::error open(const std::string &command, std::istringstream &arguments) {
    palabra::client_config account;
    palabra::translation_config config;
    palabra::tts_config speaker;
    palabra::stt_config listener;
    config.settings.input.buffer_ms = listener.settings.input.buffer_ms = 20000;
    config.settings.end_silence_ms = 1000;
    listener.settings.input.format.sample_rate = rate;
    for (std::string word; arguments >> word;) {
        const auto equals = word.find('=');
        const std::string key = word.substr(0, equals), value = word.substr(equals + 1);
        if (key == "id")
            account.credentials.client_id = value, account.credentials.client_secret = "secret";
        else if (key == "ask")
            account.token_source = [value]() -> palabra::result<palabra::credentials> {
                std::cout << "CREDENTIALS_NEEDED\n";
                return palabra::credentials{"", value, "secret", ""};
            };
        else if (key == "source")
            config.source_language = value;
        else if (key == "targets")
            config.target_languages = value;
        else if (key == "language")
            speaker.language = listener.language = value;
        else if (key == "format" && value == "mp3") {
            speaker.settings.format = PALABRA_TTS_FORMAT_MP3;
            listener.settings.format = PALABRA_STT_FORMAT_MP3;
            listener.settings.input.format = {};
        } else if (key == "translate")
            listener.target_languages = value;
        else if (key == "output")
            config.settings.output.mode = value == "playout" ? PALABRA_OUTPUT_PLAYOUT : PALABRA_OUTPUT_EVENTS;
        else if (key == "reader_lag")
            config.settings.output.reader_lag_ms = std::stoi(value);
        else if (key == "event_limit")
            config.settings.limits.event_count = std::stoi(value);
        else if (key == "message_bytes")
            config.settings.limits.message_bytes = std::stoi(value);
        else if (key == "liveness")
            config.settings.timeouts.liveness_ms = std::stoi(value);
        else if (key == "drop_oldest")
            config.settings.flags |= PALABRA_SESSION_DROP_OLDEST;
        else if (key == "echo")
            config.settings.echo = echo_of(value);
        else if (cleaning_of(key) != 0)
            config.settings.flags |= cleaning_of(key);
        else if (auto queue = palabra::queue::create(PALABRA_QUEUE_NAMES); key == "names" && queue)
            names.emplace(std::move(*queue));
    }
    auto client = palabra::client::create(account);
    if (!client)
        return client.error();
    auto opened = command == "open_tts"   ? client->open_tts(speaker)
                  : command == "open_stt" ? client->open_stt(listener)
                                          : client->open(config, names ? &*names : nullptr);
    if (!opened)
        return opened.error();
    session.emplace(std::move(*opened));
    if (account.token_source)
        asking.emplace(std::move(*client));
    return {};
}

} // namespace

namespace {

// With half a period of 60 frames, or of one that changes.
std::vector<std::int16_t> wave(std::istringstream &arguments, bool changes) {
    unsigned sound = 0, silence = 0;
    arguments >> sound >> silence;
    std::vector<std::int16_t> samples((sound + silence) * (rate / 1000));
    for (std::size_t n = 0; n < sound * (rate / 1000); n++)
        samples[n] = n / (changes ? 80 + n / 1200 % 5 * 8 : 60) % 2 ? std::int16_t{4000} : std::int16_t{-4000};
    return samples;
}

} // namespace

std::vector<std::int16_t> square_wave(std::istringstream &arguments) { return wave(arguments, false); }
std::vector<std::int16_t> sung_wave(std::istringstream &arguments) { return wave(arguments, true); }

namespace {

void say(std::istringstream &arguments) {
    auto taken = session->send_audio(square_wave(arguments));
    if (taken)
        std::cout << "say " << *taken << '\n';
    else
        told("say", taken.code());
}

void skip(std::istringstream &arguments) {
    int ms = 0;
    arguments >> ms;
    auto taken = session->skip(ms * static_cast<int>(rate / 1000));
    if (taken)
        std::cout << "skip " << *taken << '\n';
    else
        told("skip", taken.code());
}

void synthesize(std::istringstream &words) {
    std::string text;
    std::getline(words >> std::ws, text);
    auto speech = session->synthesize(text, patience, 0, nullptr, 5);
    if (speech)
        std::cout << "synthesize " << to_100_ms(static_cast<std::uint64_t>(speech->frames())) << '\n';
    else
        told("synthesize", speech.code());
}

void end_call(std::istringstream &words) {
    std::string text;
    std::getline(words >> std::ws, text);
    palabra::canceller ends;
    palabra_status status = PALABRA_OK;
    std::thread caller([&] { status = session->synthesize(text, patience, 0, nullptr, 6, &ends).code(); });
    while (!ends.cancel())
        std::this_thread::sleep_for(milliseconds{1});
    caller.join();
    told("end_call", status);
}

} // namespace

palabra::client client_of(const std::string &id) {
    palabra::client_config account;
    account.credentials.client_id = id;
    account.credentials.client_secret = "secret";
    return std::move(palabra::client::create(account)).value();
}

namespace {

void rest_sessions(std::istringstream &words) {
    std::string id;
    words >> id;
    palabra::client client = client_of(id);
    auto made = client.create_rest_session(patience);
    const std::string its = made ? made->raw().id : "";
    std::cout << "rest " << name_of(made.code()) << ' ' << name_of(client.list_rest_sessions(patience).code()) << ' '
              << name_of(client.get_rest_session(its, patience).code()) << ' '
              << name_of(client.set_rest_session_ttl(its, milliseconds{60000}, patience).code()) << ' '
              << name_of(client.get_rest_session("never made", patience).code()) << ' '
              << name_of(client.delete_rest_session(its, patience).code()) << '\n';
}

void translate_file(std::istringstream &words) {
    std::string id;
    words >> id;
    const std::string path = "/tmp/palabra-shim-cpp-" + std::to_string(getpid()) + ".wav";
    (void)palabra::audio::write_wav(path, square_wave(words), rate);
    palabra::translation_config config;
    config.source_language = "en";
    config.target_languages = "es";
    config.settings.end_silence_ms = 1000;
    palabra::file_options options;
    options.settings.flags = PALABRA_FILE_AUDIO | PALABRA_FILE_NO_FOLLOW;
    options.settings.pace_percent = 1000;
    auto came = client_of(id).translate_file(config, path, "", options, patience);
    std::remove(path.c_str());
    std::cout << "file " << name_of(came.code());
    if (came)
        for (const palabra_file_output &output : came->outputs)
            if (output.pcm != nullptr)
                std::cout << ' ' << output.language << ' ' << to_100_ms(static_cast<std::uint64_t>(output.frames));
    std::cout << '\n';
}

void bytes(std::istringstream &arguments) {
    unsigned count = 0, ms = 0;
    arguments >> count >> ms;
    const std::vector<unsigned char> data(count);
    const auto size = static_cast<std::int32_t>(count);
    auto taken = ms > 0 ? session->send_encoded_paced(data.data(), size, milliseconds{ms}, milliseconds{0}, patience)
                        : session->send_encoded(data.data(), size);
    if (taken)
        std::cout << "bytes " << *taken << '\n';
    else
        told("bytes", taken.code());
}

} // namespace

void print(const palabra::event &event) {
    const std::string_view name = event.kind_name();
    switch (event.kind()) {
    case PALABRA_EVENT_READY:
    case PALABRA_EVENT_LINK_UP:
    case PALABRA_EVENT_STREAM_END:
    case PALABRA_EVENT_SPEECH_STARTED:
    case PALABRA_EVENT_SPEECH_ENDED:
    case PALABRA_EVENT_OVERFLOW:
        has_overflowed |= event.is(PALABRA_EVENT_OVERFLOW);
        *out << name << '\n';
        break;
    case PALABRA_EVENT_TRANSCRIPT:
        if (event.is_final()) {
            *out << name << ' ' << event.language() << ' ' << event.text()
                      << (event.is_translation() ? " translation" : "");
            if (event.raw().user_tag != 0)
                *out << ' ' << event.raw().user_tag;
            *out << '\n';
        }
        break;
    case PALABRA_EVENT_AUDIO: {
        std::uint64_t &frames = phrase_frames[std::string(event.language())];
        frames += event.pcm().size();
        phrase_bytes += event.data().size();
        if (event.has(PALABRA_FLAG_LAST_CHUNK)) {
            *out << name << ' ' << event.language();
            if (phrase_bytes > 0)
                *out << ' ' << phrase_bytes << " bytes";
            else if (!has_overflowed)
                *out << ' ' << to_100_ms(frames);
            *out << '\n';
            frames = phrase_bytes = 0;
        }
        break;
    }
    case PALABRA_EVENT_SPEAK_STATUS:
    case PALABRA_EVENT_TASK_STATUS:
        *out << name << ' ' << event.text() << ' ' << event.raw().user_tag << '\n';
        break;
    case PALABRA_EVENT_TASK_INFO:
        if (event.raw().user_tag != 0)
            *out << name << ' ' << event.raw().user_tag << (event.has(PALABRA_FLAG_PAUSED) ? " paused" : "") << '\n';
        break;
    case PALABRA_EVENT_PLAYOUT_CUT:
    case PALABRA_EVENT_PLAYOUT_FINISHED:
        *out << name << ' ' << event.language() << '\n';
        break;
    case PALABRA_EVENT_ERROR:
    case PALABRA_EVENT_LINK_DOWN:
    case PALABRA_EVENT_CLOSED:
        told(name, event.code());
        break;
    default:
        break;
    }
}

namespace {

// In a queue of names the session is polled when it is named.
void until_by_names(std::string_view kind) {
    for (;;) {
        auto polled = session->poll(milliseconds{0});
        if (polled && *polled) {
            print(**polled);
            if ((*polled)->kind_name() == kind)
                return;
            continue;
        }
        auto ready = names->poll_ready(patience);
        if (!polled || !ready || !*ready)
            return told("until", polled ? PALABRA_ERR_TIMEOUT : polled.code());
    }
}

void until(std::string_view kind) {
    if (names)
        return until_by_names(kind);
    auto events = session->events(patience);
    for (palabra::event &event : events) {
        print(event);
        if (event.kind_name() == kind)
            return;
    }
    told("until", events.outcome() < 0 ? events.outcome() : PALABRA_ERR_TIMEOUT);
}

// Waits until nothing more will happen; the events remain queued.
void over() {
    auto state = session->state();
    for (; state && *state != PALABRA_STATE_CLOSED; state = session->state())
        std::this_thread::sleep_for(milliseconds{5});
    told("over", state.code());
}

// The cut of what was ready is told at a read, and a read before everything is missed would hear some of it.
void miss(const std::string &language, std::int64_t ms) {
    std::array<std::int16_t, rate / 100> tick{};
    auto stats = session->playout_stats(language.c_str());
    for (int looks = 1; stats && stats->phrases_dropped == 0; stats = session->playout_stats(language.c_str()), looks++) {
        if (looks > 200 && stats->skipped_ms >= ms && stats->buffered_ms == 0) {
            session->read_audio(language.c_str(), tick);
            looks = 0;
        }
        std::this_thread::sleep_for(milliseconds{5});
    }
    told("miss", stats.code());
}

void play(const std::string &language) {
    std::array<std::int16_t, rate / 100> tick{};
    std::uint64_t loud = 0;
    palabra::sound sound = session->read_audio(language.c_str(), tick);
    for (; sound.ok() && !sound.is_ended(); sound = session->read_audio(language.c_str(), tick))
        loud += static_cast<std::uint64_t>(std::count_if(tick.begin(), tick.end(), [](int s) { return s != 0; }));
    if (!sound.ok())
        told("play", sound.code());
    else
        std::cout << "play " << to_100_ms(loud) << '\n';
}

} // namespace

std::string recording() { return "/tmp/palabra-conformance-" + std::to_string(getpid()) + ".wav"; }

namespace {

void obey(const std::string &line) {
    std::istringstream words(line);
    std::string command, argument;
    words >> command;
    if (command.substr(0, 5) == "call_")
        obey_call(command, words);
    else if (command.substr(0, 4) == "open")
        told_refusal(command, open(command, words));
    else if (command == "text") {
        std::string text;
        words >> argument;
        std::getline(words >> std::ws, text);
        told(command, session->send_text(text, PALABRA_TEXT_EOS, argument.c_str(), nullptr, 9).code());
    } else if (command == "cancel") {
        words >> argument;
        told(command, session->cancel(argument.c_str(), 9).code());
    } else if (command == "cancel_tagged") {
        words >> argument;
        told(command, session->cancel_tagged(std::stoull(argument)).code());
    } else if (command == "synthesize")
        synthesize(words);
    else if (command == "end_call")
        end_call(words);
    else if (command == "rest")
        rest_sessions(words);
    else if (command == "file")
        translate_file(words);
    else if (command == "finalize")
        told(command, session->finalize(9).code());
    else if (command == "ready")
        told(command, session->wait_ready(patience).code());
    else if (command == "over")
        over();
    else if (command == "say")
        say(words);
    else if (command == "skip")
        skip(words);
    else if (command == "flush_input")
        told(command, session->flush_input().code());
    else if (command == "bytes")
        bytes(words);
    else if (command == "speak") {
        std::string text;
        words >> argument;
        std::getline(words >> std::ws, text);
        told(command, session->speak(text, argument, 0, 7).code());
    } else if (command == "pause")
        told(command, session->pause(8).code());
    else if (command == "resume")
        told(command, session->resume(8).code());
    else if (command == "interrupt")
        told(command, session->interrupt({}, 0, 8).code());
    else if (command == "rate") {
        palabra_audio_format format{};
        words >> format.sample_rate;
        told(command, session->set_output_format(nullptr, format).code());
    } else if (command == "original") {
        palabra_original_options original{};
        words >> original.gain_percent;
        told(command, session->set_original(original).code());
    } else if (command == "silence")
        told(command, session->silence({}, PALABRA_SILENCE_ALL).code());
    else if (command == "get_task")
        told(command, session->get_task(8).code());
    else if (command == "end")
        told(command, session->end().code());
    else if (command == "until") {
        words >> argument;
        until(argument);
    } else if (command == "miss") {
        std::int64_t ms = 0;
        words >> argument >> ms;
        miss(argument, ms);
    } else if (command == "play") {
        words >> argument;
        play(argument);
    } else if (command == "record") {
        words >> argument;
        told(command, session->start_recording(recording(), nullptr, std::stoi(argument)).code());
    } else if (command == "pause_recording")
        told(command, session->pause_recording().code());
    else if (command == "resume_recording")
        told(command, session->resume_recording().code());
    else if (command == "stop_recording") {
        told(command, session->stop_recording(patience).code());
        std::remove(recording().c_str());
    } else if (command == "close")
        told(command, session->close(milliseconds{1000}).code());
}

} // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        obey(line);
        std::cout.flush();
    }
    session.reset();
    asking.reset();
    close_call();
    (void)palabra::shutdown(milliseconds{2000});
    return 0;
}
