// WAV files, and the translation of whole files.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_FILES_HPP
#define PALABRA_FILES_HPP

#include <palabra.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "owned.hpp"
#include "result.hpp"
#include "types.hpp"

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define PALABRA_CPP_CATCHES
#endif

namespace palabra {

// Sound in memory.
class audio : public detail::owned_struct<palabra_audio, palabra_audio_release> {
public:
    static result<audio> read_wav(const std::string &path) {
        return detail::filled<audio>([&](palabra_audio *into, palabra_error *words) {
            return palabra_audio_read_wav(path.c_str(), into, words);
        });
    }
    // Interleaved samples.
    static result<> write_wav(const std::string &path, view<const std::int16_t> pcm, std::int32_t sample_rate,
                              std::int32_t channels = 1) {
        const auto samples = static_cast<std::int64_t>(pcm.size());
        const std::int64_t frames = channels > 0 ? samples / channels : 0;
        return detail::told([&](palabra_error *words) {
            return palabra_audio_write_wav(path.c_str(), pcm.data(), frames, sample_rate, channels, words);
        });
    }

    std::int32_t sample_rate() const { return raw().sample_rate; }
    std::int32_t channels() const { return raw().channels; }
    std::int64_t frames() const { return raw().frames; }
    // Interleaved samples.
    view<const std::int16_t> pcm() const { return detail::samples(raw().pcm, raw().frames, raw().channels); }
    // Speech of PALABRA_TTS_FORMAT_MP3.
    view<const std::uint8_t> data() const { return detail::bytes(raw().data, raw().data_len); }
};

namespace detail {

// One translate_file under way. It is told on the thread that made the call, inside the library, through which no
// exception may go.
class progress_call {
public:
    explicit progress_call(const std::function<bool(const palabra_progress &)> &progress) : progress_(progress) {}

    static std::int32_t PALABRA_CALL tell(const palabra_progress *how_far, void *call) noexcept {
        return static_cast<progress_call *>(call)->goes_on(*how_far) ? 0 : 1;
    }

    void rethrow() const {
#ifdef PALABRA_CPP_CATCHES
        if (thrown_ != nullptr)
            std::rethrow_exception(thrown_);
#endif
    }

private:
    bool goes_on(const palabra_progress &how_far) noexcept {
#ifdef PALABRA_CPP_CATCHES
        try {
            return progress_(how_far);
        } catch (...) {
            thrown_ = std::current_exception();
            return false;
        }
#else
        return progress_(how_far);
#endif
    }

    const std::function<bool(const palabra_progress &)> &progress_;
#ifdef PALABRA_CPP_CATCHES
    std::exception_ptr thrown_;
#endif
};

} // namespace detail

// How palabra::client::translate_file goes about it; numbers in `settings`.
struct file_options {
    palabra_file_options settings = PALABRA_FILE_OPTIONS_INIT;
    // Told how far it is; false stops. It must not call the library. What it throws stops the translation too, and comes
    // out of translate_file.
    std::function<bool(const palabra_progress &)> progress;
    // Ends it from another thread.
    canceller *ends = nullptr;

    // `call` has to live as long as what this returns is used.
    palabra_file_options raw(detail::progress_call &call) const {
        palabra_file_options c = settings;
        if (progress) {
            c.progress = detail::progress_call::tell;
            c.user_data = &call;
        }
        return c;
    }
};

// What came of it; the targets that were spoken in `outputs`, everything else in `figures`. Move-only.
struct file_result {
    palabra_file_result figures = PALABRA_FILE_RESULT_INIT;
    std::vector<palabra_file_output> outputs;
    // Holds the samples at the `pcm` of the outputs.
    detail::owned_struct<palabra_file_result, palabra_file_result_release> speech;
};

} // namespace palabra

#endif
