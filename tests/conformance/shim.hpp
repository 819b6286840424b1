// What the two sources of the shim of the C++ binding share.
#ifndef PALABRA_SHIM_HPP
#define PALABRA_SHIM_HPP

#include <palabra.hpp>

#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

constexpr unsigned rate = 24000;
constexpr palabra::milliseconds patience{20000};

// Where results and events are printed.
extern std::ostream *out;

void told(std::string_view what, palabra_status status);
std::uint64_t to_100_ms(std::uint64_t frames);
std::vector<std::int16_t> square_wave(std::istringstream &arguments);
// The path of a recording.
std::string recording();
palabra::client client_of(const std::string &id);
void print(const palabra::event &event);

// Executes a command that begins with `call_`.
void obey_call(const std::string &command, std::istringstream &words);
void close_call();

#endif
