/* stock import and stock compare: a list of the site, row by row, becomes the balances that a
 * warehouse opens with, or is held against those that the node knows. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/sheet/stock_csv.h"
#include "overseas-warehouse/view_rows.h"

#define LINES_MAX   10000u
#define PIECE_LINES 1000u /* sent at once */
#define OPENING     "opening"

/* --- the file --------------------------------------------------------------------------------- */

struct list {
    const struct cli *cli;
    FILE *file;
    struct stock_csv reader;
    struct stock_line *lines; /* LINES_MAX */
    size_t count;
    unsigned faults;
    bool too_long;
};

static void print_plain(const struct json *answer)
{
    static const char *const members[] = {"line", "state", "sku",    "bin",   "id",
                                          "code", "rule",  "column", "detail"};
    char text[480];
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        out_value(json_get(answer, members[i]), text, sizeof text);
        if (text[0] != '\0') printf("%s%s", i == 0 ? "" : "  ", text);
    }
    puts("");
}

/* Prints the object and lets it go. */
static void print(const struct cli *cli, struct json_out *out)
{
    struct json_fault fault;
    if (cli_has(cli, "json"))
        printf("%.*s\n", (int)out->used, out->at);
    else {
        struct json *answer = json_parse(span_of(out->at, out->used), &fault);
        print_plain(answer);
        json_free(answer);
    }
    json_out_free(out);
}

static void begin_refusal(struct json_out *out, uint64_t line, const char *code)
{
    json_open(out, NULL, '{');
    json_put_uint(out, "line", line);
    json_put_text(out, "state", span_text("refused"));
    json_put_text(out, "code", span_text(code));
}

static void tell_fault(void *world, const struct order_csv_fault *fault)
{
    struct list *list = world;
    struct json_out out = {0};
    begin_refusal(&out, fault->line, error_name(fault->error));
    if (fault->column[0] != '\0') json_put_text(&out, "column", span_text(fault->column));
    json_put_text(&out, "detail", span_text(fault->detail));
    json_close(&out, '}');
    list->faults++;
    print(list->cli, &out);
}

static enum exit_code open_list(const struct cli *cli, struct list *list)
{
    struct id merchant;
    const char *path = cli->words[0], *of = cli_flag(cli, "merchant");
    *list = (struct list){.cli = cli};
    if (of != NULL && id_parse(span_text(of), &merchant) != OK)
        return cli_usage(cli, "--merchant: %s", error_text(ERROR_BAD_ID));
    list->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (list->file == NULL) {
        cli_say("%s: cannot be read", path);
        return EXIT_NOT_FOUND;
    }
    list->lines = calloc(LINES_MAX, sizeof *list->lines);
    (void)stock_csv_begin(&list->reader, list->file, of != NULL ? &merchant : NULL, tell_fault,
                          list);
    return list->lines != NULL ? EXIT_DONE : EXIT_FAILED;
}

static void close_list(struct list *list)
{
    free(list->lines);
    if (list->file != NULL && list->file != stdin) fclose(list->file);
}

static enum exit_code read_list(struct list *list)
{
    struct stock_line line;
    while (stock_csv_next(&list->reader, &line)) {
        if (list->count == LINES_MAX)
            return cli_usage(list->cli, "more than %u rows: cut the file in two", LINES_MAX);
        list->lines[list->count++] = line;
    }
    if (ferror(list->file) == 0) return EXIT_DONE;
    cli_say("%s: could not be read to its end; nothing was done", list->cli->words[0]);
    return EXIT_FAILED;
}

/* --- importing -------------------------------------------------------------------------------- */

const struct cli_flag stock_import_flags[] = {
    {"merchant", "MERCHANT", "whose all rows are, of a file without that column"},
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {"reference", "TEXT", "of rows without one; without it, opening"},
    {NULL, NULL, NULL},
};

void stock_import_more(FILE *out)
{
    fputs(
        "\nThe first line names the columns: sku and pieces, and, where they are wanted,\n"
        "merchant, account (without it sellable), bin, grade and reference.\n"
        "sku,bin,grade,pieces\n"
        "BOOT-42,A-3,like_new,10\n"
        "\nA row is posted once: the same reference into the same place again is left unchanged,\n"
        "and with other pieces refused, until the posting is voided. Each row is told with its\n"
        "line; what cannot be read also with its column and how to mend it.\n",
        out);
}

struct import {
    const struct cli *cli;
    struct client client;
    char key[CLIENT_KEY_BYTES], warehouse[ID_TEXT_BYTES];
    const struct stock_line **sent; /* of the piece */
    size_t count;
    FILE *body;
    unsigned pieces, done, unchanged, refused;
};

static const char *reference_of(const struct import *import, const struct stock_line *line)
{
    const char *reference = cli_flag(import->cli, "reference");
    if (line->reference[0] != '\0') return line->reference;
    return reference != NULL ? reference : OPENING;
}

static uint64_t account_of(const struct stock_line *line)
{
    return line->account != 0 ? line->account : STOCK_SELLABLE;
}

static bool is_same_place(const struct import *import, const struct stock_line *a,
                          const struct stock_line *b)
{
    uint8_t one[SKU_BYTES_MAX], other[SKU_BYTES_MAX];
    return account_of(a) == account_of(b) && a->grade == b->grade &&
           id_equal(&a->merchant, &b->merchant) && strcmp(a->bin, b->bin) == 0 &&
           span_equal(sku_form(span_text(a->sku), one), sku_form(span_text(b->sku), other)) &&
           strcmp(reference_of(import, a), reference_of(import, b)) == 0;
}

/* The node would take the second of two for the first come again. */
static bool is_repeated(struct import *import, const struct list *list, size_t at)
{
    struct json_out out = {0};
    size_t i = 0;
    while (i < at && !is_same_place(import, &list->lines[i], &list->lines[at])) i++;
    if (i == at) return false;
    char detail[120];
    snprintf(detail, sizeof detail, "the same place as line %" PRIu64 ": make one row of the two",
             list->lines[i].line);
    begin_refusal(&out, list->lines[at].line, error_name(ERROR_MALFORMED));
    json_put_text(&out, "detail", span_text(detail));
    json_close(&out, '}');
    import->refused++;
    print(import->cli, &out);
    return true;
}

static void put_line(struct import *import, const struct stock_line *line)
{
    struct json_out one = {0};
    char merchant[ID_TEXT_BYTES];
    id_print(&line->merchant, merchant);
    json_open(&one, NULL, '{');
    json_put_text(&one, "warehouse", span_text(import->warehouse));
    json_put_text(&one, "merchant", span_text(merchant));
    json_put_text(&one, "sku", span_text(line->sku));
    json_put_text(&one, "act", span_text("import"));
    json_put_text(&one, "from", span_text("opening"));
    json_put_text(&one, "to", span_text(word_of(&stock_account_words, account_of(line))));
    if (line->bin[0] != '\0') json_put_text(&one, "to_bin", span_text(line->bin));
    if (line->grade != 0)
        json_put_text(&one, "grade", span_text(word_of(&grade_words, line->grade)));
    json_put_uint(&one, "pieces", line->pieces);
    json_put_text(&one, "reference", span_text(reference_of(import, line)));
    json_close(&one, '}');
    fprintf(import->body, "%.*s\n", (int)one.used, one.at);
    json_out_free(&one);
    import->sent[import->count++] = line;
}

/* The node's answer to a row, with the row's line. */
static void tell_answer(void *world, const struct json *answer)
{
    struct import *import = world;
    static const char *const members[] = {"state", "id", "code", "rule", "pointer", "detail"};
    struct json_out out = {0};
    int64_t number = 0;
    bool numbered = json_int(json_get(answer, "line"), &number); /* the last one is the sum */
    if (!numbered || number < 1 || (size_t)number > import->count) return;
    const struct stock_line *line = import->sent[number - 1];
    struct span state = json_text(json_get(answer, "state"));
    bool done = span_equal(state, span_text("done"));
    bool same = json_get(answer, "duplicate") != NULL || json_get(answer, "replay") != NULL;
    json_open(&out, NULL, '{');
    json_put_uint(&out, "line", line->line);
    json_put_text(&out, "sku", span_text(line->sku));
    if (line->bin[0] != '\0') json_put_text(&out, "bin", span_text(line->bin));
    if (done && same) json_put_text(&out, "state", span_text("unchanged"));
    for (size_t i = done && same ? 1 : 0; i < sizeof members / sizeof members[0]; i++) {
        struct span text = json_text(json_get(answer, members[i]));
        if (text.size > 0) json_put_text(&out, members[i], text);
    }
    json_close(&out, '}');
    import->done += done && !same ? 1 : 0;
    import->unchanged += done && same ? 1 : 0;
    import->refused += done ? 0 : 1;
    print(import->cli, &out);
}

static enum exit_code post_body(struct import *import, struct span body)
{
    char key[CLIENT_KEY_BYTES + 24];
    struct reply reply = {0};
    snprintf(key, sizeof key, "%s.%u", import->key, import->pieces++);
    import->client.type = "application/x-ndjson";
    enum exit_code code =
        client_call(&import->client, "POST", "/v1/imports/stock", body, key, NULL, &reply);
    if (code == EXIT_DONE) code = reply_check(&reply);
    if (code == EXIT_DONE) act_lines(&reply, tell_answer, import);
    reply_free(&reply);
    return code;
}

static enum exit_code send_piece(struct import *import, const struct list *list, size_t from,
                                 size_t to)
{
    char *text = NULL;
    size_t size = 0;
    enum exit_code code = EXIT_DONE;
    import->count = 0;
    import->body = open_memstream(&text, &size);
    if (import->body == NULL) return EXIT_FAILED;
    for (size_t i = from; i < to; i++)
        if (list->lines[i].pieces > 0 && !is_repeated(import, list, i))
            put_line(import, &list->lines[i]);
    if (fclose(import->body) != 0) code = EXIT_FAILED;
    if (code == EXIT_DONE && import->count > 0) code = post_body(import, span_of(text, size));
    free(text);
    return code;
}

static enum exit_code sum_up(const struct import *import, const struct list *list,
                             enum exit_code code)
{
    unsigned refused = import->refused + list->faults;
    cli_say("%u posted, %u unchanged, %u refused", import->done, import->unchanged, refused);
    if (code != EXIT_DONE || refused == 0) return code;
    return import->done + import->unchanged > 0 ? EXIT_PARTLY : EXIT_CONFLICT;
}

static enum exit_code import_list(struct import *import, struct list *list)
{
    enum exit_code code = client_open(import->cli, &import->client);
    if (code != EXIT_DONE) return code;
    code = act_warehouse(&import->client, cli_flag(import->cli, "warehouse"), import->warehouse);
    if (code == EXIT_DONE) code = client_key(import->cli, import->key);
    if (code == EXIT_DONE) code = read_list(list);
    for (size_t from = 0; code == EXIT_DONE && from < list->count; from += PIECE_LINES) {
        size_t to = from + PIECE_LINES < list->count ? from + PIECE_LINES : list->count;
        code = send_piece(import, list, from, to);
    }
    client_close(&import->client);
    return sum_up(import, list, code);
}

enum exit_code stock_import(struct cli *cli)
{
    const struct stock_line *sent[PIECE_LINES];
    struct import import = {.cli = cli, .sent = sent};
    static struct list list;
    enum exit_code code = open_list(cli, &list);
    if (code == EXIT_DONE) code = import_list(&import, &list);
    close_list(&list);
    return code;
}

/* --- comparing -------------------------------------------------------------------------------- */

const struct cli_flag stock_compare_flags[] = {
    {"merchant", "MERCHANT", "whose all rows are, of a file without that column"},
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {"account", "ACCOUNT", "hold the rows against this one; without it, all that lies there"},
    {NULL, NULL, NULL},
};

void stock_compare_more(FILE *out)
{
    fputs(
        "\nThe file has the columns of stock import. Rows are held against what lies in the\n"
        "warehouse, summed over what the file does not name: without a column bin over all bins,\n"
        "without account over sellable, unsellable, quarantine and reserved. What the file leaves\n"
        "out is none there. Nothing is changed. The stock of another node's warehouse is a copy:\n"
        "as_of_ms says when that node was heard last.\n"
        "It ends with 0 when nothing differs, with 8 when something does, and with 2 when a row\n"
        "cannot be read: then nothing was compared.\n",
        out);
}

/* What one of the two says of a place. */
struct claim {
    struct id merchant;
    uint8_t sku[SKU_BYTES_MAX];
    size_t sku_size;
    char bin[BIN_BYTES_MAX + 1];
    uint64_t account, grade;
    int64_t ours, theirs;
};

struct compare {
    const struct cli *cli;
    struct list list;
    struct client client;
    char warehouse[ID_TEXT_BYTES];
    uint64_t account; /* 0: all pools */
    struct claim *claims;
    size_t count, room;
    unsigned differ;
    struct json_out out;
};

static int by_place(const void *a, const void *b)
{
    const struct claim *one = a, *other = b;
    int way = memcmp(&one->merchant, &other->merchant, sizeof one->merchant);
    if (way == 0) way = memcmp(one->sku, other->sku, sizeof one->sku);
    if (way == 0) way = strcmp(one->bin, other->bin);
    if (way == 0 && one->account != other->account) way = one->account < other->account ? -1 : 1;
    if (way == 0 && one->grade != other->grade) way = one->grade < other->grade ? -1 : 1;
    return way;
}

/* Only as far as the file tells places apart. */
static bool add_claim(struct compare *compare, struct claim claim, struct span sku)
{
    const struct stock_csv *file = &compare->list.reader;
    if (compare->count == compare->room) {
        compare->room = 2 * compare->room + 1024;
        void *more = realloc(compare->claims, compare->room * sizeof *compare->claims);
        if (more == NULL) return false;
        compare->claims = more;
    }
    struct span form = sku_form(sku, claim.sku);
    if (form.size > 0 && form.at != claim.sku) memmove(claim.sku, form.at, form.size);
    claim.sku_size = form.size;
    memset(claim.sku + form.size, 0, sizeof claim.sku - form.size);
    if (!stock_csv_has(file, STOCK_COLUMN_BIN)) claim.bin[0] = '\0';
    if (!stock_csv_has(file, STOCK_COLUMN_GRADE)) claim.grade = 0;
    if (!stock_csv_has(file, STOCK_COLUMN_ACCOUNT)) claim.account = 0;
    compare->claims[compare->count++] = claim;
    return true;
}

static enum exit_code add_theirs(struct compare *compare)
{
    for (size_t i = 0; i < compare->list.count; i++) {
        const struct stock_line *line = &compare->list.lines[i];
        struct claim claim = {.merchant = line->merchant,
                              .account = account_of(line),
                              .grade = line->grade,
                              .theirs = (int64_t)line->pieces};
        memcpy(claim.bin, line->bin, sizeof claim.bin);
        if (!add_claim(compare, claim, span_text(line->sku))) return EXIT_FAILED;
    }
    return EXIT_DONE;
}

static bool is_named(const struct compare *compare, const struct id *merchant)
{
    for (size_t i = 0; i < compare->list.count; i++)
        if (id_equal(&compare->list.lines[i].merchant, merchant)) return true;
    return false;
}

static uint64_t word_in(const struct json *row, const char *member, const struct words *words)
{
    int64_t number = word_number(words, json_text(json_get(row, member)));
    return number > 0 ? (uint64_t)number : 0;
}

static bool add_ours(struct compare *compare, const struct json *row)
{
    struct claim claim = {.account = word_in(row, "account", &stock_account_words),
                          .grade = word_in(row, "grade", &grade_words)};
    struct span bin = json_text(json_get(row, "bin"));
    bool wanted = compare->account != 0
                      ? claim.account == compare->account
                      : claim.account >= STOCK_SELLABLE && claim.account <= STOCK_RESERVED;
    if (!wanted || bin.size >= sizeof claim.bin) return true;
    if (id_parse(json_text(json_get(row, "merchant")), &claim.merchant) != OK) return true;
    if (!is_named(compare, &claim.merchant)) return true;
    if (!json_int(json_get(row, "pieces"), &claim.ours)) return true;
    if (bin.size > 0) memcpy(claim.bin, bin.at, bin.size);
    return add_claim(compare, claim, json_text(json_get(row, "sku")));
}

static enum exit_code fetch_ours(struct compare *compare)
{
    struct query query = query_on("/v1/stock");
    enum exit_code code = EXIT_DONE;
    query_add(&query, "warehouse", compare->warehouse);
    query_add(&query, "merchant", cli_flag(compare->cli, "merchant"));
    query_add(&query, "limit", "200");
    for (bool more = true; more && code == EXIT_DONE;) {
        struct reply reply = {0};
        code = act_get(&compare->client, query.text, &reply);
        const struct json *rows = json_get(reply.json, "stock");
        for (size_t i = 0; code == EXIT_DONE && i < json_count(rows); i++)
            if (!add_ours(compare, json_at(rows, i))) code = EXIT_FAILED;
        more = act_next(&reply, &query);
        reply_free(&reply);
    }
    return code;
}

/* Places of which both speak become one. */
static void join(struct compare *compare)
{
    size_t kept = 0;
    qsort(compare->claims, compare->count, sizeof *compare->claims, by_place);
    for (size_t i = 0; i < compare->count; i++) {
        struct claim *last = kept > 0 ? &compare->claims[kept - 1] : NULL;
        if (last != NULL && by_place(last, &compare->claims[i]) == 0) {
            last->ours += compare->claims[i].ours;
            last->theirs += compare->claims[i].theirs;
        } else
            compare->claims[kept++] = compare->claims[i];
    }
    compare->count = kept;
}

/* When the node that keeps the warehouse was heard last, as availability tells it of any SKU. */
static void put_as_of(struct compare *compare)
{
    const struct stock_line *line = &compare->list.lines[0];
    struct query query = query_on("/v1/stock/availability");
    struct reply reply = {0};
    char merchant[ID_TEXT_BYTES];
    if (compare->list.count == 0) return;
    id_print(&line->merchant, merchant);
    query_add(&query, "merchant", merchant);
    query_add(&query, "sku", line->sku);
    bool told = act_get(&compare->client, query.text, &reply) == EXIT_DONE;
    const struct json *rows = json_get(reply.json, "warehouses");
    for (size_t i = 0; told && i < json_count(rows); i++) {
        struct span as_of = json_text(json_get(json_at(rows, i), "as_of_ms"));
        if (as_of.size > 0 && span_equal(json_text(json_get(json_at(rows, i), "warehouse")),
                                         span_text(compare->warehouse)))
            json_put_text(&compare->out, "as_of_ms", as_of);
    }
    reply_free(&reply);
}

static void put_difference(struct compare *compare, const struct claim *claim)
{
    struct json_out *out = &compare->out;
    json_open(out, NULL, '{');
    json_put_id(out, "merchant", &claim->merchant);
    json_put_text(out, "sku", span_of(claim->sku, claim->sku_size));
    if (claim->account != 0)
        json_put_text(out, "account", span_text(word_of(&stock_account_words, claim->account)));
    if (claim->bin[0] != '\0') json_put_text(out, "bin", span_text(claim->bin));
    if (claim->grade != 0)
        json_put_text(out, "grade", span_text(word_of(&grade_words, claim->grade)));
    json_put_int(out, "ours", claim->ours);
    json_put_int(out, "theirs", claim->theirs);
    json_put_int(out, "delta", claim->theirs - claim->ours);
    json_close(out, '}');
    compare->differ++;
}

static void put_differences(struct compare *compare)
{
    struct json_out *out = &compare->out;
    json_open(out, NULL, '{');
    json_put_text(out, "warehouse", span_text(compare->warehouse));
    put_as_of(compare);
    json_put_uint(out, "compared", compare->count);
    json_open(out, "differences", '[');
    for (size_t i = 0; i < compare->count; i++)
        if (compare->claims[i].ours != compare->claims[i].theirs)
            put_difference(compare, &compare->claims[i]);
    json_close(out, ']');
    json_close(out, '}');
}

static void print_differences(const struct compare *compare)
{
    static const struct out_column columns[] = {
        {"MERCHANT", "merchant", OUT_TEXT}, {"SKU", "sku", OUT_TEXT},
        {"ACCOUNT", "account", OUT_TEXT},   {"BIN", "bin", OUT_TEXT},
        {"GRADE", "grade", OUT_TEXT},       {"OURS", "ours", OUT_NUMBER},
        {"THEIRS", "theirs", OUT_NUMBER},   {"DELTA", "delta", OUT_NUMBER}};
    struct json_fault fault;
    struct span text = span_of(compare->out.at, compare->out.used);
    if (cli_has(compare->cli, "json")) {
        printf("%.*s\n", (int)text.size, (const char *)text.at);
        return;
    }
    struct json *told = json_parse(text, &fault);
    struct span as_of = json_text(json_get(told, "as_of_ms"));
    out_table(stdout, json_get(told, "differences"), columns, 8);
    cli_say("%zu places, %u differ; ours as of %.*s", compare->count, compare->differ,
            as_of.size > 0 ? (int)as_of.size : 1, as_of.size > 0 ? (const char *)as_of.at : "?");
    json_free(told);
}

static enum exit_code compare_all(struct compare *compare)
{
    enum exit_code code =
        act_warehouse(&compare->client, cli_flag(compare->cli, "warehouse"), compare->warehouse);
    if (code == EXIT_DONE) code = add_theirs(compare);
    if (code == EXIT_DONE) code = fetch_ours(compare);
    if (code != EXIT_DONE) return code;
    join(compare);
    put_differences(compare);
    print_differences(compare);
    json_out_free(&compare->out);
    return compare->differ > 0 ? EXIT_DIFFERENT : EXIT_DONE;
}

static enum exit_code read_account(struct compare *compare)
{
    const char *word = cli_flag(compare->cli, "account");
    if (word == NULL) return EXIT_DONE;
    int64_t account = word_number(&stock_account_words, span_text(word));
    if (account <= 0) return cli_usage(compare->cli, "--account: there is no such account");
    if (stock_csv_has(&compare->list.reader, STOCK_COLUMN_ACCOUNT))
        return cli_usage(compare->cli, "--account: the file has a column for it");
    compare->account = (uint64_t)account;
    return EXIT_DONE;
}

enum exit_code stock_compare(struct cli *cli)
{
    static struct compare compare;
    compare = (struct compare){.cli = cli};
    enum exit_code code = open_list(cli, &compare.list);
    if (code == EXIT_DONE) code = read_list(&compare.list);
    if (code == EXIT_DONE && compare.list.faults > 0) {
        cli_say("nothing was compared");
        code = EXIT_USAGE;
    }
    if (code == EXIT_DONE) code = read_account(&compare);
    if (code == EXIT_DONE) code = client_open(cli, &compare.client);
    if (code == EXIT_DONE) {
        code = compare_all(&compare);
        client_close(&compare.client);
    }
    close_list(&compare.list);
    free(compare.claims);
    return code;
}
