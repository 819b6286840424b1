// The small types: views, times, texts.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_TYPES_HPP
#define PALABRA_TYPES_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace palabra {

using milliseconds = std::chrono::milliseconds;

// Wait without limit.
constexpr milliseconds no_limit{-1};

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

// Absent and empty are the same to the library, which takes NULL for both.
inline const char *text(const std::string &value) { return value.empty() ? nullptr : value.c_str(); }

// Where they are not: "" is a text like any other.
inline const char *text(const std::optional<std::string> &value) { return value ? value->c_str() : nullptr; }

inline std::int32_t timeout(milliseconds time) {
    const auto ms = time.count();
    if (ms > INT32_MAX)
        return INT32_MAX;
    return ms < 0 ? -1 : static_cast<std::int32_t>(ms);
}

// Where the library has no word for "without limit".
inline std::int32_t drain(milliseconds time) {
    const auto ms = timeout(time);
    return ms < 0 ? INT32_MAX : ms;
}

// Interleaved.
inline view<const std::int16_t> samples(const std::int16_t *pcm, std::int64_t frames, std::int32_t channels) {
    return {pcm, static_cast<std::size_t>(frames) * static_cast<std::size_t>(channels)};
}

inline view<const std::uint8_t> bytes(const void *data, std::int32_t length) {
    return {static_cast<const std::uint8_t *>(data), static_cast<std::size_t>(length)};
}

} // namespace detail

} // namespace palabra

#endif
