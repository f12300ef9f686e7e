/* What most subcommands do: build a body from flags and post it, show a record, show a list. */
#ifndef NODE_CLI_ACT_H
#define NODE_CLI_ACT_H

#include "node/cli/client.h"
#include "node/cli/out.h"

enum act_type {
    ACT_TEXT,  /* as it was written: texts, ids, words, currencies */
    ACT_NUMBER /* a whole number */
};
struct act_field {
    const char *flag, *member;
    enum act_type type;
    bool needed;
};

/* Puts the members that the flags give. EXIT_USAGE: one that is needed is missing, or no number. */
enum exit_code act_put(const struct cli *cli, const struct act_field *fields, size_t count,
                       struct json_out *body);
/* The JSON object of a file, as the body. EXIT_USAGE: it is none. */
enum exit_code body_of_file(const struct cli *cli, const char *path, struct json_out *body);
/* Posts the body to the path, with the key and the version that the flags give (version: the ETag
 * to use when they give none; NULL), waits for a decision made elsewhere if --wait asks for it, and
 * prints the outcome. Frees the body. */
enum exit_code act_post(const struct cli *cli, struct client *client, const char *path,
                        struct json_out *body, const char *version);
/* The same with a client of its own. code: of what filled the body; nothing is sent unless it is
 * EXIT_DONE, and it is returned. Frees the body whatever comes. */
enum exit_code act_send(const struct cli *cli, enum exit_code code, const char *path,
                        struct json_out *body);
/* The same at a step below the record, under the version that is read there a moment before:
 * whoever moves the record in between makes the call fail, and a person looks again. */
enum exit_code act_send_seen(const struct cli *cli, enum exit_code code, struct query *record,
                             const char *verb, struct json_out *body);
/* The same with a client of its own and a body of nothing but these fields. */
enum exit_code act_simple(const struct cli *cli, const char *path, const struct act_field *fields,
                          size_t count);
/* The same for what happens at a warehouse: that of --warehouse, or of the node that is asked, is
 * put into the body, whose object is still open. */
enum exit_code act_send_at(const struct cli *cli, enum exit_code code, const char *path,
                           struct json_out *body);
/* "/v1/plates", a word of the command line, "move" or NULL: the path of a record, or of a step. */
struct query act_step(const char *path, const char *word, const char *verb);
/* One record. */
enum exit_code act_show(const struct cli *cli, const char *path);
/* One page of a list: the array `word` of the answer. filters: flags that become parameters of the
 * same name, NULL at the end. */
enum exit_code act_list(const struct cli *cli, const char *path, const char *word,
                        const char *const *filters, const struct out_column *columns, size_t count);
/* The same where the filters are put already. */
enum exit_code act_list_of(const struct cli *cli, struct query *query, const char *word,
                           const struct out_column *columns, size_t count);
/* All pages of a list that is a sheet, as one. */
enum exit_code act_sheet(const struct cli *cli, struct query *query);
/* The objects of an answer that has one a line; NULL: a line that is none. */
void act_lines(const struct reply *reply, void (*take)(void *world, const struct json *answer),
               void *world);
/* The path of the page behind this one; false: it was the last. */
bool act_next(const struct reply *reply, struct query *query);

/* Saves the file at the path (photos.c). One of that name that stands there is not replaced. */
enum exit_code file_fetch(struct cli *cli, const char *path, const char *name);
/* A record for the caller's own use: free *reply whatever comes. */
enum exit_code act_get(struct client *client, const char *path, struct reply *reply);
/* A warehouse by its id or its code, or, when the word is NULL, the one of the node that is asked.
 */
enum exit_code act_warehouse(struct client *client, const char *word, char id[ID_TEXT_BYTES]);
void act_print(const struct cli *cli, const struct reply *reply);

#endif
