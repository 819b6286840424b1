#include <palabra.h>

int main(void)
{
    return palabra_version_check(PALABRA_VERSION_MAJOR, PALABRA_VERSION_MINOR, PALABRA_VERSION_PATCH) != PALABRA_OK;
}
