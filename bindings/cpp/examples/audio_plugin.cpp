// Translation in an audio plug-in: a processor with the calls that JUCE, and with other names VST3, AU and CLAP, make of one.
// prepare() says rate and largest block, process() gets channels apart, of any length up to that, on the audio thread, and
// neither waits nor allocates. A timer of the plug-in's editor shows the texts. Here a recording and a clock are the host.
//
//     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./audio_plugin INPUT.wav OUTPUT.wav SOURCE TARGET
#include <palabra.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// --- The plug-in ----------------------------------------------------------------------------------------------------

class translator_processor {
public:
    // Once, before prepare(); not on the audio thread.
    palabra::result<> open(palabra::client &client, const std::string &source, const std::string &target) {
        palabra::translation_config config;
        config.source_language = source;
        config.target_languages = target;
        config.settings.input.format = config.settings.output.format = format_at(48000);
        config.settings.output.mode = PALABRA_OUTPUT_PLAYOUT;
        // While the host stands still, no audio comes: the session waits.
        config.settings.input.gap.policy = PALABRA_GAP_PAUSE;
        auto opened = client.open(config);
        if (!opened)
            return opened.error();
        session_.emplace(std::move(*opened));
        return palabra::done{};
    }

    // Before the first block, and whenever the host changes its device. Not while process() runs, as hosts promise.
    palabra::result<> prepare(double rate, int largest_block) {
        mono_.assign(static_cast<std::size_t>(largest_block), 0.0f);
        const palabra_audio_format format = format_at(static_cast<std::int32_t>(rate));
        const auto taken = session_->set_input_format(format);
        return taken ? session_->set_output_format(nullptr, format) : taken;
    }

    // On the audio thread: what is said in, its translation out.
    void process(float *const *channels, int channel_count, int frames) noexcept {
        frames = std::min(frames, static_cast<int>(mono_.size()));
        mix(channels, channel_count, frames);
        // What does not fit is dropped and told by an event.
        (void)palabra_session_send_audio(session_->handle(), mono_.data(), frames);
        const std::int32_t sound = palabra_session_read_audio(session_->handle(), nullptr, mono_.data(), frames);
        if (sound < 0)
            std::fill_n(mono_.begin(), frames, 0.0f);
        is_over_.store(sound < 0 || (sound & PALABRA_SOUND_ENDED) != 0, std::memory_order_relaxed);
        for (int channel = 0; channel < channel_count; channel++)
            std::copy_n(mono_.begin(), frames, channels[channel]);
    }

    // From the timer of the editor. False: nothing follows.
    bool show_texts() {
        while (true) {
            auto polled = session_->poll(palabra::milliseconds{0});
            if (!polled)
                return false;
            if (!*polled)
                return true;
            const palabra::event &event = **polled;
            if (event.is(PALABRA_EVENT_TRANSCRIPT) && event.is_final())
                std::printf("[%s] %s\n", event.language().data(), event.text().data());
            if (event.is(PALABRA_EVENT_CLOSED))
                std::printf("closed: %s\n", palabra_status_name(event.code()));
        }
    }

    // When the host stops playing for good: the rest is still heard.
    void end() { (void)session_->end(); }
    bool is_over() const { return is_over_.load(std::memory_order_relaxed); }

private:
    static palabra_audio_format format_at(std::int32_t rate) {
        palabra_audio_format format = {};
        format.encoding = PALABRA_ENCODING_F32;
        format.sample_rate = rate;
        format.channels = 1;
        return format;
    }

    void mix(const float *const *channels, int channel_count, int frames) noexcept {
        std::fill_n(mono_.begin(), frames, 0.0f);
        const float share = channel_count > 0 ? 1.0f / static_cast<float>(channel_count) : 0.0f;
        for (int channel = 0; channel < channel_count; channel++)
            for (int n = 0; n < frames; n++)
                mono_[static_cast<std::size_t>(n)] += channels[channel][n] * share;
    }

    std::optional<palabra::session> session_;
    std::vector<float> mono_; // of the audio thread; prepare() makes it
    std::atomic<bool> is_over_{false};
};

// --- The host -------------------------------------------------------------------------------------------------------

class host {
public:
    host(translator_processor &plug_in, const palabra_audio &input) : plug_in_(plug_in), input_(input) {}

    // The audio thread, in real time, with blocks of changing length.
    void play() {
        const auto begin = std::chrono::steady_clock::now();
        std::vector<float> left(largest), right(largest);
        float *const channels[] = {left.data(), right.data()};
        std::int64_t at = 0;
        while (!plug_in_.is_over()) {
            const int frames = at % 3 == 0 ? largest : 160;
            for (int n = 0; n < frames; n++, at++)
                left[static_cast<std::size_t>(n)] = right[static_cast<std::size_t>(n)] = sample(at);
            plug_in_.process(channels, 2, frames);
            for (int n = 0; n < frames; n++)
                played.push_back(static_cast<std::int16_t>(left[static_cast<std::size_t>(n)] * 32767.0f));
            if (at >= input_.frames && !has_ended_.exchange(true))
                std::puts("the recording is over");
            std::this_thread::sleep_until(begin + std::chrono::milliseconds(at * 1000 / input_.sample_rate));
        }
    }

    bool has_ended() const { return has_ended_; }

    static constexpr int largest = 512;
    std::vector<std::int16_t> played;

private:
    // The first channel.
    float sample(std::int64_t at) const {
        return at < input_.frames ? static_cast<float>(input_.pcm[at * input_.channels]) / 32768.0f : 0.0f;
    }

    translator_processor &plug_in_;
    const palabra_audio &input_;
    std::atomic<bool> has_ended_{false};
};

static int fail(const palabra::error &why) { return std::fprintf(stderr, "%s\n", why.text.c_str()), 1; }

int main(int argc, char **argv) {
    if (argc != 5)
        return std::fprintf(stderr, "usage: %s INPUT.wav OUTPUT.wav SOURCE TARGET\n", argv[0]), 2;
    auto input = palabra::audio::read_wav(argv[1]);
    if (!input)
        return fail(input.error());
    auto client = palabra::client::create(); // credentials from the environment
    if (!client)
        return fail(client.error());
    translator_processor plug_in;
    if (auto opened = plug_in.open(*client, argv[3], argv[4]); !opened)
        return fail(opened.error());
    if (auto prepared = plug_in.prepare(input->raw().sample_rate, host::largest); !prepared)
        return fail(prepared.error());
    host host(plug_in, input->raw());
    std::thread audio([&] { host.play(); });
    for (bool ends = false; plug_in.show_texts();) {
        if (host.has_ended() && !std::exchange(ends, true))
            plug_in.end();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    audio.join();
    auto written = palabra::audio::write_wav(argv[2], host.played, input->raw().sample_rate);
    return written ? 0 : fail(written.error());
}
