// Captions in a Qt window: a QSocketNotifier waits for the descriptor of a session, so that its events arrive in Qt's own loop,
// and no thread waits. Here a recording, sent by a timer, is the microphone.
//
//     c++ -std=c++17 -fPIC qt_captions.cpp $(pkg-config --cflags --libs palabra Qt5Widgets) -o qt_captions      # or Qt6Widgets
//     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./qt_captions INPUT.wav SOURCE TARGET
//
// Where there are no descriptors (Windows), a QTimer calls take_events() instead.
#include <QApplication>
#include <QLabel>
#include <QSocketNotifier>
#include <QTimer>
#include <QVBoxLayout>
#include <QWidget>

// Also after Qt, whose headers define words such as emit, signals and slots.
#include <palabra.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

class captions : public QWidget {
public:
    captions(palabra::session session, palabra::audio recording)
        : session_(std::move(session)), recording_(std::move(recording)) {
        auto *lines = new QVBoxLayout(this);
        lines->addWidget(&said_);
        lines->addWidget(&translated_);
        resize(640, 120);
    }

    // False: the session has no descriptor.
    bool start() {
        const auto descriptor = session_.event_fd();
        if (!descriptor)
            return false;
        notifier_.emplace(*descriptor, QSocketNotifier::Read);
        connect(&*notifier_, &QSocketNotifier::activated, this, [this] { take_events(); });
        connect(&microphone_, &QTimer::timeout, this, [this] { send(); });
        microphone_.start(tick_ms);
        return true;
    }

    palabra_status outcome() const { return outcome_; }

private:
    static constexpr int tick_ms = 20;

    void take_events() {
        while (true) {
            auto polled = session_.poll(palabra::milliseconds{0});
            if (!polled || !*polled)
                return;
            tell(**polled);
        }
    }

    void tell(const palabra::event &event) {
        if (event.is(PALABRA_EVENT_TRANSCRIPT)) {
            const auto text = QString::fromUtf8(event.text().data(), static_cast<int>(event.text().size()));
            (event.is_translation() ? translated_ : said_).setText(text);
            if (event.is_final())
                std::printf("[%s] %s\n", event.language().data(), qUtf8Printable(text));
        }
        if (event.is(PALABRA_EVENT_CLOSED)) {
            outcome_ = event.code();
            microphone_.stop();
            // No event follows, and the descriptor goes with the session.
            notifier_->setEnabled(false);
            std::printf("closed: %s\n", palabra_status_name(outcome_));
            QCoreApplication::quit();
        }
    }

    // As much as a microphone has by now.
    void send() {
        const palabra_audio &all = recording_.raw();
        const std::int64_t frames = std::min<std::int64_t>(all.frames - sent_, all.sample_rate * tick_ms / 1000);
        if (frames == 0) {
            microphone_.stop();
            (void)session_.end(); // the rest of the texts follows, then CLOSED
            return;
        }
        const auto taken = session_.send_audio(all.pcm + sent_ * all.channels, static_cast<std::int32_t>(frames));
        sent_ += taken.value_or(0);
    }

    palabra::session session_;
    palabra::audio recording_;
    std::int64_t sent_ = 0;
    palabra_status outcome_ = PALABRA_OK;
    QLabel said_, translated_;
    QTimer microphone_;
    std::optional<QSocketNotifier> notifier_;
};

static int fail(const palabra::error &why) { return std::fprintf(stderr, "%s\n", why.text.c_str()), 1; }

int main(int argc, char **argv) {
    QApplication application(argc, argv);
    if (argc != 4)
        return std::fprintf(stderr, "usage: %s INPUT.wav SOURCE TARGET\n", argv[0]), 2;
    auto recording = palabra::audio::read_wav(argv[1]);
    if (!recording)
        return fail(recording.error());
    auto client = palabra::client::create(); // credentials from the environment
    if (!client)
        return fail(client.error());
    palabra::translation_config config;
    config.source_language = argv[2];
    config.target_languages = argv[3];
    config.settings.input.format.sample_rate = recording->raw().sample_rate;
    config.settings.input.format.channels = recording->raw().channels;
    auto session = client->open(config);
    if (!session)
        return fail(session.error());
    captions window(std::move(*session), std::move(*recording));
    if (!window.start())
        return std::fprintf(stderr, "this system has no descriptors to wait for\n"), 1;
    window.show();
    QApplication::exec();
    return window.outcome() == PALABRA_OK ? 0 : 1;
}
