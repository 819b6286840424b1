// The header in a second unit of the same program: nothing in it may be defined twice.
#include <palabra.hpp>

std::string_view version_of_another_unit();
std::string_view version_of_another_unit() { return palabra::version(); }
