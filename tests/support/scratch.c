#include "tests/support/scratch.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool make_below(struct scratch *scratch, const char *parent)
{
    int size = snprintf(scratch->path, sizeof scratch->path, "%s/entrepot-XXXXXX", parent);
    return size > 0 && (size_t)size < sizeof scratch->path && mkdtemp(scratch->path) != NULL;
}

struct scratch scratch_make(void)
{
    struct scratch scratch;
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0') parent = "/tmp";
    if (!make_below(&scratch, parent)) {
        perror("a scratch directory");
        exit(2);
    }
    return scratch;
}

struct scratch scratch_make_in_memory(void)
{
    struct scratch scratch;
    return make_below(&scratch, "/dev/shm") ? scratch : scratch_make();
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void scratch_remove(const struct scratch *scratch)
{
    if (scratch->path[0] != '\0') (void)nftw(scratch->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
