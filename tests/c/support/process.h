/* What this process has: threads, descriptors and memory, as /proc tells. -1 where there is no /proc. */
#ifndef PALABRA_TESTS_PROCESS_H
#define PALABRA_TESTS_PROCESS_H

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

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

/* Memory that is really there. */
static inline long process_rss_kb(void)
{
    long size = 0, resident = -1;
    FILE *statm = fopen("/proc/self/statm", "r");

    if (statm == NULL)
        return -1;
    if (fscanf(statm, "%ld %ld", &size, &resident) != 2)
        resident = -1;
    fclose(statm);
    return resident < 0 ? -1 : resident * (sysconf(_SC_PAGESIZE) / 1024);
}

#endif
