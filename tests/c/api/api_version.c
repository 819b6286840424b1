/* The header's version equals the version that the library reports; palabra_version_check() refuses other versions. */
#include "check.h"

#define MAJOR PALABRA_VERSION_MAJOR
#define MINOR PALABRA_VERSION_MINOR
#define PATCH PALABRA_VERSION_PATCH

int main(void)
{
    const char *version = palabra_version_string();
    char wanted[32];

    snprintf(wanted, sizeof wanted, "%d.%d.%d", MAJOR, MINOR, PATCH);
    CHECK_TEXT(PALABRA_VERSION_STRING, wanted);
    CHECK_TEXT(version, wanted);
    CHECK(palabra_version_string() == version);
    CHECK_STATUS(palabra_version_check(MAJOR, MINOR, PATCH), PALABRA_OK);
    CHECK_STATUS(palabra_version_check(MAJOR + 1, MINOR, PATCH), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_version_check(MAJOR, MINOR + 1, PATCH), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_version_check(MAJOR, MINOR, PATCH + 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_version_check(-1, -1, -1), PALABRA_ERR_UNSUPPORTED);
    CHECK(palabra_has_feature("decoders") == 0 || palabra_has_feature("decoders") == 1);
    CHECK_EQ(palabra_has_feature("no such feature"), 0);
    CHECK_EQ(palabra_has_feature(NULL), 0);
    return check_result();
}
