#include "tests/support/page_count.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uintptr_t first, behind, page_bytes;
static atomic_size_t touched;
static struct sigaction former;

bool page_count_find(const char *path_end)
{
    char line[4096];
    FILE *maps = fopen("/proc/self/maps", "r");
    first = behind = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        line[strcspn(line, "\n")] = '\0';
        size_t size = strlen(line), end = strlen(path_end);
        bool named = size >= end && strcmp(line + size - end, path_end) == 0;
        if (!named || sscanf(line, "%lx-%lx", &from, &to) != 2) continue;
        if (first == 0) first = from;
        behind = to; /* of a mapping in parts, the last one's end */
    }
    if (maps != NULL) fclose(maps);
    page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
    return first != 0;
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    uintptr_t at = (uintptr_t)info->si_addr;
    if (at < first || at >= behind) {
        sigaction(SIGSEGV, &former, NULL); /* not ours: it happens again, and is told as ever */
        return;
    }
    atomic_fetch_add(&touched, 1);
    mprotect((void *)(at & ~(page_bytes - 1)), page_bytes, PROT_READ);
}

void page_count_begin(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, &former);
    atomic_store(&touched, 0);
    if (mprotect((void *)first, behind - first, PROT_NONE) != 0) abort();
}

size_t page_count_end(void)
{
    if (mprotect((void *)first, behind - first, PROT_READ) != 0) abort();
    sigaction(SIGSEGV, &former, NULL);
    return atomic_load(&touched);
}
