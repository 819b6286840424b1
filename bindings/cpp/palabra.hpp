// palabra.hpp - libpalabra for C++17: handles that close themselves, results instead of codes, events in a for loop.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Header-only, over palabra.h: what a call does, which errors it has, which threads may make it and whether it blocks
// is written there, under the same names. Needs neither exceptions nor RTTI. With PALABRA_CPP_EXCEPTIONS defined every
// result has or_throw(), which gives the value or throws palabra::exception.
#ifndef PALABRA_HPP
#define PALABRA_HPP

#include <palabra.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#ifdef PALABRA_CPP_EXCEPTIONS
#include <stdexcept>
#endif

namespace palabra {

using milliseconds = std::chrono::milliseconds;

// What went wrong, with the service's own words where it said something.
struct error {
    palabra_status code = PALABRA_OK;
    std::uint32_t flags = 0;
    std::int32_t http_status = 0;
    std::int32_t close_code = 0;
    std::string text;
    std::string service_code;

    // Trying the same again later can help.
    bool retriable() const { return (flags & PALABRA_FLAG_RETRIABLE) != 0; }
    std::string_view name() const { return palabra_status_name(code); }

    static error of(palabra_status code) {
        error e;
        e.code = code;
        e.flags = palabra_status_flags(code);
        e.text = palabra_status_text(code);
        return e;
    }

    static error of(palabra_status code, const palabra_error &told) {
        error e = of(code);
        e.flags = told.flags;
        e.http_status = told.http_status;
        e.close_code = told.close_code;
        if (told.text[0] != '\0')
            e.text = told.text;
        e.service_code = told.service_code;
        return e;
    }
};

#ifdef PALABRA_CPP_EXCEPTIONS
class exception : public std::runtime_error {
public:
    explicit exception(error e) : std::runtime_error(e.text), error_(std::move(e)) {}
    const error &why() const { return error_; }

private:
    error error_;
};
#endif

struct done {};

// A value, or the error that came instead of it. Look before you take: value() of an error is undefined.
template <class T = done>
class [[nodiscard]] result {
public:
    result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    result(error why) : state_(std::in_place_index<1>, std::move(why)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T &value() & { return *std::get_if<0>(&state_); }
    const T &value() const & { return *std::get_if<0>(&state_); }
    T &&value() && { return std::move(*std::get_if<0>(&state_)); }
    T &operator*() & { return value(); }
    T *operator->() { return std::get_if<0>(&state_); }
    T value_or(T other) && { return ok() ? std::move(value()) : std::move(other); }
    const palabra::error &why() const { return *std::get_if<1>(&state_); }
    // PALABRA_OK, or the code of the error.
    palabra_status code() const { return ok() ? static_cast<palabra_status>(PALABRA_OK) : why().code; }
#ifdef PALABRA_CPP_EXCEPTIONS
    T or_throw() && {
        if (!ok())
            throw exception(why());
        return std::move(*std::get_if<0>(&state_));
    }
#endif

private:
    std::variant<T, palabra::error> state_;
};

// Some elements that live elsewhere; made of a pointer and a count, or of anything with data() and size().
template <class T>
class view {
public:
    constexpr view() = default;
    constexpr view(T *data, std::size_t size) : data_(data), size_(size) {}
    template <std::size_t N>
    constexpr view(T (&array)[N]) : data_(array), size_(N) {}
    template <class C, class = decltype(std::declval<C &>().data()), class = decltype(std::declval<C &>().size())>
    constexpr view(C &&container) : data_(container.data()), size_(container.size()) {}

    constexpr T *data() const { return data_; }
    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr T *begin() const { return data_; }
    constexpr T *end() const { return data_ + size_; }
    constexpr T &operator[](std::size_t n) const { return data_[n]; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

namespace detail {

inline result<> checked(palabra_status status) {
    if (status < 0)
        return error::of(status);
    return done{};
}

inline result<> checked(palabra_status status, const palabra_error &told) {
    if (status < 0)
        return error::of(status, told);
    return done{};
}

inline result<std::uint32_t> counted(palabra_status status) {
    if (status < 0)
        return error::of(status);
    return static_cast<std::uint32_t>(status);
}

// Absent and empty are the same to the library, which takes NULL for both.
inline const char *text(const std::string &value) { return value.empty() ? nullptr : value.c_str(); }

inline std::int32_t timeout(milliseconds time) {
    const auto ms = time.count();
    return ms < 0 ? -1 : ms > INT32_MAX ? INT32_MAX : static_cast<std::int32_t>(ms);
}

inline std::uint32_t drain(milliseconds time) {
    const auto ms = timeout(time);
    return ms < 0 ? UINT32_MAX : static_cast<std::uint32_t>(ms);
}

} // namespace detail

// Wait without limit.
constexpr milliseconds forever{-1};

// One thing that happened; gives its memory back when it goes. Texts and samples live as long as the event.
class event {
public:
    event() { palabra_event_init(&raw_, sizeof raw_); }
    event(event &&other) noexcept : event() { std::swap(raw_, other.raw_); }
    event &operator=(event &&other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    event(const event &) = delete;
    event &operator=(const event &) = delete;
    ~event() { palabra_event_release(&raw_); }

    // PALABRA_EVENT_*; NONE for an event that holds nothing.
    std::int32_t kind() const { return raw_.kind; }
    std::string_view kind_name() const { return palabra_event_kind_name(raw_.kind); }
    bool is(std::int32_t kind) const { return raw_.kind == kind; }
    // Whether all of these PALABRA_FLAG_* are set.
    bool has(std::uint32_t flags) const { return (raw_.flags & flags) == flags; }
    bool is_final() const { return has(PALABRA_FLAG_FINAL); }
    bool is_translation() const { return has(PALABRA_FLAG_TRANSLATION); }
    palabra_status code() const { return raw_.code; }
    std::string_view text() const { return part(raw_.text, raw_.text_len); }
    std::string_view language() const { return part(raw_.language, raw_.language_len); }
    std::string_view id() const { return part(raw_.id, raw_.id_len); }
    std::string_view json() const { return part(raw_.json, raw_.json_len); }
    std::string_view service_code() const { return raw_.service_code ? raw_.service_code : ""; }
    // AUDIO: interleaved samples.
    view<const std::int16_t> pcm() const { return {raw_.pcm, std::size_t{raw_.pcm_frames} * raw_.channels}; }
    // Everything else.
    const palabra_event &raw() const { return raw_; }

private:
    friend class session;
    friend class queue;
    template <class>
    friend class event_range;

    static std::string_view part(const char *text, std::uint32_t length) {
        return text ? std::string_view(text, length) : std::string_view();
    }

    palabra_event raw_;
};

// The events of a session or queue, for a range-based for loop. It ends after CLOSED, when nothing came for as long as
// it was told to wait, or with an error, which outcome() tells afterwards.
template <class Source>
class event_range {
public:
    event_range(Source &source, milliseconds patience) : source_(&source), patience_(patience) {}

    struct sentinel {};
    class iterator {
    public:
        explicit iterator(event_range &range) : range_(&range) { range_->advance(); }
        event &operator*() const { return range_->current_; }
        event *operator->() const { return &range_->current_; }
        iterator &operator++() {
            range_->advance();
            return *this;
        }
        bool operator!=(sentinel) const { return range_->has_event_; }
        bool operator==(sentinel) const { return !range_->has_event_; }

    private:
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
        const palabra_status polled = source_->poll_raw(current_.raw_, patience_);
        has_event_ = polled > 0;
        // Remembered, for the event may be moved away.
        is_over_ = Source::ends_with_closed && current_.is(PALABRA_EVENT_CLOSED);
        outcome_ = polled < 0 ? polled : static_cast<palabra_status>(PALABRA_OK);
    }

    Source *source_;
    milliseconds patience_;
    event current_;
    bool has_event_ = false;
    bool is_over_ = false;
    palabra_status outcome_ = PALABRA_OK;
};

// One place for the events of many sessions.
class queue {
public:
    // Events of other sessions may follow a CLOSED.
    static constexpr bool ends_with_closed = false;

    static result<queue> make() {
        palabra_error told = PALABRA_ERROR_INIT;
        queue made;
        const palabra_status status = palabra_queue_new(&made.handle_, &told);
        if (status < 0)
            return error::of(status, told);
        return made;
    }

    queue(queue &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    queue &operator=(queue &&other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    queue(const queue &) = delete;
    queue &operator=(const queue &) = delete;
    ~queue() { palabra_queue_free(handle_); }

    // The next event, none if there was none in time, or an error.
    result<std::optional<event>> poll(milliseconds time) {
        event taken;
        const palabra_status status = poll_raw(taken.raw_, time);
        if (status < 0)
            return error::of(status);
        return status > 0 ? std::optional<event>(std::move(taken)) : std::nullopt;
    }
    event_range<queue> events(milliseconds patience = forever) { return {*this, patience}; }
    result<> wakeup() { return detail::checked(palabra_queue_wakeup(handle_)); }
    result<int> event_fd() {
        const palabra_status fd = palabra_queue_event_fd(handle_);
        if (fd < 0)
            return error::of(fd);
        return static_cast<int>(fd);
    }
    palabra_queue *handle() const { return handle_; }

private:
    template <class>
    friend class event_range;
    queue() = default;
    palabra_status poll_raw(palabra_event &into, milliseconds time) {
        return palabra_queue_poll_event(handle_, &into, detail::timeout(time));
    }
    palabra_queue *handle_ = nullptr;
};

// Texts here, numbers in `settings`, under the names of palabra_client_config.
struct client_config {
    std::string client_id, client_secret, api_key, region, api_url, translation_url, tts_url, stt_url, proxy_url;
    std::string ca_pem, ca_file, binding_name;
    palabra_client_config settings = PALABRA_CLIENT_CONFIG_INIT;

    palabra_client_config raw() const {
        palabra_client_config c = settings;
        c.client_id = detail::text(client_id);
        c.client_secret = detail::text(client_secret);
        c.api_key = detail::text(api_key);
        c.region = detail::text(region);
        c.api_url = detail::text(api_url);
        c.translation_url = detail::text(translation_url);
        c.tts_url = detail::text(tts_url);
        c.stt_url = detail::text(stt_url);
        c.proxy_url = detail::text(proxy_url);
        c.ca_pem = detail::text(ca_pem);
        c.ca_file = detail::text(ca_file);
        c.binding_name = binding_name.empty() ? "cpp" : binding_name.c_str();
        return c;
    }
};

// Texts here, numbers and the queue in `settings`, under the names of palabra_translation_config.
struct translation_config {
    std::string source_language, target_languages, voice_id, message_types, transcription_json, targets_json;
    std::string hotwords_glossaries, verification_glossaries, translation_glossaries, task_json, ws_url, token;
    palabra_translation_config settings = PALABRA_TRANSLATION_CONFIG_INIT;

    palabra_translation_config raw() const {
        palabra_translation_config c = settings;
        c.source_language = detail::text(source_language);
        c.target_languages = detail::text(target_languages);
        c.voice_id = detail::text(voice_id);
        c.message_types = detail::text(message_types);
        c.transcription_json = detail::text(transcription_json);
        c.targets_json = detail::text(targets_json);
        c.hotwords_glossaries = detail::text(hotwords_glossaries);
        c.verification_glossaries = detail::text(verification_glossaries);
        c.translation_glossaries = detail::text(translation_glossaries);
        c.task_json = detail::text(task_json);
        c.ws_url = detail::text(ws_url);
        c.token = detail::text(token);
        return c;
    }
};

// As above, of palabra_tts_config.
struct tts_config {
    std::string language, voice_id, model, ws_url, token;
    palabra_tts_config settings = PALABRA_TTS_CONFIG_INIT;

    palabra_tts_config raw() const {
        palabra_tts_config c = settings;
        c.language = detail::text(language);
        c.voice_id = detail::text(voice_id);
        c.model = detail::text(model);
        c.ws_url = detail::text(ws_url);
        c.token = detail::text(token);
        return c;
    }
};

// As above, of palabra_stt_config.
struct stt_config {
    std::string language, translate_languages, ws_url, token;
    palabra_stt_config settings = PALABRA_STT_CONFIG_INIT;

    palabra_stt_config raw() const {
        palabra_stt_config c = settings;
        c.language = detail::text(language);
        c.translate_languages = detail::text(translate_languages);
        c.ws_url = detail::text(ws_url);
        c.token = detail::text(token);
        return c;
    }
};

// Speech in memory; given back when it goes.
class wav {
public:
    wav(wav &&other) noexcept { std::swap(raw_, other.raw_); }
    wav &operator=(wav &&other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    wav(const wav &) = delete;
    wav &operator=(const wav &) = delete;
    ~wav() { palabra_wav_release(&raw_); }

    std::uint32_t sample_rate() const { return raw_.sample_rate; }
    // Interleaved samples.
    view<const std::int16_t> pcm() const { return {raw_.pcm, std::size_t{raw_.frames} * raw_.channels}; }
    const palabra_wav &raw() const { return raw_; }

private:
    friend class session;
    wav() = default;
    palabra_wav raw_ = PALABRA_WAV_INIT;
};

// One live conversation. It is closed when it goes, without waiting; end() and the events up to CLOSED come before.
class session {
public:
    static constexpr bool ends_with_closed = true;

    session(session &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    session &operator=(session &&other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    session(const session &) = delete;
    session &operator=(const session &) = delete;
    ~session() { palabra_session_close(handle_, 0); }

    result<> wait_ready(milliseconds time) {
        const palabra_status status = palabra_session_wait_ready(handle_, detail::timeout(time));
        if (status >= 0)
            return done{};
        error why = last_error();
        return why.code == status ? why : error::of(status);
    }
    // PALABRA_STATE_*.
    result<std::uint32_t> state() const { return detail::counted(palabra_session_state(handle_)); }
    // Why it closed; PALABRA_OK while it is open or when it closed without an error.
    error last_error() const {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_status status = palabra_session_last_error(handle_, &told);
        return error::of(status < 0 ? status : told.code, told);
    }
    result<palabra_stats> stats() const {
        palabra_stats figures = PALABRA_STATS_INIT;
        const palabra_status status = palabra_session_stats(handle_, &figures);
        if (status < 0)
            return error::of(status);
        return figures;
    }

    // Audio in the format of the config; the count is of frames, here taken from the samples and channels.
    // Real-time safe, as in C.
    result<std::uint32_t> send_audio(const void *audio, std::uint32_t frames) {
        return detail::counted(palabra_session_send_audio(handle_, audio, frames));
    }
    // Mono 16-bit samples.
    result<std::uint32_t> send_audio(view<const std::int16_t> samples) {
        return send_audio(samples.data(), static_cast<std::uint32_t>(samples.size()));
    }
    result<std::uint32_t> audio_space() const { return detail::counted(palabra_session_audio_space(handle_)); }
    result<> set_input_format(std::int32_t encoding, std::uint32_t sample_rate, std::uint32_t channels) {
        return detail::checked(palabra_session_set_input_format(handle_, encoding, sample_rate, channels));
    }
    result<std::uint32_t> send_paced(const void *audio, std::uint32_t frames, milliseconds lead, milliseconds time) {
        return detail::counted(
            palabra_session_send_paced(handle_, audio, frames, detail::drain(lead), detail::timeout(time)));
    }
    result<std::uint32_t> send_file(const std::string &path, milliseconds lead, milliseconds time) {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_status sent =
            palabra_session_send_file(handle_, path.c_str(), detail::drain(lead), detail::timeout(time), &told);
        if (sent < 0)
            return error::of(sent, told);
        return static_cast<std::uint32_t>(sent);
    }

    // Exactly so many frames, in the format of the config; PALABRA_SOUND_*. Real-time safe, as in C: `language` is
    // NULL for the first target.
    palabra_status read_audio(const char *language, void *audio, std::uint32_t frames) {
        return palabra_session_read_audio(handle_, language, audio, frames);
    }
    // Mono 16-bit samples.
    palabra_status read_audio(const char *language, view<std::int16_t> samples) {
        return read_audio(language, samples.data(), static_cast<std::uint32_t>(samples.size()));
    }
    result<> set_output_format(const char *language, std::int32_t encoding, std::uint32_t sample_rate,
                               std::uint32_t channels) {
        return detail::checked(
            palabra_session_set_output_format(handle_, language, encoding, sample_rate, channels));
    }
    result<palabra_playout_stats> playout_stats(const char *language = nullptr) const {
        palabra_playout_stats figures = PALABRA_PLAYOUT_STATS_INIT;
        const palabra_status status = palabra_session_playout_stats(handle_, language, &figures);
        if (status < 0)
            return error::of(status);
        return figures;
    }
    result<> record_start(const std::string &path, const char *language = nullptr) {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_status status = palabra_session_record_start(handle_, path.c_str(), language, &told);
        return detail::checked(status, told);
    }
    result<> record_stop(milliseconds time) {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_status status = palabra_session_record_stop(handle_, detail::drain(time), &told);
        return detail::checked(status, told);
    }

    // Commands; answers come as events with the tag.
    result<> speak(const std::string &text, const std::string &language, std::uint32_t flags = 0,
                   std::uint64_t user_tag = 0) {
        return detail::checked(
            palabra_session_speak(handle_, text.c_str(), language.c_str(), flags, user_tag));
    }
    result<> interrupt(const std::string &languages = {}, std::uint32_t flags = 0, std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_interrupt(handle_, languages.c_str(), flags, user_tag));
    }
    result<> pause(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_pause(handle_, user_tag));
    }
    result<> resume(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_resume(handle_, user_tag));
    }
    result<> set_task(const std::string &json, std::uint64_t user_tag = 0) {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_status status = palabra_session_set_task(handle_, json.c_str(), user_tag, &told);
        return detail::checked(status, told);
    }
    result<> get_task(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_get_task(handle_, user_tag));
    }

    // Text-to-speech. Without an id the text belongs to the library's own generation; PALABRA_TEXT_*.
    result<> send_text(const std::string &text, std::uint32_t flags = 0, const char *generation_id = nullptr,
                       const palabra_tts_voice *voice = nullptr, std::uint64_t user_tag = 0) {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_status status =
            palabra_session_send_text(handle_, text.c_str(), flags, generation_id, voice, user_tag, &told);
        return detail::checked(status, told);
    }
    // One generation; all of them without an id.
    result<> cancel(const char *generation_id = nullptr, std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_cancel(handle_, generation_id, user_tag));
    }
    result<wav> synthesize(const std::string &text, milliseconds time) {
        palabra_error told = PALABRA_ERROR_INIT;
        wav speech;
        const palabra_status status =
            palabra_tts_synthesize(handle_, text.c_str(), &speech.raw_, detail::timeout(time), &told);
        if (status < 0)
            return error::of(status, told);
        return speech;
    }

    // Speech-to-text: a final of what was sent so far, now.
    result<> finalize(std::uint64_t user_tag = 0) {
        return detail::checked(palabra_session_finalize(handle_, user_tag));
    }

    // The next event, none if there was none in time, or an error: PALABRA_ERR_CLOSED after CLOSED was taken.
    result<std::optional<event>> poll(milliseconds time) {
        event taken;
        const palabra_status status = poll_raw(taken.raw_, time);
        if (status < 0)
            return error::of(status);
        return status > 0 ? std::optional<event>(std::move(taken)) : std::nullopt;
    }
    event_range<session> events(milliseconds patience = forever) { return {*this, patience}; }
    result<> wakeup() { return detail::checked(palabra_session_wakeup(handle_)); }
    result<int> event_fd() {
        const palabra_status fd = palabra_session_event_fd(handle_);
        if (fd < 0)
            return error::of(fd);
        return static_cast<int>(fd);
    }

    // No more input: the tail comes as events, then CLOSED.
    result<> end(std::uint32_t eos_timeout_s = 0) {
        return detail::checked(palabra_session_end(handle_, eos_timeout_s));
    }
    // Gives the handle back now instead of at the end of the object's life.
    result<> close(milliseconds time = milliseconds{0}) {
        return detail::checked(palabra_session_close(std::exchange(handle_, nullptr), detail::drain(time)));
    }
    palabra_session *handle() const { return handle_; }

private:
    friend class client;
    template <class>
    friend class event_range;
    explicit session(palabra_session *handle) : handle_(handle) {}
    palabra_status poll_raw(palabra_event &into, milliseconds time) {
        return palabra_session_poll_event(handle_, &into, detail::timeout(time));
    }
    palabra_session *handle_;
};

// Credentials and endpoints; sessions opened with it outlive it.
class client {
public:
    static result<client> make(const client_config &config = {}) {
        palabra_error told = PALABRA_ERROR_INIT;
        const palabra_client_config raw = config.raw();
        client made;
        const palabra_status status = palabra_client_new(&raw, &made.handle_, &told);
        if (status < 0)
            return error::of(status, told);
        return made;
    }

    client(client &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    client &operator=(client &&other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    client(const client &) = delete;
    client &operator=(const client &) = delete;
    ~client() { palabra_client_free(handle_); }

    // A translation; with a queue its events are polled there.
    result<session> open(const translation_config &config, const queue *events = nullptr) {
        return opened(palabra_session_open, config.raw(), events);
    }
    result<session> open_tts(const tts_config &config, const queue *events = nullptr) {
        return opened(palabra_session_open_tts, config.raw(), events);
    }
    result<session> open_stt(const stt_config &config = {}, const queue *events = nullptr) {
        return opened(palabra_session_open_stt, config.raw(), events);
    }
    palabra_client *handle() const { return handle_; }

private:
    client() = default;

    template <class Open, class Config>
    result<session> opened(Open function, Config raw, const queue *events) {
        palabra_error told = PALABRA_ERROR_INIT;
        if (events != nullptr)
            raw.queue = events->handle();
        palabra_session *made = nullptr;
        const palabra_status status = function(handle_, &raw, &made, &told);
        if (status < 0)
            return error::of(status, told);
        return session(made);
    }
    palabra_client *handle_ = nullptr;
};

// Stops the library's thread; sessions still open are given so much time to say goodbye.
inline result<> shutdown(milliseconds time) {
    return detail::checked(palabra_shutdown(detail::drain(time)));
}

inline std::string_view version() { return palabra_version_string(); }

} // namespace palabra

#endif
