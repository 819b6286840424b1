#include <palabra.h>

int main(void)
{
    return palabra_api_version() == 0;
}
