// Checks of the tests of palabra.hpp, and their timeout.
#ifndef PALABRA_TEST_CHECK_HPP
#define PALABRA_TEST_CHECK_HPP

#include <palabra.hpp>

#include <cstdio>
#include <cstdlib>

constexpr palabra::milliseconds long_enough{20000};

#define CHECK(what) \
    do { \
        if (!(what)) { \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what); \
            std::exit(1); \
        } \
    } while (0)

#endif
