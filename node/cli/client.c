#include "node/cli/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/home.h"
#include "node/keys.h"
#include "node/ports.h"
#include "node/text.h"

#define CONNECT_MS       5000L
#define TOTAL_MS         60000L
#define KEY_RANDOM       16
#define HEADER_ROOM      320
#define ANSWER_BYTES_MAX (8u * 1024 * 1024)

/* --- opening --------------------------------------------------------------------------------- */

static const char *host_to_reach(const char *address)
{
    if (strcmp(address, "0.0.0.0") == 0) return "127.0.0.1";
    if (strcmp(address, "::") == 0) return "::1";
    return address;
}

static enum exit_code find_url(const struct cli *cli, const struct home *home,
                               struct client *client)
{
    const char *given = cli_flag(cli, "url");
    struct ports ports;
    if (given != NULL) {
        if (!text_copy(client->url, sizeof client->url, given))
            return cli_usage(cli, "--url: %d bytes at most", CLIENT_URL_BYTES - 1);
        size_t size = strlen(client->url);
        while (size > 0 && client->url[size - 1] == '/') client->url[--size] = '\0';
        return EXIT_DONE;
    }
    const struct config *config = &home->config;
    unsigned port = (unsigned)config->http_port;
    bool tls = config->http_certificate[0] != '\0';
    /* What runs may have been started with another configuration. */
    if (home->directory[0] != '\0' && ports_read(home->directory, &ports)) {
        port = ports.http;
        tls = strncmp(ports.url, "https://", 8) == 0;
    }
    const char *host = host_to_reach(config->http_address);
    bool six = strchr(host, ':') != NULL;
    snprintf(client->url, sizeof client->url, "%s://%s%.200s%s:%u", tls ? "https" : "http",
             six ? "[" : "", host, six ? "]" : "", port);
    return EXIT_DONE;
}

static enum exit_code find_token(const struct cli *cli, const struct home *home,
                                 struct client *client)
{
    char path[HOME_PATH_BYTES];
    struct config_fault fault;
    const char *file = cli_flag(cli, "token-file");
    /* The directory's token is for its own node: another URL would be told it. */
    bool own = cli_flag(cli, "url") == NULL && home->directory[0] != '\0';
    if (file == NULL && !own) return EXIT_DONE; /* the node may not ask */
    if (file == NULL) home_path(home, "admin.token", path);
    enum error error =
        config_read_secret(file == NULL ? path : file, client->token, sizeof client->token, &fault);
    if (error == OK || (error == ERROR_NOT_FOUND && file == NULL)) return EXIT_DONE;
    cli_say("%s", fault.why);
    return EXIT_FAILED;
}

static void trust(const struct cli *cli, const struct home *home, struct client *client)
{
    const char *file = cli_flag(cli, "ca-file");
    const char *own = home->config.http_certificate;
    if (file != NULL)
        curl_easy_setopt(client->curl, CURLOPT_CAINFO, file);
    else if (cli_flag(cli, "url") == NULL && own[0] != '\0') {
        /* Whoever holds this certificate's key is the node, whatever name it bears: the address
         * that is dialled here is seldom in it. */
        curl_easy_setopt(client->curl, CURLOPT_CAINFO, own);
        curl_easy_setopt(client->curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

/* A mistyped directory would otherwise lead to whatever node has the standard port. */
static enum exit_code check_home(const struct home *home)
{
    if (home->directory[0] == '\0' || access(home->directory, F_OK) == 0) return EXIT_DONE;
    cli_say("%s: there is no such directory; entrepot init makes a node's", home->directory);
    return EXIT_NOT_FOUND;
}

enum exit_code client_open(const struct cli *cli, struct client *client)
{
    static struct home home;
    memset(client, 0, sizeof *client);
    enum exit_code code = home_find(cli, &home);
    if (code == EXIT_DONE) code = check_home(&home);
    if (code == EXIT_DONE) code = find_token(cli, &home, client);
    if (code == EXIT_DONE) code = find_url(cli, &home, client);
    if (code != EXIT_DONE) return code;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return EXIT_FAILED;
    client->curl = curl_easy_init();
    if (client->curl == NULL) return EXIT_FAILED;
    curl_easy_setopt(client->curl, CURLOPT_ERRORBUFFER, client->error);
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(client->curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, TOTAL_MS);
    trust(cli, &home, client);
    return EXIT_DONE;
}

void client_close(struct client *client)
{
    if (client->curl != NULL) curl_easy_cleanup(client->curl);
    memset(client, 0, sizeof *client);
}

/* --- calling --------------------------------------------------------------------------------- */

static size_t take_bytes(char *bytes, size_t one, size_t count, void *world)
{
    struct reply *reply = world;
    size_t size = one * count;
    if (size > ANSWER_BYTES_MAX - reply->size) return 0;
    char *grown = realloc(reply->text, reply->size + size + 1);
    if (grown == NULL) return 0;
    reply->text = grown;
    memcpy(reply->text + reply->size, bytes, size);
    reply->size += size;
    reply->text[reply->size] = '\0';
    return size;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value)
{
    char line[HEADER_ROOM + CLIENT_KEY_BYTES];
    if (value == NULL || value[0] == '\0') return list;
    snprintf(line, sizeof line, "%s: %s", name, value);
    return curl_slist_append(list, line);
}

static struct curl_slist *headers_of(const struct client *client, bool body, const char *key,
                                     const char *if_match)
{
    char bearer[CLIENT_TOKEN_BYTES + 16] = "";
    if (client->token[0] != '\0') snprintf(bearer, sizeof bearer, "Bearer %s", client->token);
    struct curl_slist *list =
        add_header(NULL, "Accept", client->accept != NULL ? client->accept : "application/json");
    list = add_header(list, "Authorization", bearer);
    const char *type = client->type != NULL ? client->type : "application/json";
    list = add_header(list, "Content-Type", body ? type : NULL);
    list = add_header(list, "Idempotency-Key", key);
    /* A node that reads on without being asked would make large bodies wait for a second. */
    if (body) list = curl_slist_append(list, "Expect:");
    return add_header(list, "If-Match", if_match);
}

static void read_header(CURL *curl, const char *name, char *to, size_t size)
{
    struct curl_header *header;
    to[0] = '\0';
    if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
        snprintf(to, size, "%s", header->value);
}

static void finish(struct client *client, struct reply *reply)
{
    struct json_fault fault;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &reply->status);
    read_header(client->curl, "ETag", reply->etag, sizeof reply->etag);
    read_header(client->curl, "Link", reply->link, sizeof reply->link);
    read_header(client->curl, "Location", reply->location, sizeof reply->location);
    if (reply->size > 0) reply->json = json_parse(span_of(reply->text, reply->size), &fault);
}

enum exit_code client_call(struct client *client, const char *method, const char *path,
                           struct span body, const char *key, const char *if_match,
                           struct reply *reply)
{
    char url[CLIENT_URL_BYTES + CLIENT_PATH_BYTES];
    CURL *curl = client->curl;
    memset(reply, 0, sizeof *reply);
    snprintf(url, sizeof url, "%s%s", client->url, path);
    struct curl_slist *headers = headers_of(client, body.at != NULL, key, if_match);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.at);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.size);
    if (body.at == NULL) curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
    client->error[0] = '\0';
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) finish(client, reply);
    curl_slist_free_all(headers);
    if (code == CURLE_OK) return EXIT_DONE;
    cli_say("no answer from %s: %s", client->url,
            client->error[0] != '\0' ? client->error : curl_easy_strerror(code));
    reply_free(reply);
    return EXIT_NO_CONNECTION;
}

void reply_free(struct reply *reply)
{
    json_free(reply->json);
    free(reply->text);
    memset(reply, 0, sizeof *reply);
}

/* --- what an answer says --------------------------------------------------------------------- */

static enum exit_code exit_of_status(long status)
{
    if (status >= 200 && status < 300) return EXIT_DONE;
    if (status == 400) return EXIT_USAGE; /* what was said came from the command line */
    if (status == 401 || status == 403) return EXIT_REFUSED;
    if (status == 404) return EXIT_NOT_FOUND;
    if (status == 409 || status == 412 || status == 422) return EXIT_CONFLICT;
    return EXIT_FAILED;
}

static void say_member(const struct json *problem, const char *name, const char *before)
{
    struct span text = json_text(json_get(problem, name));
    if (text.size > 0) fprintf(stderr, "%s%.*s", before, (int)text.size, (const char *)text.at);
}

static void say_problem(const struct reply *reply)
{
    const struct json *problem = reply->json;
    fprintf(stderr, "entrepot: %ld", reply->status);
    say_member(problem, "title", " ");
    say_member(problem, "detail", ": ");
    say_member(problem, "rule", "; rule: ");
    say_member(problem, "code", "; code: ");
    fputs("\n", stderr);
    const struct json *errors = json_get(problem, "errors");
    for (size_t i = 0; i < json_count(errors); i++) {
        say_member(json_at(errors, i), "pointer", "  at ");
        say_member(json_at(errors, i), "detail", ": ");
        fputs("\n", stderr);
    }
}

enum exit_code reply_check(const struct reply *reply)
{
    enum exit_code code = exit_of_status(reply->status);
    if (code == EXIT_DONE) return code;
    if (json_is_object(reply->json))
        say_problem(reply);
    else
        cli_say("%ld, without a problem report: is this an entrepot node?", reply->status);
    if (reply->status == 401) cli_say("give a token by --token-file, or make one: token create");
    return code;
}

/* --- paths ----------------------------------------------------------------------------------- */

/* plain_too: what else may stand there as it is. */
static void put_escaped(struct query *query, const char *text, const char *plain_too)
{
    size_t used = strlen(query->text);
    for (; *text != '\0' && used + 4 < sizeof query->text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     strchr(plain_too, c) != NULL;
        used += (size_t)snprintf(query->text + used, sizeof query->text - used,
                                 plain ? "%c" : "%%%02X", c);
    }
}

static void put_plain(struct query *query, const char *text)
{
    size_t used = strlen(query->text);
    snprintf(query->text + used, sizeof query->text - used, "%s", text);
}

struct query query_on(const char *path)
{
    struct query query = {.begun = false};
    put_plain(&query, path);
    return query;
}

void query_step(struct query *query, const char *word)
{
    put_plain(query, "/");
    put_escaped(query, word, "-._~*$="); /* an id may end on one of the last four */
}

void query_add(struct query *query, const char *name, const char *value_or_null)
{
    if (value_or_null == NULL) return;
    put_plain(query, query->begun ? "&" : "?");
    put_plain(query, name);
    put_plain(query, "=");
    put_escaped(query, value_or_null, "-._~");
    query->begun = true;
}

enum exit_code client_key(const struct cli *cli, char key[CLIENT_KEY_BYTES])
{
    const char *given = cli_flag(cli, "key");
    uint8_t random[KEY_RANDOM];
    if (given != NULL) {
        size_t size = strlen(given);
        for (const char *c = given; *c != '\0'; c++)
            if (*c <= 0x20 || *c >= 0x7f) size = 0;
        if (size == 0 || !text_copy(key, CLIENT_KEY_BYTES, given))
            return cli_usage(cli, "--key: 1 to %d visible ASCII characters", CLIENT_KEY_BYTES - 1);
        return EXIT_DONE;
    }
    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) snprintf(key + 2 * i, 3, "%02x", random[i]);
    cli_say("key %s", key);
    return EXIT_DONE;
}
