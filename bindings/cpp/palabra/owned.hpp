// What is held for a while: handles, and structs that the library fills.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_OWNED_HPP
#define PALABRA_OWNED_HPP

#include <palabra.h>

#include <utility>

namespace palabra {
namespace detail {

// A handle that is given back when it goes. Move-only.
template <class Raw, palabra_status(PALABRA_CALL *Free)(Raw *)>
class owned_handle {
public:
    owned_handle() = default;
    explicit owned_handle(Raw *raw) : raw_(raw) {}
    owned_handle(owned_handle &&other) noexcept : raw_(other.take()) {}
    owned_handle &operator=(owned_handle &&other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    owned_handle(const owned_handle &) = delete;
    owned_handle &operator=(const owned_handle &) = delete;
    ~owned_handle() { Free(raw_); }

    Raw *get() const { return raw_; }
    // Somebody else gives it back.
    Raw *take() noexcept { return std::exchange(raw_, nullptr); }

private:
    Raw *raw_ = nullptr;
};

// A struct whose contents are given back when it goes. Move-only; empty after a move.
template <class Raw, palabra_status(PALABRA_CALL *Release)(Raw *)>
class owned_struct {
public:
    owned_struct() = default;
    owned_struct(owned_struct &&other) noexcept { std::swap(raw_, other.raw_); }
    owned_struct &operator=(owned_struct &&other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    owned_struct(const owned_struct &) = delete;
    owned_struct &operator=(const owned_struct &) = delete;
    ~owned_struct() { Release(&raw_); }

    // The struct of palabra.h.
    const Raw &raw() const { return raw_; }
    // To be filled by a call of palabra.h; what was in it is given back.
    Raw *fill() {
        Release(&raw_);
        return &raw_;
    }

private:
    Raw raw_ = PALABRA_STRUCT_INIT(Raw);
};

} // namespace detail
} // namespace palabra

#endif
