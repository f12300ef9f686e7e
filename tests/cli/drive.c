#include "tests/cli/drive.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct scratch scratch;
struct ran ran;

int drive(const char *const *argv, const char *input)
{
    process_run(&ran, argv, input);
    return ran.code;
}

void pause_ms(long ms)
{
    const struct timespec step = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&step, NULL);
}

void drive_until(int code, const char *const *argv)
{
    for (long waited = 0; drive(argv, NULL) != code; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("%s %s: exit %d: %s", argv[1], argv[2], ran.code, ran.err);
        pause_ms(STEP_MS);
    }
}

const char *in_scratch(const char *name)
{
    static char paths[8][SCRATCH_PATH_MAX + 64];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch.path, name);
    return path;
}

void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

void assert_done(int code)
{
    if (code != 0) fail_msg("exit %d: %s", code, ran.err);
}

void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("'%.600s' does not hold '%s'", text, part);
}

void take(const char *name, char to[TAKE_BYTES])
{
    char mark[64];
    snprintf(mark, sizeof mark, "\"%s\":\"", name);
    const char *at = strstr(ran.out, mark);
    if (at == NULL) {
        fail_msg("no %s in %.400s", name, ran.out);
        return;
    }
    at += strlen(mark);
    snprintf(to, TAKE_BYTES, "%.*s", (int)strcspn(at, "\""), at);
}

pid_t start_node(const char *dir)
{
    return start_node_at(dir, "tcp://127.0.0.1:*");
}

pid_t start_node_at(const char *dir, const char *bind)
{
    char ports[SCRATCH_PATH_MAX + 32], log[SCRATCH_PATH_MAX + 32], wish[256];
    const char *const argv[] = {ENTREPOT_PROGRAM, "node",  "--dir", dir, "--set",
                                "http.port=0",    "--set", wish,    NULL};
    snprintf(wish, sizeof wish, "mesh.bind=%s", bind);
    snprintf(ports, sizeof ports, "%s/run/ports", dir);
    snprintf(log, sizeof log, "%s/log", dir);
    unlink(ports);
    pid_t pid = process_start(argv, log);
    for (long waited = 0; access(ports, F_OK) != 0; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("the node in %s does not come up", dir);
        pause_ms(STEP_MS);
    }
    return pid;
}

int stop_node(pid_t *pid, int signal)
{
    int code = *pid > 0 ? process_end(*pid, signal) : -1;
    *pid = 0;
    return code;
}

void read_port(const char *dir, const char *key, char to[256])
{
    char path[SCRATCH_PATH_MAX + 32], line[256];
    size_t size = strlen(key);
    to[0] = '\0';
    snprintf(path, sizeof path, "%s/run/ports", dir);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, size) == 0 && line[size] == '=')
            snprintf(to, 256, "%.*s", (int)strcspn(line + size + 1, "\n"), line + size + 1);
    fclose(file);
    assert_true(to[0] != '\0');
}

pid_t open_cups(const char *dir, char merchant[TAKE_BYTES])
{
    char node[TAKE_BYTES];
    assert_done(
        ENTREPOT("init", "--found", "--dir", dir, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    pid_t pid = start_node(dir);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "8000", "--dir", dir, "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", dir));
    return pid;
}

pid_t join_cups(const char *dir, const char *first)
{
    static char card[4096];
    const char *const admit[] = {ENTREPOT_PROGRAM, "membership", "admit", "-",
                                 "--dir",          first,        NULL};
    assert_done(ENTREPOT("membership", "card", "--dir", first));
    write_text(in_scratch("first.card"), ran.out);
    assert_done(ENTREPOT("membership", "admit", in_scratch("first.card"), "--dir", first));
    assert_done(ENTREPOT("init", "--join", in_scratch("first.card"), "--dir", dir, "--name",
                         "Los Angeles", "--warehouse", "LAX"));
    pid_t pid = start_node(dir);
    assert_done(ENTREPOT("membership", "card", "--dir", dir));
    snprintf(card, sizeof card, "%.4000s", ran.out);
    assert_done(drive(admit, card));
    return pid;
}

void import_cups(const char *dir, const char *merchant)
{
    char line[1024], sold[40];
    time_t now = time(NULL);
    struct tm utc;
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", dir, NULL};
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    snprintf(line, sizeof line,
             "{\"merchant\":\"%s\",\"reference\":\"A\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
             "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":4,\"price_minor\":1990}],\"payments\":"
             "[{\"provider\":\"stripe\",\"reference\":\"pi_A\",\"captured_minor\":7960}]}\n",
             merchant, sold);
    assert_done(drive(argv, line));
}
