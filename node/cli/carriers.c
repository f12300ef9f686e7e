/* carrier: the translators of this program, and how each of them understands a body. What a carrier
 * sent can be tried before anything is configured: only `carrier unknown` asks a node. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"
#include "carriers/number.h"
#include "carriers/whose.h"
#include "node/carriers/adapters.h"
#include "node/cli/act.h"
#include "node/cli/out.h"
#include "node/cli/subcommands.h"
#include "node/keys.h"
#include "node/nearest.h"
#include "overseas-warehouse/reducer.h"
#include "proto/json.h"
#include "proto/time.h"
#include "proto/when.h"

#include <stdlib.h>

#define TRIED_PARCELS_MAX 256
#define TRIED_RECORD_MAX  (16u * 1024)
#define EVIDENCES         5

const struct cli_flag carrier_test_flags[] = {
    {"file", "PATH", "an adapter of one's own in the place of CARRIER"},
    {"number", "NUMBER", "the number that was asked about, for replies that do not name it"},
    {NULL, NULL, NULL},
};

const struct cli_flag carrier_list_flags[] = {
    {"file", "PATH", "an adapter of one's own, beside those of the program"},
    {NULL, NULL, NULL},
};

/* --- what a body said ------------------------------------------------------------------------- */

/* One tracking as it was handed out, in memory of its own: its texts point into record. */
struct tried_part {
    struct tracking tracking;
    uint8_t record[TRIED_RECORD_MAX];
};

struct tried {
    struct tried_part **part;
    size_t count, room;
    struct json_out replies;
    size_t replies_count;
};

static enum error take(void *world, const struct tracking *tracking)
{
    struct tried *tried = world;
    struct span record;
    if (tried->count == tried->room) {
        size_t room = tried->room == 0 ? 16 : 2 * tried->room;
        void *more = realloc(tried->part, room * sizeof tried->part[0]);
        if (more == NULL) return ERROR_FULL;
        tried->part = more;
        tried->room = room;
    }
    struct tried_part *part = malloc(sizeof *part);
    if (part == NULL) return ERROR_FULL;
    enum error error =
        shape_encode(&tracking_shape, tracking, part->record, sizeof part->record, &record);
    if (error == OK) error = shape_decode(&tracking_shape, record, &part->tracking, NULL);
    if (error != OK) {
        free(part);
        return error;
    }
    tried->part[tried->count++] = part;
    return OK;
}

static void hear(void *world, const struct carrier_word *word)
{
    struct tried *tried = world;
    struct json_out *out = &tried->replies;
    json_open(out, NULL, '{');
    json_put_text(out, "reply", span_text(word_of(&carrier_reply_words, word->reply)));
    if (word->number.size > 0) json_put_text(out, "number", word->number);
    if (word->code.size > 0) json_put_text(out, "code", word->code);
    if (word->text.size > 0) json_put_text(out, "text", word->text);
    json_close(out, '}');
    tried->replies_count++;
}

static void tried_free(struct tried *tried)
{
    for (size_t i = 0; i < tried->count; i++) free(tried->part[i]);
    free(tried->part);
    json_out_free(&tried->replies);
}

/* --- parcel by parcel ------------------------------------------------------------------------- */

/* The parts of one parcel stand one after the other. */
static size_t end_of_parcel(const struct tried *tried, size_t from)
{
    const struct tracking *first = &tried->part[from]->tracking;
    size_t end = from + 1;
    for (; end < tried->count; end++) {
        const struct tracking *other = &tried->part[end]->tracking;
        bool same =
            span_equal(first->number, other->number) && span_equal(first->unique, other->unique);
        if (!same) break;
    }
    return end;
}

static struct track_state state_of(const struct tried *tried, size_t from, size_t end)
{
    static struct checkpoint scans[CARRIER_POINTS_MAX];
    static struct track_summary summaries[CARRIER_POINTS_MAX / CHECKPOINTS_MAX + 1];
    size_t scans_count = 0, summaries_count = 0;
    for (size_t i = from; i < end; i++) {
        const struct tracking *tracking = &tried->part[i]->tracking;
        if (summaries_count < sizeof summaries / sizeof summaries[0])
            summaries[summaries_count++] = reducer_summary(tracking);
        for (uint32_t k = 0; k < tracking->points_count && scans_count < CARRIER_POINTS_MAX; k++)
            scans[scans_count++] = tracking->points[k];
    }
    return reducer_derive(scans, scans_count, summaries, summaries_count, 0);
}

static void put_word(struct json_out *out, const char *key, const struct words *words,
                     uint64_t number)
{
    if (number != 0)
        json_put_text(out, key, span_text(word_of(words, number)));
    else
        json_put_null(out, key);
}

static void put_event(struct json_out *out, const struct checkpoint *point)
{
    json_open(out, NULL, '{');
    json_put_text(out, "time", point->occurred_local);
    if (point->occurred_ms != 0) json_put_time(out, "at", point->occurred_ms);
    put_word(out, "time_quality", &time_quality_words, point->quality);
    json_put_text(out, "code", point->code);
    put_word(out, "status", &track_status_words, point->status);
    put_word(out, "reason", &track_reason_words, point->reason);
    json_put_text(out, "text", point->text);
    if (point->place.size > 0) json_put_text(out, "place", point->place);
    if (point->country.size > 0) json_put_text(out, "country", point->country);
    json_close(out, '}');
}

/* The newest by the clock on its wall, as it was written. */
static uint64_t wall_clock(const struct checkpoint *point)
{
    uint64_t naive = when_parse(point->occurred_local).naive_ms;
    if (naive != 0) return naive;
    return point->clock_ms != 0 ? point->clock_ms : point->occurred_ms;
}

struct newest {
    const struct checkpoint *point;
    unsigned events;
};

static struct newest newest_of(const struct tried *tried, size_t from, size_t end)
{
    struct newest newest = {NULL, 0};
    for (size_t i = from; i < end; i++)
        for (uint32_t k = 0; k < tried->part[i]->tracking.points_count; k++) {
            const struct checkpoint *point = &tried->part[i]->tracking.points[k];
            bool later = newest.point == NULL || wall_clock(point) > wall_clock(newest.point);
            if (later) newest.point = point;
            newest.events++;
        }
    return newest;
}

/* ISO 8601 as far as it is known: no zone where the carrier wrote none. */
static void put_last_time(struct json_out *out, const struct checkpoint *point)
{
    char text[TIME_TEXT_BYTES];
    if (point == NULL || wall_clock(point) == 0) {
        json_put_null(out, "last_event_time");
        return;
    }
    if (when_parse(point->occurred_local).naive_ms != 0) {
        json_put_text(out, "last_event_time", point->occurred_local);
        return;
    }
    time_print(point->occurred_ms != 0 ? point->occurred_ms : point->clock_ms, text);
    size_t size = strlen(text) - (point->occurred_ms != 0 ? 0 : 1);
    json_put_text(out, "last_event_time", span_of(text, size));
}

static void put_parcel(struct json_out *out, const struct tried *tried, size_t from, size_t end)
{
    const struct tracking *first = &tried->part[from]->tracking;
    struct track_state state = state_of(tried, from, end);
    struct newest newest = newest_of(tried, from, end);
    json_open(out, NULL, '{');
    json_put_text(out, "number", first->number);
    if (first->unique.size > 0) json_put_text(out, "unique", first->unique);
    put_word(out, "status", &track_status_words, state.status);
    put_word(out, "reason", &track_reason_words, state.reason);
    put_word(out, "direction", &direction_words, state.direction);
    json_put_bool(out, "reached_us", state.reached_us);
    json_put_uint(out, "events_count", newest.events);
    put_last_time(out, newest.point);
    if (first->last_mile.size > 0) json_put_text(out, "last_mile", first->last_mile);
    json_open(out, "events", '[');
    for (size_t i = from; i < end; i++)
        for (uint32_t k = 0; k < tried->part[i]->tracking.points_count; k++)
            put_event(out, &tried->part[i]->tracking.points[k]);
    json_close(out, ']');
    json_close(out, '}');
}

static bool was_listed(const struct tried *tried, size_t part, uint32_t point)
{
    struct span code = tried->part[part]->tracking.points[point].code;
    for (size_t i = 0; i <= part; i++)
        for (uint32_t k = 0; k < tried->part[i]->tracking.points_count; k++) {
            if (i == part && k == point) return false;
            const struct checkpoint *other = &tried->part[i]->tracking.points[k];
            bool unknown = other->reason == TRACK_REASON_UNMAPPED;
            if (unknown && span_equal(other->code, code)) return true;
        }
    return false;
}

static void put_unknown(struct json_out *out, const struct tried *tried)
{
    json_open(out, "unknown_codes", '[');
    for (size_t i = 0; i < tried->count; i++)
        for (uint32_t k = 0; k < tried->part[i]->tracking.points_count; k++) {
            const struct checkpoint *point = &tried->part[i]->tracking.points[k];
            if (point->reason != TRACK_REASON_UNMAPPED || was_listed(tried, i, k)) continue;
            json_open(out, NULL, '{');
            json_put_text(out, "code", point->code);
            json_put_text(out, "text", point->text);
            json_close(out, '}');
        }
    json_close(out, ']');
}

static void put_all(struct json_out *out, const struct carrier *carrier, const struct tried *tried,
                    const struct fault *fault)
{
    json_open(out, NULL, '{');
    json_put_text(out, "carrier", span_text(carrier->name));
    json_put_bool(out, "understood", fault->error == OK);
    if (fault->error != OK) {
        json_put_text(out, "error", span_text(error_name(fault->error)));
        json_put_text(out, "field", span_text(fault->path));
    }
    json_open(out, "parcels", '[');
    for (size_t i = 0; i < tried->count; i = end_of_parcel(tried, i))
        put_parcel(out, tried, i, end_of_parcel(tried, i));
    json_close(out, ']');
    json_open(out, "replies", '[');
    if (tried->replies.used > 0)
        json_put_raw(out, NULL, span_of(tried->replies.at, tried->replies.used));
    json_close(out, ']');
    put_unknown(out, tried);
    json_close(out, '}');
}

/* --- telling it to a person ------------------------------------------------------------------- */

static void say_parcels(const struct json *all)
{
    static const struct out_column parcels[] = {
        {"NUMBER", "number", OUT_TEXT},        {"UNIQUE", "unique", OUT_TEXT},
        {"STATUS", "status", OUT_TEXT},        {"REASON", "reason", OUT_TEXT},
        {"WAY", "direction", OUT_TEXT},        {"EVENTS", "events_count", OUT_NUMBER},
        {"LAST", "last_event_time", OUT_TEXT},
    };
    static const struct out_column events[] = {
        {"TIME", "time", OUT_TEXT},     {"ZONE", "time_quality", OUT_TEXT},
        {"CODE", "code", OUT_TEXT},     {"STATUS", "status", OUT_TEXT},
        {"REASON", "reason", OUT_TEXT}, {"PLACE", "place", OUT_TEXT},
        {"TEXT", "text", OUT_TEXT},
    };
    const struct json *list = json_get(all, "parcels");
    out_table(stdout, list, parcels, sizeof parcels / sizeof parcels[0]);
    for (const struct json *parcel = json_first(list); parcel != NULL; parcel = json_next(parcel)) {
        if (json_count(json_get(parcel, "events")) == 0) continue;
        fputs("\nevents of ", stdout);
        out_text(stdout, json_text(json_get(parcel, "number")));
        fputs(", the oldest first\n", stdout);
        out_table(stdout, json_get(parcel, "events"), events, sizeof events / sizeof events[0]);
    }
}

static void say_rest(const struct json *all)
{
    static const struct out_column replies[] = {{"REPLY", "reply", OUT_TEXT},
                                                {"NUMBER", "number", OUT_TEXT},
                                                {"CODE", "code", OUT_TEXT},
                                                {"TEXT", "text", OUT_TEXT}};
    static const struct out_column codes[] = {{"CODE", "code", OUT_TEXT},
                                              {"TEXT", "text", OUT_TEXT}};
    if (json_count(json_get(all, "replies")) > 0) {
        puts("\nwhat else it says");
        out_table(stdout, json_get(all, "replies"), replies, 4);
    }
    if (json_count(json_get(all, "unknown_codes")) > 0) {
        puts("\ncodes that nobody knows yet: they are kept, and change no status");
        out_table(stdout, json_get(all, "unknown_codes"), codes, 2);
    }
}

static void tell(struct cli *cli, const struct json_out *out)
{
    struct json_fault fault;
    if (cli_has(cli, "json")) {
        printf("%.*s\n", (int)out->used, out->at);
        return;
    }
    struct json *all = json_parse(span_of(out->at, out->used), &fault);
    if (all == NULL) { /* larger than one document may be: as it is */
        printf("%.*s\n", (int)out->used, out->at);
        return;
    }
    say_parcels(all);
    say_rest(all);
    json_free(all);
}

/* --- the subcommands -------------------------------------------------------------------------- */

static const struct carrier *named(const char *name)
{
    const struct carrier *carrier = carrier_by_name(span_text(name));
    if (carrier != NULL) return carrier;
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < carriers_count; i++) nearest_offer(&nearest, carriers[i]->name);
    if (nearest.found != NULL)
        cli_say("there is no carrier \"%s\"; did you mean %s?", name, nearest.found);
    else
        cli_say("there is no carrier \"%s\"; `entrepot carrier list` shows them", name);
    return NULL;
}

static struct adapter *read_adapter(const char *path)
{
    struct config_fault fault;
    struct adapter *adapter = adapter_read(path, &fault);
    if (adapter == NULL) cli_say("%s", fault.why);
    return adapter;
}

/* Everything on standard input, of at most CARRIER_BODY_BYTES_MAX bytes; NULL after a word. */
static char *read_input(size_t *size)
{
    char *body = malloc(CARRIER_BODY_BYTES_MAX + 1);
    if (body == NULL) return NULL;
    *size = fread(body, 1, CARRIER_BODY_BYTES_MAX + 1, stdin);
    if (*size <= CARRIER_BODY_BYTES_MAX && ferror(stdin) == 0) return body;
    cli_say(ferror(stdin) != 0 ? "standard input cannot be read"
                               : "the body is larger than 1 MiB: give one message at a time");
    free(body);
    return NULL;
}

static enum exit_code try_body(struct cli *cli, const struct carrier *carrier)
{
    size_t size;
    char *body = read_input(&size);
    if (body == NULL) return EXIT_USAGE;
    struct tried tried = {.part = NULL};
    const char *asked = cli_flag(cli, "number");
    const struct carrier_sink sink = {.world = &tried,
                                      .take = take,
                                      .hear = hear,
                                      .asked = span_text(asked == NULL ? "ASKED" : asked)};
    struct fault fault = {.error = OK};
    enum error error =
        carrier->parse(carrier, crypto_openssl(), span_of(body, size), &sink, &fault);
    if (error != OK && fault.error == OK) fault.error = error;
    struct json_out out = {0};
    put_all(&out, carrier, &tried, &fault);
    tell(cli, &out);
    if (error != OK) cli_say("%s: %s", fault.path, error_text(error));
    json_out_free(&out);
    tried_free(&tried);
    free(body);
    return error == OK ? EXIT_DONE : EXIT_USAGE;
}

enum exit_code carrier_test(struct cli *cli)
{
    const char *file = cli_flag(cli, "file");
    if ((file != NULL) == (cli->words_count == 1))
        return cli_usage(cli, "which carrier? give its name, or --file PATH");
    if (file == NULL) {
        const struct carrier *carrier = named(cli->words[0]);
        return carrier == NULL ? EXIT_NOT_FOUND : try_body(cli, carrier);
    }
    struct adapter *adapter = read_adapter(file);
    if (adapter == NULL) return EXIT_USAGE;
    enum exit_code code = try_body(cli, adapter_carrier(adapter));
    adapter_free(adapter);
    return code;
}

/* What it says when all is well: a file that loads and does something else is seen here. */
enum exit_code carrier_check(struct cli *cli)
{
    struct adapter *adapter = read_adapter(cli->words[0]);
    if (adapter == NULL) return EXIT_USAGE;
    const struct carrier *carrier = adapter_carrier(adapter);
    const char *pushes = carrier->proof == NULL        ? "pushes nothing"
                         : proof_signs(carrier->proof) ? "pushes, and signs"
                                                       : "pushes hints: nothing is signed";
    printf("good: %s, %zu form%s, %s, %s\n", carrier->name, carrier->dialects_count,
           carrier->dialects_count == 1 ? "" : "s", pushes,
           carrier->poll == NULL ? "cannot be asked" : "can be asked");
    adapter_free(adapter);
    return EXIT_DONE;
}

void carrier_test_more(FILE *out)
{
    fputs(
        "The body is read from standard input as it came: JSON or XML, a webhook or the answer "
        "to a\npoll. Its signature is not looked at. What is printed is what a node would keep.\n",
        out);
}

#define EVIDENCE_WORD(name, number, word) [number] = word,
static const char *const evidences[EVIDENCES] = {CODE_EVIDENCE_LIST(EVIDENCE_WORD)};
#undef EVIDENCE_WORD

#define TABLES 3 /* of a form: of events, of summaries, of words */

static struct code_table table_of(const struct carrier *carrier, size_t number)
{
    const struct dialect *dialect = &carrier->dialects[number / TABLES];
    if (number % TABLES == 0) return dialect->meanings;
    if (number % TABLES == 1) return dialect->summaries;
    return (struct code_table){dialect->wordings.rows, dialect->wordings.count};
}

/* Forms of one carrier share their tables. */
static bool is_counted(const struct carrier *carrier, size_t number)
{
    const struct code_row *rows = table_of(carrier, number).rows;
    for (size_t i = 0; i < number; i++)
        if (table_of(carrier, i).rows == rows) return true;
    return false;
}

static void count_codes(const struct carrier *carrier, unsigned counts[EVIDENCES])
{
    for (size_t i = 0; i < TABLES * carrier->dialects_count; i++) {
        struct code_table table = table_of(carrier, i);
        for (size_t row = 0; row < table.count && !is_counted(carrier, i); row++)
            counts[table.rows[row].evidence]++;
    }
}

/* What is counted over the carriers of the program, for the last lines of their list. */
struct listed {
    unsigned carriers, used, published;
    unsigned push, signs, asked, subscribed, replayed, labels, voided;
    unsigned codes[EVIDENCES];
};

/* Why a carrier is experimental; NULL: it is not. What an operator's file leaves open is not ours
 * to say. */
static const char *why_experimental(const struct carrier *carrier, bool own)
{
    if (carrier->captured) return NULL;
    if (own) return "its file says of no live body";
    return carrier->published ? "published examples only" : "made-up bodies only";
}

static void count_carrier(struct listed *listed, const struct carrier *carrier)
{
    unsigned codes[EVIDENCES] = {0};
    const struct labelling *labelling = carrier->labelling;
    count_codes(carrier, codes);
    for (size_t k = 0; k < EVIDENCES; k++) listed->codes[k] += codes[k];
    listed->carriers++;
    listed->used += carrier->captured;
    listed->published += carrier->published;
    listed->push += carrier->proof != NULL;
    listed->signs += carrier->proof != NULL && proof_signs(carrier->proof);
    listed->asked += carrier->poll != NULL;
    listed->subscribed += carrier->subscription != NULL;
    listed->replayed += carrier->replay != NULL;
    listed->labels += labelling != NULL;
    listed->voided += labelling != NULL && labelling->take_back.path != NULL;
}

static void put_abilities(struct json_out *out, const struct carrier *carrier)
{
    const struct labelling *labelling = carrier->labelling;
    if (carrier->proof != NULL)
        json_put_text(out, "push", span_text(proof_signs(carrier->proof) ? "signed" : "hint"));
    json_put_bool(out, "asked", carrier->poll != NULL);
    json_put_bool(out, "subscribe", carrier->subscription != NULL);
    json_put_bool(out, "replay", carrier->replay != NULL);
    json_put_bool(out, "labels", labelling != NULL);
    if (labelling == NULL) return;
    json_put_text(out, "recovery", span_text(word_of(&label_recovery_words, labelling->recovery)));
    json_put_bool(out, "void", labelling->take_back.path != NULL);
    json_put_bool(out, "pickup", labelling->pickup != NULL);
    json_put_bool(out, "qr", labelling->qr != NULL || labelling->qr_url != NULL);
}

static void put_carrier(struct json_out *out, const struct carrier *carrier, bool own)
{
    unsigned counts[EVIDENCES] = {0};
    const char *why = why_experimental(carrier, own);
    count_codes(carrier, counts);
    json_open(out, NULL, '{');
    json_put_text(out, "name", span_text(carrier->name));
    json_put_bool(out, "webhook", carrier->proof != NULL);
    json_put_text(out, "state", span_text(why == NULL ? "used" : "experimental"));
    json_put_uint(out, "forms", carrier->dialects_count > 0 ? carrier->dialects_count : 1);
    json_open(out, "codes", '{');
    for (size_t k = 0; k < EVIDENCES; k++) json_put_uint(out, evidences[k], counts[k]);
    json_close(out, '}');
    put_abilities(out, carrier);
    if (why != NULL) json_put_text(out, "why", span_text(why));
    json_close(out, '}');
}

static void print_carriers(const struct json_out *out, const struct listed *listed)
{
    static const struct out_column columns[] = {
        {"CARRIER", "name", OUT_TEXT},
        {"PUSH", "push", OUT_TEXT},
        {"ASKED", "asked", OUT_TEXT},
        {"SUBSCRIBE", "subscribe", OUT_TEXT},
        {"REPLAY", "replay", OUT_TEXT},
        {"LABELS", "recovery", OUT_TEXT},
        {"VOID", "void", OUT_TEXT},
        {"PICKUP", "pickup", OUT_TEXT},
        {"QR", "qr", OUT_TEXT},
        {"DOCUMENTED", "codes.documented", OUT_NUMBER},
        {"SEEN", "codes.seen", OUT_NUMBER},
        {"LISTED", "codes.listed", OUT_NUMBER},
        {"REMEMBERED", "codes.remembered", OUT_NUMBER},
        {"DECLARED", "codes.declared", OUT_NUMBER},
        {"STATE", "state", OUT_TEXT},
        {"WHY", "why", OUT_TEXT},
    };
    struct json_fault fault;
    struct json *rows = json_parse(span_of(out->at, out->used), &fault);
    out_table(stdout, rows, columns, sizeof columns / sizeof columns[0]);
    json_free(rows);
    printf(
        "\nLABELS says how an uncertain purchase is settled: by a header, a lookup, or not at "
        "all.\n"
        "%u push (%u sign what they say), %u are asked, %u subscribed to, %u told again, %u sell "
        "labels (%u take them back)\n",
        listed->push, listed->signs, listed->asked, listed->subscribed, listed->replayed,
        listed->labels, listed->voided);
    for (size_t k = 0; k < EVIDENCES; k++)
        printf("%s%u %s", k == 0 ? "codes: " : ", ", listed->codes[k], evidences[k]);
    printf("\n%u carriers of the program: %u used, %u experimental (no live body was read: of %u "
           "published "
           "examples were, of %u only made-up bodies)\n",
           listed->carriers, listed->used, listed->carriers - listed->used, listed->published,
           listed->carriers - listed->used - listed->published);
}

enum exit_code carrier_list(struct cli *cli)
{
    const char *file = cli_flag(cli, "file");
    struct adapter *adapter = file == NULL ? NULL : read_adapter(file);
    struct json_out out = {0};
    struct listed listed = {0};
    if (file != NULL && adapter == NULL) return EXIT_USAGE;
    json_open(&out, NULL, '[');
    for (size_t i = 0; i < carriers_count; i++) {
        put_carrier(&out, carriers[i], false);
        count_carrier(&listed, carriers[i]);
    }
    if (adapter != NULL) put_carrier(&out, adapter_carrier(adapter), true);
    json_close(&out, ']');
    if (cli_has(cli, "json"))
        printf("%.*s\n", (int)out.used, out.at);
    else
        print_carriers(&out, &listed);
    json_out_free(&out);
    adapter_free(adapter);
    return EXIT_DONE;
}

const struct cli_flag carrier_unknown_flags[] = {
    {"carrier", "CARRIER", "of that carrier only"},
    {NULL, NULL, NULL},
};

enum exit_code carrier_unknown(struct cli *cli)
{
    static const char *const filters[] = {"carrier", NULL};
    static const struct out_column columns[] = {
        {"CARRIER", "carrier", OUT_TEXT},    {"CODE", "code", OUT_TEXT},
        {"SCANS", "scans", OUT_NUMBER},      {"FIRST", "first_ms", OUT_TEXT},
        {"LAST", "last_ms", OUT_TEXT},       {"TAKEN AS", "taken_as", OUT_TEXT},
        {"FOR EXAMPLE", "number", OUT_TEXT}, {"TEXT", "text", OUT_TEXT},
    };
    return act_list(cli, "/v1/carriers/unknown", "codes", filters, columns,
                    sizeof columns / sizeof columns[0]);
}

const struct cli_flag carrier_replay_flags[] = {
    {"account", "NAME", "which account; without it the one without a name"},
    {"since", "TIME", "from when on; needed"},
    {NULL, NULL, NULL},
};

enum exit_code carrier_replay(struct cli *cli)
{
    struct query query = act_step("/v1/carriers", cli->words[0], "replay");
    query_add(&query, "account", cli_flag(cli, "account"));
    query_add(&query, "since", cli_flag(cli, "since"));
    return act_simple(cli, query.text, NULL, 0);
}

static void put_whose(struct json_out *out, struct span normal, const struct whose *found,
                      size_t count)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    json_open(out, NULL, '{');
    json_put_text(out, "number", normal);
    json_put_text(out, "printed", whose_printed(normal, room));
    json_open(out, "candidates", '[');
    for (size_t i = 0; i < count; i++) {
        json_open(out, NULL, '{');
        json_put_text(out, "carrier", span_text(found[i].form->carrier));
        json_put_text(out, "form", span_text(found[i].form->name));
        json_put_bool(out, "check_sign_holds", found[i].checked);
        const char *service =
            strcmp(found[i].form->name, "s10") == 0 ? whose_service(normal) : NULL;
        if (service != NULL) json_put_text(out, "service", span_text(service));
        bool read = carrier_by_name(span_text(found[i].form->carrier)) != NULL;
        json_put_bool(out, "adapter", read);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

static void say_whose(const struct json_out *out)
{
    static const struct out_column columns[] = {
        {"CARRIER", "carrier", OUT_TEXT},
        {"FORM", "form", OUT_TEXT},
        {"CHECK SIGN", "check_sign_holds", OUT_TEXT},
        {"ADAPTER", "adapter", OUT_TEXT},
        {"SERVICE", "service", OUT_TEXT},
    };
    struct json_fault fault;
    struct json *all = json_parse(span_of(out->at, out->used), &fault);
    struct span number = json_text(json_get(all, "number"));
    struct span printed = json_text(json_get(all, "printed"));
    if (!span_equal(number, printed)) {
        fputs("on the label: ", stdout);
        out_text(stdout, printed);
        fputs("\n", stdout);
    }
    if (json_count(json_get(all, "candidates")) == 0)
        puts("a form that no carrier here is known to use");
    else
        out_table(stdout, json_get(all, "candidates"), columns, sizeof columns / sizeof columns[0]);
    json_free(all);
}

enum exit_code carrier_number(struct cli *cli)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct whose found[WHOSE_MAX];
    struct span normal, given = span_text(cli->words[0]);
    enum error error = number_normalize(given, room, &normal);
    if (error != OK) return cli_usage(cli, "the number: %s", error_text(error));
    size_t count = whose_number(given, found);
    struct json_out out = {0};
    put_whose(&out, normal, found, count);
    if (cli_has(cli, "json"))
        printf("%.*s\n", (int)out.used, out.at);
    else
        say_whose(&out);
    json_out_free(&out);
    return count > 0 ? EXIT_DONE : EXIT_NOT_FOUND;
}
