/* The library's threads, by their name. */
#ifndef THREADS_H
#define THREADS_H

#include <windows.h>

#include <tlhelp32.h>

/* Not in every Windows that the library runs on. */
typedef HRESULT(WINAPI *get_description)(HANDLE, PWSTR *);

static int is_named(DWORD id) {
    get_description get = (get_description)(void *)GetProcAddress(GetModuleHandleW(L"kernelbase.dll"), "GetThreadDescription");
    HANDLE thread = OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, id);
    PWSTR name = NULL;
    int found = get != NULL && thread != NULL && get(thread, &name) >= 0 && wcsncmp(name, L"palabra", 7) == 0;

    LocalFree(name);
    CloseHandle(thread);
    return found;
}

/* How many threads of this program a debugger shows as the library's. */
static int named_threads(void) {
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 thread = {.dwSize = sizeof thread};
    BOOL more = Thread32First(all, &thread);
    int count = 0;

    for (; more; more = Thread32Next(all, &thread))
        count += thread.th32OwnerProcessID == GetCurrentProcessId() && is_named(thread.th32ThreadID);
    CloseHandle(all);
    return count;
}

#endif
