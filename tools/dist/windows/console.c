/* Writes to the console what a program with examples-c/windows/utf8.c writes: bytes of UTF-8. */
#include <windows.h>

int main(void) {
    static const char text[] = "Gespr\xc3\xa4" "ch \xd0\xb7\xd0\xb2\xd1\x83\xd0\xba \xe9\x9f\xb3\n";
    DWORD written;

    /* In one piece: stdio of mingw writes byte by byte, which Wine's console does not join. */
    return !WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, sizeof text - 1, &written, NULL);
}
