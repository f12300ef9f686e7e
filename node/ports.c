#include "node/ports.h"

#include <stdio.h>
#include <unistd.h>

#include "node/file.h"

#define PATH_BYTES 4096

static void ports_path(const char *directory, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/run/ports", directory);
}

enum error ports_write(const char *directory, const struct ports *ports)
{
    char path[PATH_BYTES], text[1024], why[FILE_WHY_BYTES];
    snprintf(path, sizeof path, "%s/run", directory);
    enum error error = file_make_folder(path, why);
    if (error != OK) return error;
    ports_path(directory, path);
    int size = snprintf(text, sizeof text, "http=%u\nmesh=%u\nurl=%s\nendpoint=%s\npid=%ld\n",
                        ports->http, ports->mesh, ports->url, ports->endpoint, ports->pid);
    return file_write(path, span_of(text, (size_t)size), 0644, FILE_REPLACE, why);
}

bool ports_read(const char *directory, struct ports *ports)
{
    char path[PATH_BYTES], text[1024], why[FILE_WHY_BYTES];
    uint64_t http = 0, mesh = 0, pid = 0;
    ports_path(directory, path);
    if (file_read(path, text, sizeof text, why) != OK) return false;
    bool whole = file_number(text, "http", &http) && file_number(text, "mesh", &mesh) &&
                 file_line(text, "url", ports->url, sizeof ports->url) &&
                 file_line(text, "endpoint", ports->endpoint, sizeof ports->endpoint) &&
                 file_number(text, "pid", &pid) && http <= 65535 && mesh <= 65535;
    ports->http = (unsigned)http;
    ports->mesh = (unsigned)mesh;
    ports->pid = (long)pid;
    return whole;
}

void ports_remove(const char *directory)
{
    char path[PATH_BYTES];
    ports_path(directory, path);
    (void)unlink(path);
}
