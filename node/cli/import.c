/* order import: a file of orders, a JSON object a line, sent in pieces; the answers come back line
 * by line, numbered as in the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/client.h"
#include "node/cli/out.h"
#include "node/cli/subcommands.h"

#define LINE_BYTES_MAX  (64u * 1024)
#define PIECE_LINES_MAX 1000u
#define PIECE_BYTES_MAX (1024u * 1024)

void order_import_more(FILE *out)
{
    fputs("\nA line: {\"merchant\":ID,\"reference\":\"#1001\",\"currency\":\"EUR\",\n"
          "\"sold_ms\":\"2026-11-02T10:00:00Z\",\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":2,\n"
          "\"price_minor\":1990}],\"payments\":[{\"provider\":\"stripe\",\"reference\":\"pi_1\",\n"
          "\"captured_minor\":3980}]}\n"
          "The file is sent in pieces under one key: the same file with the same --key after a\n"
          "break is answered with what stands already, and the rest of it is done.\n",
          out);
}

struct import {
    const struct cli *cli;
    struct client client;
    FILE *file;
    char key[CLIENT_KEY_BYTES];
    char piece[PIECE_BYTES_MAX + LINE_BYTES_MAX];
    size_t used;
    char *line; /* getline's */
    size_t line_room;
    unsigned lines, pieces;
    uint64_t lines_before; /* of the pieces sent so far */
    uint64_t done, requested, refused;
    bool too_long, unreadable;
};

/* Some editors begin every file with this mark. */
static size_t mark_size(const struct import *import, size_t size)
{
    static const char mark[] = "\xef\xbb\xbf";
    bool first = import->lines_before == 0 && import->lines == 0;
    return first && size >= 3 && memcmp(import->line, mark, 3) == 0 ? 3 : 0;
}

/* Fills the next piece; false at the end of the file. A file cut otherwise would get other keys, so
 * the pieces follow from the file alone. */
static bool fill(struct import *import)
{
    import->used = 0;
    import->lines = 0;
    while (!import->too_long && import->lines < PIECE_LINES_MAX && import->used < PIECE_BYTES_MAX) {
        ssize_t size = getline(&import->line, &import->line_room, import->file);
        import->unreadable = size < 0 && ferror(import->file) != 0;
        if (size < 0) break;
        import->too_long = (size_t)size > LINE_BYTES_MAX;
        if (import->too_long) break;
        size_t skip = mark_size(import, (size_t)size);
        memcpy(import->piece + import->used, import->line + skip, (size_t)size - skip);
        import->used += (size_t)size - skip;
        import->lines++;
    }
    return import->lines > 0 && !import->unreadable;
}

/* One answer, with its line as in the file. */
static void print_line(struct import *import, const struct json *answer, int64_t line)
{
    struct json_out out = {0};
    int64_t number = 0;
    json_open(&out, NULL, '{');
    for (const char *key = json_next_key(answer, NULL); key != NULL;
         key = json_next_key(answer, key)) {
        const struct json *value = json_get(answer, key);
        if (strcmp(key, "line") == 0)
            json_put_int(&out, key, line);
        else if (json_is_text(value))
            json_put_text(&out, key, json_text(value));
        else if (json_int(value, &number))
            json_put_int(&out, key, number);
    }
    json_close(&out, '}');
    if (cli_has(import->cli, "json")) printf("%.*s\n", (int)out.used, out.at);
    json_out_free(&out);
}

static void print_plain(const struct json *answer, int64_t line)
{
    static const char *const members[] = {"state", "id", "code", "pointer", "rule", "detail"};
    char text[240];
    printf("%lld", (long long)line);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        out_value(json_get(answer, members[i]), text, sizeof text);
        if (text[0] != '\0') printf("  %s", text);
    }
    puts("");
}

static void take_answer(struct import *import, struct span text)
{
    struct json_fault fault;
    int64_t line = 0;
    struct json *answer = json_parse(text, &fault);
    if (json_int(json_get(answer, "line"), &line)) { /* the last one is the sum */
        struct span state = json_text(json_get(answer, "state"));
        bool done =
            span_equal(state, span_text("done")) || span_equal(state, span_text("observed"));
        bool asked = span_equal(state, span_text("requested"));
        import->done += done ? 1 : 0;
        import->requested += asked ? 1 : 0;
        import->refused += done || asked ? 0 : 1;
        line += (int64_t)import->lines_before;
        print_line(import, answer, line);
        if (!cli_has(import->cli, "json")) print_plain(answer, line);
    }
    json_free(answer);
}

static void take_answers(struct import *import, const struct reply *reply)
{
    struct span left = span_of(reply->text, reply->size);
    while (left.size > 0) {
        const uint8_t *end = memchr(left.at, '\n', left.size);
        size_t size = end == NULL ? left.size : (size_t)(end - left.at);
        if (size > 0) take_answer(import, span_of(left.at, size));
        size_t step = end == NULL ? size : size + 1;
        left = span_of(left.at + step, left.size - step);
    }
}

static enum exit_code send_piece(struct import *import)
{
    char key[CLIENT_KEY_BYTES + 24];
    struct reply reply = {0};
    snprintf(key, sizeof key, "%s.%u", import->key, import->pieces++);
    import->client.type = "application/x-ndjson";
    enum exit_code code = client_call(&import->client, "POST", "/v1/bulk/orders",
                                      span_of(import->piece, import->used), key, NULL, &reply);
    if (code == EXIT_DONE) code = reply_check(&reply);
    if (code == EXIT_DONE) take_answers(import, &reply);
    import->lines_before += import->lines;
    reply_free(&reply);
    return code;
}

static enum exit_code sum_up(const struct import *import, enum exit_code code)
{
    cli_say("%llu done, %llu asked of another node, %llu refused", (unsigned long long)import->done,
            (unsigned long long)import->requested, (unsigned long long)import->refused);
    if (import->too_long) {
        cli_say("line %llu is longer than %u bytes: nothing from there on was sent",
                (unsigned long long)import->lines_before + 1, LINE_BYTES_MAX);
        code = EXIT_FAILED;
    }
    if (import->unreadable) {
        cli_say("%s: could not be read to its end; what was sent is sent", import->cli->words[0]);
        code = EXIT_FAILED;
    }
    bool some = import->done + import->requested > 0;
    if (code == EXIT_DONE && import->refused == 0) return EXIT_DONE;
    if (some) return EXIT_PARTLY;
    return code == EXIT_DONE ? EXIT_CONFLICT : code;
}

enum exit_code order_import(struct cli *cli)
{
    static struct import import;
    const char *path = cli->words[0];
    bool standard = strcmp(path, "-") == 0;
    import.cli = cli;
    import.file = standard ? stdin : fopen(path, "re");
    if (import.file == NULL) {
        cli_say("%s: cannot be read", path);
        return EXIT_NOT_FOUND;
    }
    enum exit_code code = client_open(cli, &import.client);
    if (code == EXIT_DONE) {
        code = client_key(cli, import.key);
        while (code == EXIT_DONE && fill(&import)) code = send_piece(&import);
        if (code != EXIT_USAGE) code = sum_up(&import, code);
        client_close(&import.client);
    }
    free(import.line);
    if (!standard) fclose(import.file);
    return code;
}
