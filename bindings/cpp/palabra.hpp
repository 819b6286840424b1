// palabra.hpp - libpalabra for C++17: handles that close themselves, results instead of codes, events in a for loop.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Header-only, over palabra.h: what a call does, which errors it has, which threads may make it and whether it blocks
// is written in its pages, under the same names. Needs neither exceptions nor RTTI. With PALABRA_CPP_EXCEPTIONS defined every
// result has or_throw(), which gives the value or throws palabra::exception.
#ifndef PALABRA_HPP
#define PALABRA_HPP

// Older compilers stop here, with one error. MSVC has the number in a macro of its own.
#if defined(_MSVC_LANG) ? _MSVC_LANG < 201703L : __cplusplus < 201703L
#error "palabra.hpp requires C++17 or later: compile with -std=c++17, or /std:c++17"
#else

#include <palabra.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "palabra/call.hpp"
#include "palabra/client.hpp"
#include "palabra/config.hpp"
#ifdef __cpp_impl_coroutine
#include "palabra/coroutine.hpp"
#endif
#include "palabra/event.hpp"
#include "palabra/files.hpp"
#include "palabra/management.hpp"
#include "palabra/queue.hpp"
#include "palabra/result.hpp"
#include "palabra/session.hpp"
#include "palabra/sound.hpp"
#include "palabra/types.hpp"

namespace palabra {

// The task that a session of this config would begin with, as JSON.
inline result<std::string> task_json(const translation_config &config) {
    const palabra_translation_config raw = config.raw();
    std::string json;
    std::int32_t length = 0;
    do {
        json.resize(length > 0 ? static_cast<std::size_t>(length) + 1 : 4096);
        const result<> called = detail::told([&](palabra_error *words) {
            return length = palabra_translation_build_task(&raw, json.data(), static_cast<std::int32_t>(json.size()), words);
        });
        if (!called)
            return called.error();
    } while (static_cast<std::size_t>(length) >= json.size());
    json.resize(static_cast<std::size_t>(length));
    return json;
}

// How many threads serve the sessions and calls of the process, under the names of palabra_runtime_config. Before the first
// one is opened; the first call decides.
inline result<> configure(const palabra_runtime_config &settings) {
    return detail::told([&](palabra_error *words) { return palabra_runtime_configure(&settings, words); });
}

// Stops the library's threads; sessions still open are given so much time to say goodbye.
inline result<> shutdown(milliseconds time) {
    return detail::checked(palabra_shutdown(detail::drain(time)));
}

inline std::string_view version() { return palabra_version_string(); }

} // namespace palabra

#endif
#endif
