// WAV files, and the translation of whole files.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_FILES_HPP
#define PALABRA_FILES_HPP

#include <palabra.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "owned.hpp"
#include "result.hpp"
#include "types.hpp"

namespace palabra {

// Speech in memory.
class wav : public detail::owned_struct<palabra_wav, palabra_wav_init, palabra_wav_release> {
public:
    static result<wav> read(const std::string &path) {
        return detail::filled<wav>(
            [&](palabra_wav *into, palabra_error *words) { return palabra_wav_read(path.c_str(), into, words); });
    }
    // Interleaved samples.
    static result<> write(const std::string &path, view<const std::int16_t> pcm, std::uint32_t sample_rate,
                          std::uint32_t channels = 1) {
        const auto frames = static_cast<std::uint32_t>(channels == 0 ? 0 : pcm.size() / channels);
        return detail::told([&](palabra_error *words) {
            return palabra_wav_write(path.c_str(), pcm.data(), frames, sample_rate, channels, words);
        });
    }

    std::uint32_t sample_rate() const { return raw().sample_rate; }
    std::uint32_t channels() const { return raw().channels; }
    // Interleaved samples.
    view<const std::int16_t> pcm() const { return {raw().pcm, std::size_t{raw().frames} * raw().channels}; }
};

// How palabra::client::translate_file goes about it; numbers in `settings`.
struct file_options {
    palabra_file_options settings = PALABRA_FILE_OPTIONS_INIT;
    // Told how far it is; false stops. It must not call the library and must not throw.
    std::function<bool(const palabra_progress &)> progress;

    palabra_file_options raw() const {
        palabra_file_options c = settings;
        if (progress) {
            c.progress = [](const palabra_progress *how_far, void *options) -> std::int32_t {
                return static_cast<const file_options *>(options)->progress(*how_far) ? 0 : 1;
            };
            c.user_data = const_cast<file_options *>(this);
        }
        return c;
    }
};

// What came of it; the targets that were spoken in `outputs`, everything else in `figures`.
struct file_result {
    palabra_file_result figures = PALABRA_FILE_RESULT_INIT;
    std::vector<palabra_file_output> outputs;
};

} // namespace palabra

#endif
