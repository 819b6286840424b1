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
// As `told`, with the option of the build that the error asks for.
void told_refusal(std::string_view what, const palabra::error &error);
palabra_echo echo_of(std::string_view word);
// The bit of a flag of this name, in legs and translations; 0: there is none.
std::uint32_t cleaning_of(std::string_view word);
std::uint64_t to_100_ms(std::uint64_t frames);
// Frames of a tone, and of silence.
std::vector<std::int16_t> square_wave(std::istringstream &arguments);
// The same of what is taken for speech.
std::vector<std::int16_t> sung_wave(std::istringstream &arguments);
// The path of a recording.
std::string recording();
palabra::client client_of(const std::string &id);
void print(const palabra::event &event);

// Executes a command that begins with `call_`.
void obey_call(const std::string &command, std::istringstream &words);
void close_call();

#endif
