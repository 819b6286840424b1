/*
 * Before main() of a program for Windows: its console shows UTF-8, which all texts of the library are, until it ends. The
 * manifest beside this file does the same for arguments, so that a file may have any name.
 */
#include <stdlib.h>
#include <windows.h>

static UINT before;

static void show_as_before(void) {
    SetConsoleOutputCP(before);
}

__attribute__((constructor)) static void show_utf8(void) {
    before = GetConsoleOutputCP();
    if (before != 0 && SetConsoleOutputCP(CP_UTF8))
        atexit(show_as_before);
}
