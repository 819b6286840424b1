// Includes the header in a second translation unit of the program: no symbol may be defined twice.
#include <palabra.hpp>

std::string_view version_of_another_unit();
std::string_view version_of_another_unit() { return palabra::version(); }
