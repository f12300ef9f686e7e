/* Photos and short films of units: sent, listed, and brought back as files. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/file.h"
#include "proto/records_photos.h"

#define FETCH_TRIES 120 /* half a second each */

const struct cli_flag unit_photo_flags[] = {
    {"caption", "TEXT", "what is to be seen, in 150 bytes"},
    {NULL, NULL, NULL},
};

void unit_photo_more(FILE *out)
{
    fputs("\nJPEG, PNG, MP4 or WebM, of 8 MiB at most. A picture is kept without what the camera\n"
          "wrote beside it; of a film nothing is changed. `erase ask UNIT` takes all of a unit's\n"
          "photos away, on every node.\n",
          out);
}

/* The whole file, to be freed; NULL: it was said why not. */
static uint8_t *read_photo(const char *path, size_t *size)
{
    const size_t room = PHOTO_FILE_BYTES_MAX + 1;
    uint8_t *bytes = malloc(room);
    FILE *file = bytes == NULL ? NULL : fopen(path, "rb");
    *size = file == NULL ? 0 : fread(bytes, 1, room, file);
    bool read = file != NULL && ferror(file) == 0;
    if (file != NULL) fclose(file);
    if (!read)
        cli_say("%s: it cannot be read", path);
    else if (*size >= room)
        cli_say("%s: larger than 8 MiB: send it smaller", path);
    if (read && *size < room) return bytes;
    free(bytes);
    return NULL;
}

enum exit_code unit_photo(struct cli *cli)
{
    struct client client;
    struct reply reply;
    char key[CLIENT_KEY_BYTES];
    size_t size;
    struct query query = query_on("/v1/blobs/units");
    query_step(&query, cli->words[0]);
    query_add(&query, "caption", cli_flag(cli, "caption"));
    uint8_t *bytes = read_photo(cli->words[1], &size);
    if (bytes == NULL) return EXIT_USAGE;
    enum exit_code code = client_key(cli, key);
    if (code == EXIT_DONE) code = client_open(cli, &client);
    if (code != EXIT_DONE) {
        free(bytes);
        return code;
    }
    client.type = "application/octet-stream"; /* its first bytes tell what it is */
    code = client_call(&client, "POST", query.text, span_of(bytes, size), key, NULL, &reply);
    if (code == EXIT_DONE) {
        code = reply_check(&reply);
        if (code == EXIT_DONE) act_print(cli, &reply);
        reply_free(&reply);
    }
    client_close(&client);
    free(bytes);
    return code;
}

enum exit_code unit_photos(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"PHOTO", "photo", OUT_TEXT},  {"TAKEN", "at_ms", OUT_TEXT},     {"KIND", "kind", OUT_TEXT},
        {"BYTES", "size", OUT_NUMBER}, {"CAPTION", "caption", OUT_TEXT}, {"BLOB", "blob", OUT_TEXT},
    };
    struct query query = query_on("/v1/units");
    query_step(&query, cli->words[0]);
    query_step(&query, "photos");
    return act_list(cli, query.text, "photos", NULL, columns, 6);
}

/* 202 says that it is on its way from another node. */
static enum exit_code fetch(struct client *client, const char *path, struct reply *reply)
{
    const struct timespec pause = {0, 500 * 1000 * 1000};
    for (unsigned tries = 0;; tries++) {
        enum exit_code code = client_call(client, "GET", path, span_of(NULL, 0), NULL, NULL, reply);
        if (code != EXIT_DONE || reply->status != 202) return code;
        reply_free(reply);
        if (tries == FETCH_TRIES) {
            cli_say("it is still on its way from another node: repeat it");
            return EXIT_NO_CONNECTION;
        }
        nanosleep(&pause, NULL);
    }
}

/* A file that stands there is not replaced. */
enum exit_code file_fetch(struct cli *cli, const char *path, const char *name)
{
    struct client client;
    struct reply reply;
    char why[FILE_WHY_BYTES];
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    client.accept = "*/*";
    code = fetch(&client, path, &reply);
    client_close(&client);
    if (code != EXIT_DONE) return code;
    code = reply_check(&reply);
    if (code == EXIT_DONE) {
        struct span bytes = span_of(reply.text, reply.size);
        enum error error = file_write(name, bytes, 0600, FILE_NEW, why);
        if (error != OK) cli_say("%s", why);
        code = error == OK ? EXIT_DONE : cli_exit_of(error);
    }
    reply_free(&reply);
    return code;
}

enum exit_code photo_save(struct cli *cli)
{
    struct query query = query_on("/v1/blobs");
    query_step(&query, cli->words[0]);
    return file_fetch(cli, query.text, cli->words[1]);
}
