// Includes palabra.hpp after the macros of other headers. The standard headers come first: they do not tolerate them.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
#ifdef __cpp_impl_coroutine
#include <coroutine>
#endif

#include "../c/support/macros_of_others.h"

#include <palabra.hpp>

bool opens_behind_macros(palabra::client &client);
bool opens_behind_macros(palabra::client &client) {
    palabra::translation_config config;
    config.source_language = "en";
    config.settings.input.gap.policy = PALABRA_GAP_NONE;
    return client.open(config).has_value();
}
