/* The page faults of one thread, and, where the kernel lets a program see its own, at which addresses: a page that was there
 * when the thread began to look, and is not, was taken away by the kernel, which moves pages and reads code anew when memory
 * is short. Include it in one source of a program only.
 */
#ifndef PALABRA_TESTS_PAGE_FAULTS_H
#define PALABRA_TESTS_PAGE_FAULTS_H

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- What was there before -------------------------------------------------------------------------------------- */

#define STACK_BYTES 65536 /* what a call needs at most */

static void touch(volatile char *from, volatile const char *to, int writes, long page)
{
    for (; from < to; from += page) {
        char byte = *from;
        if (writes)
            *from = byte;
    }
}

/* Code and variables of the program and of every library: what is left is memory that comes later. */
static int touch_object(struct dl_phdr_info *object, size_t size, void *unused)
{
    long page = sysconf(_SC_PAGESIZE);
    const ElfW(Phdr) *read_only = NULL;
    int i;

    (void)size;
    (void)unused;
    for (i = 0; i < object->dlpi_phnum; i++)
        read_only = object->dlpi_phdr[i].p_type == PT_GNU_RELRO ? &object->dlpi_phdr[i] : read_only;
    for (i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        char *from = (char *)(uintptr_t)(object->dlpi_addr + part->p_vaddr), *to = from + part->p_memsz, *written = from;
        if (part->p_type != PT_LOAD)
            continue;
        if (read_only != NULL && read_only->p_vaddr >= part->p_vaddr && read_only->p_vaddr < part->p_vaddr + part->p_memsz)
            written = (char *)(uintptr_t)(object->dlpi_addr + read_only->p_vaddr + read_only->p_memsz);
        touch(from, to, 0, page);
        if (part->p_flags & PF_W)
            touch(written, to, 1, page);
    }
    return 0;
}

static void touch_stack(void)
{
    volatile char stack[STACK_BYTES];
    touch(stack, stack + sizeof stack, 1, sysconf(_SC_PAGESIZE));
}

/* --- What was there when the thread began to look --------------------------------------------------------------- */

#define MOST_PAGES 262144
#define PAGE_HAS_CONTENT ((uint64_t)3 << 62) /* in /proc/self/pagemap: present, or swapped or on its way to another place */

static uint64_t present_pages[MOST_PAGES]; /* their numbers, ascending */
static size_t present_count;

static void note_mapping(FILE *pagemap, uint64_t first, uint64_t end)
{
    uint64_t number, entry;

    if (fseek(pagemap, (long)(first * sizeof entry), SEEK_SET) != 0)
        return;
    for (number = first; number < end && fread(&entry, sizeof entry, 1, pagemap) == 1; number++)
        if ((entry & PAGE_HAS_CONTENT) != 0 && present_count < MOST_PAGES)
            present_pages[present_count++] = number;
}

static void note_present_pages(void)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    unsigned long long from, to;
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r"), *pagemap = fopen("/proc/self/pagemap", "r");

    while (maps != NULL && pagemap != NULL && fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%llx-%llx", &from, &to) == 2 && from <= LONG_MAX)
            note_mapping(pagemap, from / page, to / page);
    if (maps != NULL)
        fclose(maps);
    if (pagemap != NULL)
        fclose(pagemap);
}

static int compare_pages(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static int was_present(uint64_t address)
{
    uint64_t number = address / (uint64_t)sysconf(_SC_PAGESIZE);
    return bsearch(&number, present_pages, present_count, sizeof number, compare_pages) != NULL;
}

/* --- What the kernel moves -------------------------------------------------------------------------------------- */

/* Pages of all programs that the kernel moved, or tried to, since it runs. While one is moved, whoever uses it has a fault,
 * and none says whether its page was new.
 */
static unsigned long long moved_pages(void)
{
    unsigned long long all = 0, value;
    char line[128];
    FILE *counters = fopen("/proc/vmstat", "r");

    while (counters != NULL && fgets(line, sizeof line, counters) != NULL)
        if (sscanf(line, "pgmigrate_success %llu", &value) == 1 || sscanf(line, "pgmigrate_fail %llu", &value) == 1)
            all += value;
    if (counters != NULL)
        fclose(counters);
    return all;
}

/* --- Where ------------------------------------------------------------------------------------------------------ */

#define SEEN_PAGES 8 /* a power of two */

/* What the kernel writes with PERF_SAMPLE_IP | PERF_SAMPLE_ADDR. */
typedef struct {
    struct perf_event_header header;
    uint64_t code, address;
} seen_fault;

static struct perf_event_mmap_page *seen_faults; /* NULL where the kernel does not let a program look */

/* Of the calling thread, from here on. */
static void faults_look(void)
{
    struct perf_event_attr wanted;
    long page = sysconf(_SC_PAGESIZE), opened;
    void *at;

    memset(&wanted, 0, sizeof wanted);
    wanted.type = PERF_TYPE_SOFTWARE;
    wanted.size = sizeof wanted;
    wanted.config = PERF_COUNT_SW_PAGE_FAULTS;
    wanted.sample_period = 1;
    wanted.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_ADDR;
    wanted.exclude_kernel = 1;
    opened = syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0ul);
    if (opened < 0)
        return;
    at = mmap(NULL, (size_t)page * (SEEN_PAGES + 1), PROT_READ | PROT_WRITE, MAP_SHARED, (int)opened, 0);
    if (at != MAP_FAILED)
        seen_faults = at;
}

/* The line of /proc/self/maps in which an address is. */
static void print_mapping(uint64_t address)
{
    char line[512];
    unsigned long long from, to;
    FILE *maps = fopen("/proc/self/maps", "r");

    while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%llx-%llx", &from, &to) == 2 && from <= address && address < to)
            printf("    %s", line);
    if (maps != NULL)
        fclose(maps);
}

static void print_fault(const seen_fault *fault)
{
    Dl_info where;

    printf("  %s page at %#llx", was_present(fault->address) ? "taken away:" : "new:", (unsigned long long)fault->address);
    if (dladdr((void *)(uintptr_t)fault->code, &where) != 0)
        printf(", by %s + %#llx (%s)", where.dli_fname,
               (unsigned long long)(fault->code - (uintptr_t)where.dli_fbase), where.dli_sname ? where.dli_sname : "?");
    printf("\n");
    print_mapping(fault->address);
}

/* Prints each, and returns how many were of pages that had not been there; of `all`, where the kernel does not let us look. */
static long faults_of_new_pages(long all)
{
    const char *ring;
    uint64_t at, head, size;
    seen_fault fault;
    long found = 0;
    size_t i;

    if (seen_faults == NULL)
        return all;
    ring = (const char *)seen_faults + seen_faults->data_offset;
    size = seen_faults->data_size;
    head = __atomic_load_n(&seen_faults->data_head, __ATOMIC_ACQUIRE);
    for (at = 0; at + sizeof fault <= head; at += fault.header.size) {
        for (i = 0; i < sizeof fault; i++)
            ((char *)&fault)[i] = ring[(at + i) % size];
        if (fault.header.type == PERF_RECORD_SAMPLE) {
            print_fault(&fault);
            found += !was_present(fault.address);
        }
    }
    return found;
}

#endif
