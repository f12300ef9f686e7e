/* refund reconcile: a provider's settlement file held against the refunds of a running node, and
 * against what it knows of those that others made. */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "node/cli/act.h"
#include "node/cli/settlement_file.h"
#include "node/cli/subcommands.h"
#include "proto/money.h"
#include "proto/when.h"

#define PAGE_MAX      200u /* refunds that a node tells at once */
#define DAY_MS        ((uint64_t)24 * 60 * 60 * 1000)
#define REFERENCE_MAX 32 /* of the provider, as far as a table shows it */

const struct cli_flag refund_reconcile_flags[] = {
    {"provider", "NAME", "whose file it is: stripe, paypal or adyen; without it stripe"},
    {"merchant", "MERCHANT", "whose account it is, where there are several; may be repeated"},
    {"from", "DATE", "the first day or moment that the file covers, in UTC: 2026-11-01"},
    {"to", "DATE", "the first one that it does not cover: 2026-12-01"},
    {"limit", "N", "refunds asked of the node at once; without it 200"},
    {"record", NULL, "record what others refunded or charged back, as 'refund record' does"},
    {NULL, NULL, NULL},
};

static void print_layout(FILE *out, const struct statement_layout *layout)
{
    fprintf(out, "\nFor %s: '%s', as CSV, with the columns\n", layout->provider, layout->title);
    for (size_t i = 0; i < STATEMENT_FIELD_COUNT; i++)
        if (layout->columns[i].name != NULL)
            fprintf(out, "  %s%s\n", layout->columns[i].name,
                    layout->columns[i].needed ? "" : " (where there are several currencies)");
}

void refund_reconcile_more(FILE *out)
{
    for (size_t i = 0; i < statement_layouts_count; i++) print_layout(out, &statement_layouts[i]);
    fputs("\nColumns may come in any order; others are passed over. What it finds:\n", out);
    for (int kind = 0; kind < DIFFERENCE_COUNT; kind++)
        fprintf(out, "  %-16s %s\n", difference_word((enum difference_kind)kind),
                difference_text((enum difference_kind)kind));
    fputs(
        "Lines about disputes are held against the chargebacks that are known here.\n"
        "With --record each 'not_here' that is no failure is recorded as refunded at the "
        "provider,\n"
        "or as a chargeback, of the one --merchant, and a dispute that was won as won; it says of\n"
        "each line whether it was recorded now, was known, or needs a person. The other kinds are\n"
        "always a person's.\n"
        "Without --from and --to the period is the days of the file's first and last line.\n"
        "It ends with 0 when nothing differs, with 8 when something does, and with 2 when the\n"
        "file cannot be read as such a report: then nothing was compared.\n",
        out);
}

struct reconcile {
    const struct cli *cli;
    const struct statement_layout *layout;
    struct settlement_file file;
    struct settlement_refund *refunds;
    size_t count, room;
    struct keep texts;
    uint64_t from_ms, to_ms; /* 0: not given */
    char limit[8];
    struct client client;
    const struct settlement_line **to_record; /* lines of which the book is to know */
    size_t to_record_count;
};

/* --- the command line ------------------------------------------------------------------------ */

static enum exit_code read_moment(const struct cli *cli, const char *flag, uint64_t *ms)
{
    const char *text = cli_flag(cli, flag);
    if (text == NULL) return EXIT_DONE;
    struct when when = when_parse(span_text(text));
    *ms = when.ms != 0 ? when.ms : when.naive_ms;
    if (*ms != 0) return EXIT_DONE;
    return cli_usage(cli, "--%s %s: a day is wanted, as 2026-11-01, or a moment", flag, text);
}

static enum exit_code read_wish(struct reconcile *all)
{
    const struct cli *cli = all->cli;
    const char *provider = cli_has(cli, "provider") ? cli_flag(cli, "provider") : "stripe";
    all->layout = statement_by_provider(span_text(provider));
    if (all->layout == NULL)
        return cli_usage(cli, "no report of a provider %s is known here", provider);
    struct id merchant;
    const char *text = NULL;
    unsigned long long limit = 0;
    if (!cli_number(cli, "limit", PAGE_MAX, PAGE_MAX, &limit)) return EXIT_USAGE;
    snprintf(all->limit, sizeof all->limit, "%llu", limit);
    for (unsigned i = 0; (text = cli_flag_at(cli, "merchant", i)) != NULL; i++)
        if (id_parse(span_text(text), &merchant) != OK)
            return cli_usage(cli, "--merchant %s: no id of a merchant", text);
    bool one = cli_flag_at(cli, "merchant", 0) != NULL && cli_flag_at(cli, "merchant", 1) == NULL;
    if (cli_has(cli, "record") && !one)
        return cli_usage(cli, "--record writes into one merchant's book: name it by --merchant");
    enum exit_code code = read_moment(cli, "from", &all->from_ms);
    if (code == EXIT_DONE) code = read_moment(cli, "to", &all->to_ms);
    if (code == EXIT_DONE && all->from_ms != 0 && all->to_ms != 0 && all->from_ms >= all->to_ms)
        return cli_usage(cli, "--to must come after --from");
    return code;
}

/* --- the file -------------------------------------------------------------------------------- */

static enum exit_code say_fault(const char *path, const struct settlement_fault *fault)
{
    const char *column = fault->column;
    cli_say("%s: line %" PRIu64 "%s%s: %s; rule: %s", path, fault->line,
            column == NULL ? "" : ", column ", column == NULL ? "" : column, fault->text,
            fault->rule);
    return EXIT_USAGE;
}

static enum exit_code read_file(struct reconcile *all)
{
    struct settlement_fault fault;
    const char *path = all->cli->words[0];
    bool standard = strcmp(path, "-") == 0;
    FILE *from = standard ? stdin : fopen(path, "re");
    if (from == NULL) {
        cli_say("%s: cannot be read", path);
        return EXIT_NOT_FOUND;
    }
    bool read = settlement_file_read(from, all->layout, &all->file, &fault);
    if (!standard) fclose(from);
    return read ? EXIT_DONE : say_fault(path, &fault);
}

/* Reports are made of whole days. */
static enum exit_code choose_period(struct reconcile *all)
{
    const struct settlement_file *file = &all->file;
    bool given = all->from_ms != 0 && all->to_ms != 0;
    if (!given && file->last_ms == 0)
        return cli_usage(all->cli, "the file has no lines: give its period by --from and --to");
    if (all->from_ms == 0) all->from_ms = file->first_ms - file->first_ms % DAY_MS;
    if (all->to_ms == 0) all->to_ms = file->last_ms - file->last_ms % DAY_MS + DAY_MS;
    if (all->from_ms < all->to_ms) return EXIT_DONE;
    return cli_usage(all->cli, "--from and --to leave nothing of the file's period");
}

/* --- the node's refunds ---------------------------------------------------------------------- */

static bool is_wanted(const struct reconcile *all, const struct json *row)
{
    struct id merchant, wanted;
    const char *text = NULL;
    struct span provider = json_text(json_get(row, "provider"));
    if (!span_equal(provider, span_text(all->layout->provider))) return false;
    if (!cli_has(all->cli, "merchant")) return true;
    if (id_parse(json_text(json_get(row, "merchant")), &merchant) != OK) return false;
    for (unsigned i = 0; (text = cli_flag_at(all->cli, "merchant", i)) != NULL; i++)
        if (id_parse(span_text(text), &wanted) == OK && id_equal(&wanted, &merchant)) return true;
    return false;
}

/* false: it is not what a node of this version answers. */
static bool read_refund(const struct json *row, struct settlement_refund *to)
{
    int64_t attempt = 0;
    int64_t state = word_number(&refund_state_words, json_text(json_get(row, "state")));
    const struct currency *currency = currency_by_letters(json_text(json_get(row, "currency")));
    *to = (struct settlement_refund){0};
    (void)json_int(json_get(row, "attempt"), &attempt);
    to->reference = json_text(json_get(row, "provider_ref"));
    to->key = json_text(json_get(row, "key"));
    to->payment = json_text(json_get(row, "payment_ref"));
    to->sent = attempt > 0 || to->reference.size > 0;
    to->charge = span_equal(json_text(json_get(row, "direction")), span_text("charge"));
    if (state < 0 || currency == NULL || to->key.size == 0) return false;
    to->state = (enum refund_state)state;
    to->currency = currency->numeric;
    return id_parse(json_text(json_get(row, "id")), &to->slot) == OK &&
           json_int(json_get(row, "amount_minor"), &to->amount_minor) &&
           time_parse(json_text(json_get(row, "intended_ms")), &to->intended_ms) == OK &&
           time_parse(json_text(json_get(row, "moved_ms")), &to->moved_ms) == OK;
}

static void keep_refund(struct reconcile *all, const struct settlement_refund *refund)
{
    /* What the buyer paid anew stands in no list of refunds, here or there. */
    if (refund->charge) return;
    all->refunds = list_grown(all->refunds, all->count, &all->room, sizeof *refund);
    struct settlement_refund *kept = &all->refunds[all->count++];
    *kept = *refund;
    kept->reference = keep_text(&all->texts, refund->reference);
    kept->key = keep_text(&all->texts, refund->key);
    kept->payment = keep_text(&all->texts, refund->payment);
}

/* What others made at the provider; of a marketplace's or the seller's its file shows nothing. What
 * settled a slot is shown there under the slot. slot holds the order. */
static bool read_elsewhere(const struct json *row, struct settlement_refund *to)
{
    int64_t how = word_number(&elsewhere_words, json_text(json_get(row, "how")));
    const struct currency *currency = currency_by_letters(json_text(json_get(row, "currency")));
    bool won = how == ELSEWHERE_CHARGEBACK_WON;
    *to = (struct settlement_refund){.elsewhere = true,
                                     .won = won,
                                     .dispute = won || how == ELSEWHERE_CHARGEBACK,
                                     .state = won ? REFUND_FAILED : REFUND_SETTLED};
    bool alone = json_get(row, "slot") == NULL;
    to->sent = alone && (to->dispute || how == ELSEWHERE_PROVIDER);
    to->reference = json_text(json_get(row, "reference"));
    to->payment = json_text(json_get(row, "payment_ref"));
    if (how < 0 || currency == NULL || to->reference.size == 0) return false;
    to->currency = currency->numeric;
    if (!json_int(json_get(row, "amount_minor"), &to->amount_minor) ||
        time_parse(json_text(json_get(row, "made_ms")), &to->intended_ms) != OK ||
        id_parse(json_text(json_get(row, "order")), &to->slot) != OK)
        return false;
    to->moved_ms = to->intended_ms;
    return true;
}

/* A dispute that was won is one thing with the chargeback of its reference: it moved last when it
 * was won. Rows of one order follow one another. */
static void keep_elsewhere(struct reconcile *all, const struct settlement_refund *row)
{
    if (!row->sent || (row->dispute && all->layout->lost == NULL)) return;
    for (size_t i = all->count; row->dispute && i > 0; i--) {
        struct settlement_refund *known = &all->refunds[i - 1];
        if (!known->elsewhere || !id_equal(&known->slot, &row->slot)) break;
        if (!known->dispute || !span_equal(known->payment, row->payment) ||
            !span_equal(known->reference, row->reference))
            continue;
        if (!row->won) known->amount_minor = row->amount_minor;
        if (!row->won) known->intended_ms = row->intended_ms;
        if (row->won) known->moved_ms = row->moved_ms;
        known->state = REFUND_FAILED;
        return;
    }
    keep_refund(all, row);
}

/* One of the lists that the node is asked for. */
struct fetching {
    const char *path, *word;
    bool (*read)(const struct json *row, struct settlement_refund *to);
    void (*keep)(struct reconcile *all, const struct settlement_refund *row);
};

static enum exit_code take_page(struct reconcile *all, const struct fetching *fetching,
                                const struct json *rows)
{
    struct settlement_refund refund;
    if (!json_is_array(rows)) {
        cli_say("the node's answer is no list of refunds");
        return EXIT_FAILED;
    }
    for (size_t i = 0; i < json_count(rows); i++) {
        if (!is_wanted(all, json_at(rows, i))) continue;
        if (!fetching->read(json_at(rows, i), &refund)) {
            cli_say("a refund of the node cannot be read: is the node older than this program?");
            return EXIT_FAILED;
        }
        if (all->count == SETTLEMENT_ROWS_MAX) {
            cli_say("the node has more than %u refunds to compare", SETTLEMENT_ROWS_MAX);
            return EXIT_FAILED;
        }
        fetching->keep(all, &refund);
    }
    return EXIT_DONE;
}

static enum exit_code fetch(struct reconcile *all, const struct fetching *fetching)
{
    char cursor[256] = "";
    enum exit_code code = EXIT_DONE;
    do {
        struct reply reply = {0};
        struct query query = query_on(fetching->path);
        query_add(&query, "limit", all->limit);
        query_add(&query, "cursor", cursor[0] == '\0' ? NULL : cursor);
        code = act_get(&all->client, query.text, &reply);
        if (code == EXIT_DONE)
            code = take_page(all, fetching, json_get(reply.json, fetching->word));
        struct span next = json_text(json_get(reply.json, "next_cursor"));
        if (next.size >= sizeof cursor) code = EXIT_FAILED; /* a key in hex is far shorter */
        snprintf(cursor, sizeof cursor, "%.*s", (int)next.size, (const char *)next.at);
        reply_free(&reply);
    } while (code == EXIT_DONE && cursor[0] != '\0');
    return code;
}

static enum exit_code fetch_all(struct reconcile *all)
{
    enum exit_code code = client_open(all->cli, &all->client);
    if (code != EXIT_DONE) return code;
    code = fetch(all, &(struct fetching){"/v1/refunds", "refunds", read_refund, keep_refund});
    if (code == EXIT_DONE)
        code = fetch(all, &(struct fetching){"/v1/refunds/elsewhere", "elsewhere", read_elsewhere,
                                             keep_elsewhere});
    client_close(&all->client);
    return code;
}

/* --- telling --------------------------------------------------------------------------------- */

/* One difference as a line of a table or of JSON. */
struct shown {
    char slot[ID_TEXT_BYTES], expected[SETTLEMENT_SAID_BYTES], found[SETTLEMENT_SAID_BYTES];
    struct span reference; /* the provider's */
    uint64_t line;         /* 0: it is in none */
    const char *kind;
};

static struct shown show(const struct difference *difference)
{
    struct shown shown = {.kind = difference_word(difference->kind)};
    difference_say(difference, shown.expected, shown.found);
    if (difference->refund != NULL) {
        if (!difference->refund->elsewhere) id_print(&difference->refund->slot, shown.slot);
        shown.reference = difference->refund->reference;
    }
    if (difference->line != NULL) {
        shown.line = difference->line->at;
        shown.reference = difference->line->reference;
    }
    return shown;
}

static void print_json(const struct shown *shown)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    if (shown->line != 0) json_put_uint(&out, "line", shown->line);
    json_put_text(&out, "kind", span_text(shown->kind));
    if (shown->reference.size > 0) json_put_text(&out, "provider_ref", shown->reference);
    if (shown->slot[0] != '\0') json_put_text(&out, "slot", span_text(shown->slot));
    json_put_text(&out, "expected", span_text(shown->expected));
    json_put_text(&out, "found", span_text(shown->found));
    json_close(&out, '}');
    printf("%.*s\n", (int)out.used, out.at);
    json_out_free(&out);
}

static void print_plain(const struct shown *shown)
{
    char line[24] = "-";
    if (shown->line != 0) snprintf(line, sizeof line, "%" PRIu64, shown->line);
    printf("%7s  %-15s  ", line, shown->kind);
    out_text(stdout, shown->reference);
    printf("%*s  %-27s  %s -> %s\n",
           shown->reference.size < REFERENCE_MAX ? (int)(REFERENCE_MAX - shown->reference.size) : 0,
           "", shown->slot[0] == '\0' ? "-" : shown->slot, shown->expected, shown->found);
}

/* What a person would record as it stands. */
static bool is_to_record(const struct difference *difference)
{
    if (difference->kind == DIFFERENCE_NOT_HERE) return !difference->line->group_failed;
    return difference->kind == DIFFERENCE_FAILED_THERE && difference->line->dispute &&
           difference->refund->dispute;
}

static void tell(void *world, const struct difference *difference)
{
    struct reconcile *all = world;
    struct shown shown = show(difference);
    if (is_to_record(difference)) all->to_record[all->to_record_count++] = difference->line;
    if (cli_has(all->cli, "json"))
        print_json(&shown);
    else
        print_plain(&shown);
}

static void sum_up(const struct reconcile *all, uint64_t differences)
{
    struct json_out out = {0};
    char from[TIME_TEXT_BYTES], to[TIME_TEXT_BYTES];
    time_print(all->from_ms, from);
    time_print(all->to_ms, to);
    cli_say("%zu lines about refunds and disputes (and %" PRIu64
            " others), %zu known here, from %s to %s: "
            "%" PRIu64 " differences",
            all->file.count, all->file.others, all->count, from, to, differences);
    if (!cli_has(all->cli, "json")) return;
    json_open(&out, NULL, '{');
    json_put_uint(&out, "differences", differences);
    json_put_uint(&out, "lines", all->file.count);
    json_put_uint(&out, "others", all->file.others);
    json_put_uint(&out, "refunds", all->count);
    json_put_time(&out, "from_ms", all->from_ms);
    json_put_time(&out, "to_ms", all->to_ms);
    json_close(&out, '}');
    printf("%.*s\n", (int)out.used, out.at);
    json_out_free(&out);
}

/* --- recording ------------------------------------------------------------------------------- */

static const char *how_of(const struct settlement_line *line)
{
    enum elsewhere how = ELSEWHERE_PROVIDER;
    if (line->dispute) how = line->failed ? ELSEWHERE_CHARGEBACK_WON : ELSEWHERE_CHARGEBACK;
    return word_of(&elsewhere_words, how);
}

static void put_refund(const struct reconcile *all, const struct settlement_line *line,
                       struct json_out *body)
{
    const struct currency *currency = currency_by_numeric(line->currency);
    json_open(body, NULL, '{');
    json_put_text(body, "merchant", span_text(cli_flag_at(all->cli, "merchant", 0)));
    json_put_text(body, "provider", span_text(all->layout->provider));
    json_put_text(body, "payment", line->payment);
    json_put_text(body, "how", span_text(how_of(line)));
    json_put_text(body, "reference", line->reference);
    json_put_int(body, "amount_minor", line->amount_minor);
    json_put_text(body, "currency", span_text(currency == NULL ? "" : currency->letters));
    json_put_time(body, "made_ms", line->created_ms);
    json_close(body, '}');
}

/* Does the order show the line among what others moved, and since when? 0: it does not. */
static uint64_t recorded_at(const struct json *order, const struct settlement_line *line)
{
    uint64_t at_ms = 0;
    const struct json *payments = json_get(order, "paid_by");
    for (size_t i = 0; i < json_count(payments); i++) {
        const struct json *rows = json_get(json_at(payments, i), "elsewhere");
        for (size_t j = 0; j < json_count(rows); j++) {
            const struct json *row = json_at(rows, j);
            if (!span_equal(json_text(json_get(row, "reference")), line->reference)) continue;
            if (!span_equal(json_text(json_get(row, "how")), span_text(how_of(line)))) continue;
            if (time_parse(json_text(json_get(row, "at_ms")), &at_ms) == OK) return at_ms;
        }
    }
    return 0;
}

/* What became of one line, in a word for a person. began_ms: of this run. */
static const char *word_of_reply(const struct reply *reply, const struct settlement_line *line,
                                 uint64_t began_ms)
{
    if (reply->status == 202) return "asked of the book's leader";
    if (reply->status < 200 || reply->status > 299) return "needs a person";
    uint64_t at_ms = recorded_at(json_get(reply->json, "record"), line);
    return at_ms != 0 && at_ms < began_ms ? "known" : "recorded";
}

static enum exit_code record_line(struct reconcile *all, const struct settlement_line *line,
                                  uint64_t began_ms)
{
    char key[CLIENT_KEY_BYTES];
    struct json_out body = {0};
    struct reply reply = {0};
    put_refund(all, line, &body);
    /* Each run asks anew: by the reference the book knows what it has recorded. */
    snprintf(key, sizeof key, "reconcile-%" PRIu64 "-%" PRIu64, began_ms, line->at);
    enum exit_code code = client_call(&all->client, "POST", "/v1/refunds/elsewhere",
                                      span_of(body.at, body.used), key, NULL, &reply);
    json_out_free(&body);
    if (code == EXIT_DONE) {
        const char *word = word_of_reply(&reply, line, began_ms);
        struct span rule = json_text(json_get(reply.json, "rule"));
        if (rule.size == 0) rule = json_text(json_get(reply.json, "title"));
        cli_say("line %" PRIu64 ", %.*s: %s%s%.*s", line->at, (int)line->reference.size,
                (const char *)line->reference.at, word, rule.size > 0 ? ": " : "", (int)rule.size,
                (const char *)rule.at);
    }
    reply_free(&reply);
    return code;
}

/* A line that is refused holds up no other. */
static enum exit_code record_all(struct reconcile *all)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t began_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    enum exit_code code = client_open(all->cli, &all->client);
    if (code != EXIT_DONE) return code;
    for (size_t i = 0; i < all->to_record_count && code == EXIT_DONE; i++)
        code = record_line(all, all->to_record[i], began_ms);
    client_close(&all->client);
    return code;
}

static enum exit_code compare(struct reconcile *all)
{
    size_t lines = all->file.count, refunds = all->count;
    uint32_t *indexes = calloc(lines + 2 * refunds + 1, sizeof *indexes);
    all->to_record = calloc(lines + 1, sizeof(const struct settlement_line *));
    if (indexes == NULL || all->to_record == NULL) abort();
    struct settlement settlement = {.lines = all->file.lines,
                                    .lines_count = lines,
                                    .refunds = all->refunds,
                                    .refunds_count = refunds,
                                    .from_ms = all->from_ms,
                                    .to_ms = all->to_ms,
                                    .lines_by_ref = indexes,
                                    .refunds_by_ref = indexes + lines,
                                    .refunds_by_key = indexes + lines + refunds,
                                    .tell = tell,
                                    .world = all};
    if (!cli_has(all->cli, "json"))
        printf("%7s  %-15s  %-32s  %-27s  %s\n", "LINE", "KIND", "PROVIDER'S", "REFUND",
               "EXPECTED -> FOUND");
    uint64_t differences = settlement_compare(&settlement);
    sum_up(all, differences);
    free(indexes);
    enum exit_code code = EXIT_DONE;
    if (cli_has(all->cli, "record") && all->to_record_count > 0) code = record_all(all);
    if (code != EXIT_DONE) return code;
    return differences == 0 ? EXIT_DONE : EXIT_DIFFERENT;
}

enum exit_code refund_reconcile(struct cli *cli)
{
    struct reconcile all = {.cli = cli};
    enum exit_code code = read_wish(&all);
    if (code == EXIT_DONE) code = read_file(&all);
    if (code == EXIT_DONE) code = choose_period(&all);
    if (code == EXIT_DONE) code = fetch_all(&all);
    if (code == EXIT_DONE) code = compare(&all);
    settlement_file_free(&all.file);
    keep_free(&all.texts);
    free(all.refunds);
    free(all.to_record);
    return code;
}
