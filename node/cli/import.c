/* order, sku and parcel import: orders, SKUs or scans, a JSON object a line or the rows of a CSV
 * file, sent in pieces; the answers come back line by line, numbered as in the file. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "node/cli/act.h"
#include "node/cli/out.h"
#include "node/cli/subcommands.h"
#include "node/sheet/order_sheet.h"

#define LINE_BYTES_MAX  (64u * 1024)
#define PIECE_LINES_MAX 1000u
#define PIECE_BYTES_MAX (1024u * 1024)
#define WHOLE_BYTES_MAX (4u * 1024 * 1024) /* as the node takes it */

static_assert(PIECE_LINES_MAX <= ORDER_SHEET_PIECE_MAX, "a piece has a place for each order");
static_assert(ORDER_CSV_BYTES_MAX < LINE_BYTES_MAX, "an order fits after a piece that is full");

const struct cli_flag order_import_flags[] = {
    {"csv", NULL, "it is a CSV file, as one whose name ends on .csv is without being told"},
    {"merchant", "MERCHANT", "whose the orders of a CSV file without that column are"},
    {NULL, NULL, NULL},
};

void order_import_more(FILE *out)
{
    fputs(
        "\nA line: {\"merchant\":ID,\"reference\":\"#1001\",\"currency\":\"EUR\",\n"
        "\"sold_ms\":\"2026-11-02T10:00:00Z\",\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":2,\n"
        "\"price_minor\":1990}],\"payments\":[{\"provider\":\"stripe\",\"reference\":\"pi_1\",\n"
        "\"captured_minor\":3980}]}\n"
        "\nA CSV file says the same in UTF-8, parted by comma, semicolon or tab:\n"
        "reference,currency,sold_at,sku,name,quantity,price,payment_provider,payment_reference,"
        "captured\n"
        "#1001,EUR,2026-11-02,CUP-1,\"Cup, blue\",2,19.90,stripe,pi_1,44.80\n"
        "#1001,,,LID-1,,1,5.00,,,\n"
        "Columns in any order; name may be missing, and merchant with --merchant. Further ones\n"
        "that a file may have: total, freight, discount, ship_from, ship_to, inbound, outbound,\n"
        "buyer and delivered_at of the order; tax, tax_percent and lot of a line; and\n"
        "payment_executor, payment_mandate_buyer and payment_mandate_method.\n"
        "An order's own stand in its first row. Rows of one\n"
        "reference that follow one another are one order, which is sent whole or not at all.\n"
        "price, captured and the other amounts are decimals of the currency; price_minor and\n"
        "so on, in their place, are whole minor units, and tax_bp is basis points. sold_at is RFC "
        "3339 or a day, which is its midnight in "
        "UTC.\n"
        "\nThe file is sent in pieces under one key: the same file with the same --key after a\n"
        "break is answered with what stands already, and the rest of it is done. A corrected file\n"
        "is another one: leave --key out; an order that stands already as it is written there is\n"
        "left unchanged, another one under its reference is refused as known.\n",
        out);
}

const struct cli_flag sku_import_flags[] = {
    {"csv", NULL, "it is a CSV file, as one whose name ends on .csv is without being told"},
    {"merchant", "MERCHANT", "whose the SKUs of a CSV file without that column are"},
    {NULL, NULL, NULL},
};

void sku_import_more(FILE *out)
{
    fputs("\nA line: {\"merchant\":ID,\"code\":\"CUP-1\",\"name_en\":\"Cup\",\"weight_g\":310,\n"
          "\"aliases\":[{\"kind\":\"ean\",\"code\":\"4006381333931\"}]}\n"
          "\nA CSV file has a row for each; codes and checklists are parted by bars:\n"
          "code,name_en,name_zh,ean,fnsku,weight_g,hs_code,accessories\n"
          "CUP-1,Cup,杯,4006381333931,X001AB23CD,310,691200,lid=盖子|spoon\n"
          "\nWhat stands already as it is written there is left unchanged; else it is a version.\n",
          out);
}

const struct cli_flag parcel_import_flags[] = {
    {"csv", NULL, "it is a CSV file, as one whose name ends on .csv is without being told"},
    {NULL, NULL, NULL},
};

void parcel_import_more(FILE *out)
{
    fputs(
        "\nA line: {\"carrier\":\"hermes\",\"number\":\"H123\",\"points\":[{\"status\":"
        "\"in_transit\",\n"
        "\"occurred_ms\":\"2026-11-02T10:00:00+08:00\",\"quality\":\"offset\"}]}\n"
        "\nA CSV file has a row for each scan; a time without an offset is kept as it is written:\n"
        "carrier,number,status,reason,time,code,text,place,country\n"
        "hermes,H123,in_transit,,2026-11-02T10:00:00+08:00,3000,sorted,Hamburg,DE\n"
        "\nWhat is known already changes nothing.\n",
        out);
}

void lane_import_more(FILE *out)
{
    fputs(
        "\nA line: {\"merchant\":ID,\"carrier\":\"ups\",\"country\":\"DE\",\"weight_g\":2000,\n"
        "\"price_minor\":690}\n"
        "\nA CSV file has a row for each price; what is left empty is not said:\n"
        "carrier,account,service,country,postal_prefix,warehouse,weight_g,price_minor,battery,"
        "days\n"
        "dhl_parcel_de,,,DE,,,5000,449,1,2\n"
        "ups,shop2,11,DE,10,,2000,690,,1\n"
        "\nA lane is one carrier, account, service, country, prefix, warehouse and weight: a row\n"
        "that names the same ones is its next version. off=1: it is offered no more.\n",
        out);
}

struct import {
    const struct cli *cli;
    const char *path;
    struct client client;
    FILE *file;
    struct order_sheet *sheet; /* NULL: it is no CSV file */
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

/* The next line of JSON; false: there is none. */
static bool add_line(struct import *import)
{
    ssize_t size = getline(&import->line, &import->line_room, import->file);
    import->unreadable = size < 0 && ferror(import->file) != 0;
    if (size < 0) return false;
    import->too_long = (size_t)size > LINE_BYTES_MAX;
    if (import->too_long) return false;
    size_t skip = mark_size(import, (size_t)size);
    memcpy(import->piece + import->used, import->line + skip, (size_t)size - skip);
    import->used += (size_t)size - skip;
    import->lines++;
    return true;
}

/* The next order of a CSV file. One that is left out is a blank line, which the node passes over:
 * the lines of the others keep their numbers. */
static bool add_order(struct import *import)
{
    struct span line;
    bool found = order_sheet_next(import->sheet, &line);
    import->unreadable = ferror(import->file) != 0;
    if (!found) return false;
    memcpy(import->piece + import->used, line.at, line.size);
    import->used += line.size;
    import->piece[import->used++] = '\n';
    import->lines++;
    return true;
}

/* Fills the next piece; false at the end of the file. A file cut otherwise would get other keys, so
 * the pieces follow from the file alone. */
static bool fill(struct import *import)
{
    bool more = !import->too_long;
    import->used = 0;
    import->lines = 0;
    while (more && import->lines < PIECE_LINES_MAX && import->used < PIECE_BYTES_MAX)
        more = import->sheet != NULL ? add_order(import) : add_line(import);
    return import->lines > 0 && !import->unreadable;
}

/* --- answers --------------------------------------------------------------------------------- */

/* Of pointer and column the latter says the same in the file's own words. */
static void print_plain(const struct json *answer)
{
    static const char *const members[] = {"line",   "state",   "reference", "id",    "code",
                                          "column", "pointer", "rule",      "detail"};
    char text[480];
    bool column = json_get(answer, "column") != NULL;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (column && strcmp(members[i], "pointer") == 0) continue;
        out_value(json_get(answer, members[i]), text, sizeof text);
        if (text[0] != '\0') printf("%s%s", i == 0 ? "" : "  ", text);
    }
    puts(json_get(answer, "duplicate") != NULL ? "  unchanged" : "");
}

/* Prints the object and lets it go. */
static void print(const struct import *import, struct json_out *out)
{
    struct json_fault fault;
    if (cli_has(import->cli, "json"))
        printf("%.*s\n", (int)out->used, out->at);
    else {
        struct json *answer = json_parse(span_of(out->at, out->used), &fault);
        print_plain(answer);
        json_free(answer);
    }
    json_out_free(out);
}

/* What was refused before it was sent, in front of that line of the file. */
static void tell_faults(struct import *import, uint64_t before)
{
    const struct order_csv_fault *fault;
    while (import->sheet != NULL && (fault = order_sheet_fault(import->sheet, before)) != NULL) {
        struct json_out out = {0};
        json_open(&out, NULL, '{');
        json_put_uint(&out, "line", fault->line);
        json_put_text(&out, "state", span_text("refused"));
        if (fault->reference[0] != '\0')
            json_put_text(&out, "reference", span_text(fault->reference));
        json_put_text(&out, "code", span_text(error_name(fault->error)));
        if (fault->column[0] != '\0') json_put_text(&out, "column", span_text(fault->column));
        json_put_text(&out, "detail", span_text(fault->detail));
        json_close(&out, '}');
        import->refused++;
        print(import, &out);
    }
}

static void copy_members(struct json_out *out, const struct json *answer)
{
    int64_t number = 0;
    bool flag = false;
    for (const char *key = json_next_key(answer, NULL); key != NULL;
         key = json_next_key(answer, key)) {
        const struct json *value = json_get(answer, key);
        if (strcmp(key, "line") == 0) continue;
        if (json_is_text(value))
            json_put_text(out, key, json_text(value));
        else if (json_int(value, &number))
            json_put_int(out, key, number);
        else if (json_bool(value, &flag))
            json_put_bool(out, key, flag);
    }
}

/* The node's answer to a line of the piece, with the line and column of the file. */
static void tell_answer(struct import *import, const struct json *answer, uint64_t number)
{
    struct json_out out = {0};
    uint64_t line = import->lines_before + number;
    const char *column = NULL;
    const struct order_csv_place *place =
        import->sheet == NULL ? NULL : order_sheet_place(import->sheet, number);
    if (place != NULL) {
        order_csv_locate(&import->sheet->reader, place, json_text(json_get(answer, "pointer")),
                         &line, &column);
        tell_faults(import, line);
    }
    json_open(&out, NULL, '{');
    json_put_uint(&out, "line", line);
    if (place != NULL) json_put_text(&out, "reference", span_text(place->reference));
    if (column != NULL) json_put_text(&out, "column", span_text(column));
    copy_members(&out, answer);
    json_close(&out, '}');
    print(import, &out);
}

static void take_answer(void *world, const struct json *answer)
{
    struct import *import = world;
    int64_t line = 0;
    if (json_int(json_get(answer, "line"), &line)) { /* the last one is the sum */
        struct span state = json_text(json_get(answer, "state"));
        bool done =
            span_equal(state, span_text("done")) || span_equal(state, span_text("observed"));
        bool asked = span_equal(state, span_text("requested"));
        import->done += done ? 1 : 0;
        import->requested += asked ? 1 : 0;
        import->refused += done || asked ? 0 : 1;
        tell_answer(import, answer, (uint64_t)line);
    }
}

/* Not one order of a CSV file is left in the piece. */
static bool is_idle(const struct import *import)
{
    return import->sheet != NULL && import->used == import->lines;
}

static enum exit_code send_piece(struct import *import)
{
    char key[CLIENT_KEY_BYTES + 24];
    struct reply reply = {0};
    snprintf(key, sizeof key, "%s.%u", import->key, import->pieces++);
    import->client.type = "application/x-ndjson";
    enum exit_code code = EXIT_DONE;
    if (!is_idle(import)) {
        code = client_call(&import->client, "POST", import->path,
                           span_of(import->piece, import->used), key, NULL, &reply);
        if (code == EXIT_DONE) code = reply_check(&reply);
        if (code == EXIT_DONE) act_lines(&reply, take_answer, import);
    }
    import->lines_before += import->lines;
    tell_faults(import, UINT64_MAX);
    if (import->sheet != NULL) order_sheet_begin_piece(import->sheet);
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

/* --- the subcommand -------------------------------------------------------------------------- */

static bool is_csv(const struct cli *cli)
{
    const char *path = cli->words[0];
    size_t size = strlen(path);
    return cli_has(cli, "csv") || (size > 4 && strcasecmp(path + size - 4, ".csv") == 0);
}

static enum exit_code check_flags(const struct cli *cli)
{
    struct id id;
    const char *merchant = cli_flag(cli, "merchant");
    if (merchant == NULL) return EXIT_DONE;
    if (!is_csv(cli))
        return cli_usage(cli, "--merchant is for a CSV file: a line of JSON names its merchant");
    if (id_parse(span_text(merchant), &id) != OK)
        return cli_usage(cli, "--merchant: %s", error_text(ERROR_BAD_ID));
    return EXIT_DONE;
}

static enum exit_code send_all(struct import *import)
{
    static struct order_sheet sheet;
    enum exit_code code = client_key(import->cli, import->key);
    if (code != EXIT_DONE) return code;
    if (is_csv(import->cli)) {
        order_sheet_open(&sheet, import->file, cli_flag(import->cli, "merchant"));
        import->sheet = &sheet;
    }
    while (code == EXIT_DONE && fill(import)) code = send_piece(import);
    tell_faults(import, UINT64_MAX);
    if (import->sheet != NULL) order_sheet_close(&sheet);
    return sum_up(import, code);
}

/* The node reads the rows itself: a CSV file of SKUs goes in one piece. */
static enum exit_code send_whole(struct import *import)
{
    struct reply reply = {0};
    struct query query = query_on(import->path);
    static char text[WHOLE_BYTES_MAX + 1];
    size_t size = fread(text, 1, sizeof text, import->file);
    enum exit_code code = client_key(import->cli, import->key);
    if (code != EXIT_DONE) return code;
    if (size == sizeof text) return cli_usage(import->cli, "more than 4 MiB: cut the file in two");
    query_add(&query, "merchant", cli_flag(import->cli, "merchant"));
    import->unreadable = ferror(import->file) != 0;
    import->client.type = "text/csv";
    code = client_call(&import->client, "POST", query.text, span_of(text, size), import->key, NULL,
                       &reply);
    if (code == EXIT_DONE) code = reply_check(&reply);
    if (code == EXIT_DONE) act_lines(&reply, take_answer, import);
    reply_free(&reply);
    return sum_up(import, code);
}

static enum exit_code import_to(struct cli *cli, const char *to, bool by_node)
{
    static struct import import;
    const char *path = cli->words[0];
    bool standard = strcmp(path, "-") == 0;
    enum exit_code code = check_flags(cli);
    if (code != EXIT_DONE) return code;
    import.cli = cli;
    import.path = to;
    import.file = standard ? stdin : fopen(path, "re");
    if (import.file == NULL) {
        cli_say("%s: cannot be read", path);
        return EXIT_NOT_FOUND;
    }
    code = client_open(cli, &import.client);
    if (code == EXIT_DONE) {
        code = by_node && is_csv(cli) ? send_whole(&import) : send_all(&import);
        client_close(&import.client);
    }
    free(import.line);
    if (!standard) fclose(import.file);
    return code;
}

enum exit_code order_import(struct cli *cli)
{
    return import_to(cli, "/v1/imports/orders", false);
}

enum exit_code sku_import(struct cli *cli)
{
    return import_to(cli, "/v1/imports/skus", true);
}

enum exit_code parcel_import(struct cli *cli)
{
    return import_to(cli, "/v1/imports/trackings", true);
}

enum exit_code lane_import(struct cli *cli)
{
    return import_to(cli, "/v1/imports/lanes", true);
}
