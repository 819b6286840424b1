// Who is asked when a session needs credentials.
//
// SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef PALABRA_TOKENS_HPP
#define PALABRA_TOKENS_HPP

#include <palabra.h>

#include <memory>

#include "config.hpp"
#include "event.hpp"
#include "result.hpp"

namespace palabra {
namespace detail {

// Of a client, and of what was opened with it, which may outlive it.
struct token_asker {
    token_source source;
    palabra_client *client;
};

// What was polled, after a request for credentials was answered.
inline std::int32_t answered(const std::shared_ptr<const token_asker> &tokens, const event &polled, std::int32_t status) {
    if (status <= 0 || !tokens || !polled.is(PALABRA_EVENT_CREDENTIALS_NEEDED))
        return status;
    const result<credentials> fresh = tokens->source();
    if (fresh) {
        const palabra_credentials raw = fresh->raw();
        palabra_client_set_credentials(tokens->client, &raw, nullptr);
    }
    return status;
}

} // namespace detail
} // namespace palabra

#endif
