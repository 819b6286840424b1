// What is heard.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_SOUND_HPP
#define PALABRA_SOUND_HPP

#include <palabra.h>

#include <cstdint>

namespace palabra {

// What read_audio() and exchange() gave: a set of PALABRA_SOUND_* bits, or an error.
class sound {
public:
    explicit sound(std::int32_t read) : read_(read) {}
    bool ok() const { return read_ >= 0; }
    // Whether any of these bits is set.
    bool has(std::int32_t bits) const { return ok() && (read_ & bits) != 0; }
    bool is_speech() const { return has(PALABRA_SOUND_SPEECH); }
    // Nothing follows.
    bool is_ended() const { return has(PALABRA_SOUND_ENDED); }
    palabra_status code() const { return ok() ? PALABRA_OK : static_cast<palabra_status>(read_); }

private:
    std::int32_t read_;
};

} // namespace palabra

#endif
