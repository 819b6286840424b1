// For a compiler whose standard is too old: one error, and nothing else.
#include <palabra.hpp>
