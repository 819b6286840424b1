/* Threads, descriptors and memory of this process, from /proc. -1 without /proc. */
#ifndef PALABRA_TESTS_PROCESS_H
#define PALABRA_TESTS_PROCESS_H

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
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

/* The directory stream used for counting is one itself. */
static inline int process_descriptors(void)
{
    int count = process_count("/proc/self/fd");
    return count < 0 ? count : count - 1;
}

/* The scheduler state of a thread: 'S' while it waits, 'R' while it runs or is runnable; 0 if unknown. */
static inline char process_thread_state(long thread)
{
    char path[64], line[256] = "", *after_name;
    FILE *stat;

    snprintf(path, sizeof path, "/proc/self/task/%ld/stat", thread);
    stat = fopen(path, "r");
    if (stat == NULL)
        return 0;
    if (fgets(line, sizeof line, stat) == NULL)
        line[0] = '\0';
    fclose(stat);
    after_name = strrchr(line, ')');
    return after_name != NULL && after_name[1] == ' ' ? after_name[2] : 0;
}

/* Returns when the thread waits. */
static inline void process_await_waiting(long thread)
{
    while (process_thread_state(thread) == 'R')
        sched_yield();
}

/* Resident memory. */
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
