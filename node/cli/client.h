/* The command line as a client of a running node: one connection, JSON both ways.
 *
 * Whom to speak to is told by --url, or found in the node's directory (what it bound), or in its
 * configuration; the token comes from --token-file, or from the directory. TLS is always verified:
 * against --ca-file or the system's authorities, or, when the node is found through its own
 * configuration, against the very certificate that this names. */
#ifndef NODE_CLI_CLIENT_H
#define NODE_CLI_CLIENT_H

#include <curl/curl.h>

#include "node/cli/cli.h"
#include "proto/json.h"

#define CLIENT_URL_BYTES   512
#define CLIENT_PATH_BYTES  2048
#define CLIENT_TOKEN_BYTES 256
#define CLIENT_KEY_BYTES   256

struct client {
    CURL *curl;
    char url[CLIENT_URL_BYTES];
    char token[CLIENT_TOKEN_BYTES];
    const char *type;   /* of bodies; NULL: JSON */
    const char *accept; /* of answers; NULL: JSON */
    char error[CURL_ERROR_SIZE];
};

struct reply {
    long status; /* 0: none came */
    char *text;  /* the body, ended by a NUL */
    size_t size;
    struct json *json; /* NULL: none, or not an object or array */
    char etag[64], location[160], link[1024];
};

enum exit_code client_open(const struct cli *cli, struct client *client);
void client_close(struct client *client);

/* One request. body.at NULL: none. key NULL: none. if_match NULL: none. EXIT_NO_CONNECTION was said
 * when no answer came; any answer, a refusal too, is EXIT_DONE here. Free with reply_free. */
enum exit_code client_call(struct client *client, const char *method, const char *path,
                           struct span body, const char *key, const char *if_match,
                           struct reply *reply);
void reply_free(struct reply *reply);
/* EXIT_DONE for 2xx. Otherwise says what the answer says is wrong, and the code for it. */
enum exit_code reply_check(const struct reply *reply);

/* "/v1/returns?state=approved&limit=5": values are escaped. */
struct query {
    char text[CLIENT_PATH_BYTES];
    bool begun;
};
struct query query_on(const char *path);
void query_add(struct query *query, const char *name, const char *value_or_null);
/* A word of the command line as one step of a path. */
void query_step(struct query *query, const char *word);

/* --key, or a new one, which is told on standard error. */
enum exit_code client_key(const struct cli *cli, char key[CLIENT_KEY_BYTES]);

#endif
