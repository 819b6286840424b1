/* What this process has: threads and descriptors, counted in /proc. -1 where there is no /proc. */
#ifndef PALABRA_TESTS_PROCESS_H
#define PALABRA_TESTS_PROCESS_H

#include <dirent.h>

static inline int process_count(const char *folder)
{
    int count = 0;
    struct dirent *entry;
    DIR *dir = opendir(folder);

    if (dir == NULL)
        return -1;
    while ((entry = readdir(dir)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static inline int process_threads(void)
{
    return process_count("/proc/self/task");
}

/* The directory stream that counts is itself one. */
static inline int process_descriptors(void)
{
    int count = process_count("/proc/self/fd");
    return count < 0 ? count : count - 1;
}

#endif
