// Errors, and the results that carry them.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_RESULT_HPP
#define PALABRA_RESULT_HPP

#include <palabra.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#ifdef PALABRA_CPP_EXCEPTIONS
#include <stdexcept>
#endif

namespace palabra {

// What went wrong, with the service's own words where it said something.
struct error {
    palabra_status code = PALABRA_OK;
    std::uint32_t flags = 0;
    std::int32_t http_status = 0;
    std::int32_t close_code = 0;
    std::int32_t os_error = 0;
    std::int32_t retry_after_ms = -1;
    std::string text;
    std::string service_code;

    // Trying the same again later can help.
    bool retriable() const { return (flags & PALABRA_FLAG_RETRIABLE) != 0; }
    std::string_view name() const { return palabra_status_name(code); }

    static error of(std::int32_t code) {
        error e;
        e.code = static_cast<palabra_status>(code);
        e.flags = palabra_status_flags(code);
        e.text = palabra_status_text(code);
        return e;
    }

    static error of(std::int32_t code, const palabra_error &told) {
        error e = of(code);
        e.flags = told.flags;
        e.http_status = told.http_status;
        e.close_code = told.close_code;
        e.os_error = told.os_error;
        e.retry_after_ms = told.retry_after_ms;
        if (told.text[0] != '\0')
            e.text = told.text;
        e.service_code = told.service_code;
        return e;
    }
};

#ifdef PALABRA_CPP_EXCEPTIONS
class exception : public std::runtime_error {
public:
    explicit exception(palabra::error e) : std::runtime_error(e.text), error_(std::move(e)) {}
    const palabra::error &error() const noexcept { return error_; }

private:
    palabra::error error_;
};
#endif

struct done {};

// A value, or the error that came instead of it, with the names of std::expected. Look before you take: value() of an
// error, and error() of a value, are undefined.
template <class T = done>
class [[nodiscard]] result {
public:
    using value_type = T;
    using error_type = palabra::error;

    result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    result(palabra::error why) : state_(std::in_place_index<1>, std::move(why)) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    T &value() & { return *std::get_if<0>(&state_); }
    const T &value() const & { return *std::get_if<0>(&state_); }
    T &&value() && { return std::move(*std::get_if<0>(&state_)); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    T *operator->() { return std::get_if<0>(&state_); }
    const T *operator->() const { return std::get_if<0>(&state_); }
    T value_or(T other) const & { return has_value() ? value() : std::move(other); }
    T value_or(T other) && { return has_value() ? std::move(value()) : std::move(other); }
    const palabra::error &error() const & { return *std::get_if<1>(&state_); }
    // PALABRA_OK, or the code of the error.
    palabra_status code() const { return has_value() ? PALABRA_OK : error().code; }
#ifdef PALABRA_CPP_EXCEPTIONS
    T or_throw() && {
        if (!has_value())
            throw exception(error());
        return std::move(*std::get_if<0>(&state_));
    }
#endif

private:
    std::variant<T, palabra::error> state_;
};

// Ends a call that was given it and waits in another thread: the call returns PALABRA_ERR_CLOSED within 50 ms. Serves one
// call at a time.
class canceller {
public:
    // Whether there was a call to end: one that has not begun is not ended.
    bool cancel() {
        const std::lock_guard<std::mutex> lock(guard_);
        return call_ != nullptr && palabra_cancel(call_) > 0;
    }
    // For the call: from here on, and not any more.
    void serve(const palabra_error *call) {
        const std::lock_guard<std::mutex> lock(guard_);
        call_ = call;
    }

private:
    std::mutex guard_;
    const palabra_error *call_ = nullptr;
};

namespace detail {

// `call` is given an error to fill in and returns a status.
template <class Call>
result<> told(Call call, canceller *ends = nullptr) {
    palabra_error words = PALABRA_ERROR_INIT;
    if (ends != nullptr)
        ends->serve(&words);
    const std::int32_t status = call(&words);
    if (ends != nullptr)
        ends->serve(nullptr);
    if (status < 0)
        return error::of(status, words);
    return done{};
}

// The same for a call that fills a struct.
template <class T, class Call>
result<T> filled(Call call, canceller *ends = nullptr) {
    T value;
    const result<> called = told([&](palabra_error *words) { return call(value.fill(), words); }, ends);
    if (!called)
        return called.error();
    return value;
}

inline result<> checked(std::int32_t status) {
    if (status < 0)
        return error::of(status);
    return done{};
}

template <class T>
result<T> checked(std::int32_t status, const T &value) {
    if (status < 0)
        return error::of(status);
    return value;
}

// A text that the library writes into a buffer, however long it is: `write` returns its length.
template <class Write>
result<std::string> written(Write write) {
    std::string text(4096, '\0');
    for (;;) {
        const std::int32_t length = write(text.data(), static_cast<std::int32_t>(text.size()));
        if (length < 0)
            return error::of(length);
        const bool fits = static_cast<std::size_t>(length) < text.size();
        text.resize(static_cast<std::size_t>(length) + (fits ? 0 : 1));
        if (fits)
            return text;
    }
}

// For calls that return a count: the status is the value.
inline result<std::int32_t> counted(std::int32_t status) {
    return checked(status, status);
}

} // namespace detail

} // namespace palabra

#endif
