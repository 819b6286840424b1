/* The version that a program is compiled with is the one that the library tells. */
#include "check.h"

#include <ctype.h>

int main(void)
{
    const char *version = palabra_version_string();

    CHECK_EQ(palabra_api_version(), PALABRA_API_VERSION);
    REQUIRE(version != NULL);
    CHECK(isdigit((unsigned char)version[0]));
    CHECK(strchr(version, '.') != NULL);
    CHECK_EQ((unsigned)atoi(version), palabra_api_version() >> 16);
    CHECK(palabra_version_string() == version);
    return check_result();
}
