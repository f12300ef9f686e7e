/*
 * The main of a fuzz target in an ordinary build: feeds it the empty input and then every file of
 * the folders named on the command line, in the order of their names, so that what the fuzzer once
 * found stays found. It fails when a file cannot be read or when a folder holds none.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Each input gets a block of exactly its own size, so that a sanitizer sees one byte too far. */
static bool replay_stream(FILE *file, size_t size)
{
    uint8_t *bytes = malloc(size > 0 ? size : 1);
    if (bytes == NULL) return false;
    bool whole = fread(bytes, 1, size, file) == size;
    if (whole) LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    return whole;
}

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    struct stat about;
    bool whole = fstat(fileno(file), &about) == 0 && replay_stream(file, (size_t)about.st_size);
    fclose(file);
    return whole;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The number of files replayed, or -1 after naming the one that could not be. */
static int replay_folder(const char *folder)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, visible, alphasort);
    int replayed = 0;
    for (int i = 0; i < count; i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (length > 0 && (size_t)length < sizeof path && replay_file(path))
            replayed++;
        else
            fprintf(stderr, "cannot read %s/%s\n", folder, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return replayed == count ? count : -1;
}

int main(int argc, char **argv)
{
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) {
        int replayed = replay_folder(argv[i]);
        printf("%s: %d inputs replayed\n", argv[i], replayed);
        if (replayed <= 0) failed = 1;
    }
    return failed;
}
