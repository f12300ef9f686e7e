#include "tests/carriers/conform.h"
#include <ctype.h>
#include <strings.h>

#include "proto/when.h"

#define PARCELS 16

bool conform_split(char *text, char **field, size_t fields)
{
    for (size_t i = 0; i < fields; i++) {
        field[i] = text;
        char *tab = strchr(text, '\t');
        if (tab == NULL) return i == fields - 1;
        *tab = '\0';
        text = tab + 1;
    }
    return true;
}

/* The item of that number, or NULL beyond the last. */
static const char *item(const char *list, size_t index, char room[CONFORM_TEXT_BYTES])
{
    for (; index > 0; index--) {
        list = strchr(list, ';');
        if (list == NULL) return NULL;
        list++;
    }
    snprintf(room, CONFORM_TEXT_BYTES, "%.*s", (int)strcspn(list, ";"), list);
    return room;
}

/* --- what was understood ------------------------------------------------------------------------
 */

struct understood {
    bool not_found_in_words;
    struct collected got;
    uint32_t first[PARCELS]; /* the first tracking of each parcel */
    uint32_t parcels;
    uint32_t refused;         /* numbers that were refused: parcels of which nothing is said */
    enum carrier_reply reply; /* the first word; 0: none */
    uint64_t replies;         /* all of them */
    bool placed;              /* a fault names a place */
};

static bool says_not_found(struct span text)
{
    const char *words = "not found";
    return text.size > 0 && memmem(text.at, text.size, words, strlen(words)) != NULL;
}

static void hear(void *world, const struct carrier_word *word)
{
    struct understood *to = world;
    to->replies |= UINT64_C(1) << word->reply;
    if (word->reply > REPLY_NOT_FOUND && word->number.size > 0) to->refused++;
    if (to->reply != 0) return;
    to->reply = word->reply;
    to->not_found_in_words = says_not_found(word->text);
}

static enum error take(void *world, const struct tracking *tracking)
{
    struct understood *to = world;
    struct carrier_sink sink = collect_sink(&to->got);
    return sink.take(sink.world, tracking);
}

static bool same_parcel(const struct tracking *a, const struct tracking *b)
{
    return span_equal(a->number, b->number) && span_equal(a->unique, b->unique);
}

static enum error understand(struct understood *to, const struct conform_line *line,
                             struct span body)
{
    const struct carrier *carrier =
        line->row != NULL ? line->row : carrier_by_name(span_text(line->adapter));
    struct carrier_sink sink = {
        .world = to, .take = take, .hear = hear, .asked = span_text("ASKED")};
    struct fault fault = {.error = OK};
    memset(to, 0, sizeof *to);
    collect_begin(&to->got);
    enum error error = carrier->parse(carrier, collect_crypto(), body, &sink, &fault);
    to->placed = fault.path[0] != '\0';
    for (uint32_t i = 0; i < to->got.count && to->parcels < PARCELS; i++)
        if (i == 0 || !same_parcel(&to->got.tracking[i], &to->got.tracking[i - 1]))
            to->first[to->parcels++] = i;
    return error;
}

static uint32_t end_of(const struct understood *from, uint32_t parcel)
{
    return parcel + 1 < from->parcels ? from->first[parcel + 1] : from->got.count;
}

static struct collected part_of(const struct understood *from, uint32_t parcel)
{
    struct collected part = {.count = 0};
    for (uint32_t i = from->first[parcel]; i < end_of(from, parcel); i++)
        part.tracking[part.count++] = from->got.tracking[i];
    return part;
}

/* --- comparing ----------------------------------------------------------------------------------
 */

static void complain(struct conform_tally *tally, const struct conform_line *line, const char *what,
                     const char *expected, const char *found)
{
    printf("%s: %s should be %s, is %s\n", line->file, what, expected, found);
    tally->wrong++;
}

/* A number of the index may bear the carrier's own id after a sharp sign, and a word after a blank.
 */
static bool is_number(const char *expected, const struct tracking *tracking)
{
    char found[2 * CONFORM_TEXT_BYTES];
    if (strcmp(expected, "-") == 0 || strcmp(expected, "None") == 0 || expected[0] == '(')
        return true;
    snprintf(found, sizeof found, "%.*s", (int)tracking->number.size, tracking->number.at);
    if (strchr(expected, '#') != NULL)
        snprintf(found + strlen(found), CONFORM_TEXT_BYTES, "#%.*s", (int)tracking->unique.size,
                 tracking->unique.at);
    /* A number is kept in capitals; a word about it may follow. */
    size_t size = strcspn(expected, " ");
    return strlen(found) == size && strncasecmp(expected, found, size) == 0;
}

static uint64_t naive_of(const struct checkpoint *point)
{
    struct span local = point->occurred_local; /* without the name of a zone */
    while (local.size > 0 && (local.at[local.size - 1] == ' ' || isupper(local.at[local.size - 1])))
        local.size--;
    uint64_t naive = when_parse(point->occurred_local).naive_ms;
    if (naive == 0) naive = when_parse(local).naive_ms;
    if (naive != 0) return naive;
    return point->clock_ms != 0 ? point->clock_ms : point->occurred_ms;
}

/* The newest by the clock on its wall, as the index has it: with or without a zone. */
static bool is_last_time(const char *expected, const struct collected *part)
{
    char text[CONFORM_TEXT_BYTES];
    snprintf(text, sizeof text, "%s", expected);
    text[strcspn(text, " ")] = '\0'; /* the name of a zone */
    struct when when = when_parse(span_text(text));
    uint64_t naive = 0, last = 0;
    if (when.naive_ms == 0) return strcmp(expected, "-") == 0;
    for (uint32_t i = 0; i < part->count; i++)
        for (uint32_t k = 0; k < part->tracking[i].points_count; k++) {
            const struct checkpoint *point = &part->tracking[i].points[k];
            if (naive_of(point) > naive) naive = naive_of(point);
            if (point->occurred_ms > last) last = point->occurred_ms;
        }
    return naive == when.naive_ms || (when.ms != 0 && last == when.ms) || last == when.naive_ms;
}

static unsigned events_of(const struct collected *part)
{
    unsigned events = 0;
    for (uint32_t i = 0; i < part->count; i++) events += part->tracking[i].points_count;
    return events;
}

/* not_found: a state of a parcel or a word about the question. */
static const char *status_of(const struct collected *part, const struct understood *from)
{
    struct track_state state = collect_derive(part, 0);
    if (state.status != 0) return word_of(&track_status_words, state.status);
    if (from->reply == 0) return "-";
    if (from->reply == REPLY_NOTHING) return "-";
    return from->reply == REPLY_NOT_FOUND ? "not_found" : "error";
}

static const char *reason_of(const struct collected *part)
{
    struct track_state state = collect_derive(part, 0);
    return state.reason == 0 ? "-" : word_of(&track_reason_words, state.reason);
}

/* --- the state is a function of the set ---------------------------------------------------------
 */

#define SHUFFLES 1000
#define PUSHES   4

static uint32_t draw(uint32_t below)
{
    static uint64_t state = 20250611;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

/* The same scans in several pushes, in any order, some of them twice; each push says what the
 * message said. */
static void shuffle(const struct collected *from, struct collected *to)
{
    memset(to, 0, sizeof *to);
    to->count = 1 + draw(PUSHES);
    for (uint32_t i = 0; i < to->count; i++) {
        to->tracking[i] = from->tracking[0];
        to->tracking[i].points_count = 0;
    }
    for (uint32_t i = 0; i < from->count; i++)
        for (uint32_t k = 0; k < from->tracking[i].points_count; k++) {
            unsigned copies = 1 + (draw(4) == 0 ? 1 : 0);
            for (; copies > 0; copies--) {
                struct tracking *push = &to->tracking[draw(to->count)];
                if (push->points_count == CHECKPOINTS_MAX) push = &to->tracking[to->count++];
                if (push->carrier.size == 0) {
                    *push = from->tracking[0];
                    push->points_count = 0;
                }
                uint32_t at = draw(push->points_count + 1);
                push->points[push->points_count++] = push->points[at];
                push->points[at] = from->tracking[i].points[k];
            }
        }
}

static void check_order(struct conform_tally *tally, const struct conform_line *line,
                        const struct collected *part)
{
    static struct collected other;
    struct track_state whole = collect_derive(part, 0);
    for (unsigned i = 0; i < SHUFFLES; i++) {
        shuffle(part, &other);
        struct track_state state = collect_derive(&other, 0);
        tally->shuffles++;
        if (state.status == whole.status && state.reason == whole.reason) continue;
        complain(tally, line, "in another order the status",
                 word_of(&track_status_words, whole.status),
                 word_of(&track_status_words, state.status));
        return;
    }
}

static void compare_parcel(struct conform_tally *tally, const struct conform_line *line,
                           uint32_t at, const struct understood *from)
{
    char expected[CONFORM_TEXT_BYTES], found[CONFORM_TEXT_BYTES];
    struct collected part = part_of(from, at);
    const char *status = status_of(&part, from);
    tally->parcels++;
    struct span number = part.tracking[0].number;
    bool named = item(line->number, at, expected) != NULL;
    if (!named && strchr(line->number, ';') != NULL)
        complain(tally, line, "the count of parcels", line->number, "more");
    snprintf(found, sizeof found, "%.*s", (int)number.size, (const char *)number.at);
    if (named && expected[0] != '\0' && !is_number(expected, &part.tracking[0]))
        complain(tally, line, "the number", expected, found);
    if (item(line->status, at, expected) != NULL && strcmp(expected, "-") != 0 &&
        strcmp(expected, status) != 0)
        complain(tally, line, "the status", expected, status);
    if (item(line->reason, at, expected) != NULL && expected[0] != '\0' &&
        strcmp(expected, reason_of(&part)) != 0)
        complain(tally, line, "the reason", expected, reason_of(&part));
    snprintf(found, sizeof found, "%u", events_of(&part));
    if (item(line->events, at, expected) != NULL && expected[0] != '\0' &&
        strcmp(expected, found) != 0)
        complain(tally, line, "the count of events", expected, found);
    if (item(line->last_time, at, expected) != NULL && expected[0] != '\0' &&
        strcmp(expected, "-") != 0 && !is_last_time(expected, &part))
        complain(tally, line, "the last time", expected, "another");
    if (events_of(&part) > 1) check_order(tally, line, &part);
}

/* Files without a parcel: what is said of the question. */
static void compare_reply(struct conform_tally *tally, const struct conform_line *line,
                          enum error error, const struct understood *from)
{
    const char *expected = line->status;
    bool refused = from->reply == REPLY_REFUSED || from->reply == REPLY_LATER;
    const char *found = error != OK || refused           ? "error"
                        : from->reply == REPLY_NOT_FOUND ? "not_found"
                                                         : "-";
    tally->parcels++;
    /* A table that calls a reply an error whose own words say that the number is not found. */
    bool excused = strcmp(expected, "error") == 0 && strcmp(found, "not_found") == 0 &&
                   from->not_found_in_words;
    if (excused)
        tally->excused++;
    else if (strcmp(expected, found) != 0)
        complain(tally, line, "the reply", expected, found);
}

static void say_tracking(struct conform_said *said, const struct tracking *tracking)
{
    said->statuses |= UINT64_C(1) << tracking->summary;
    said->reasons |= UINT64_C(1) << tracking->summary_reason;
    said->is_return = said->is_return || tracking->direction == DIRECTION_RETURN;
    said->scans += tracking->points_count;
    for (uint32_t i = 0; i < tracking->points_count; i++) {
        said->statuses |= UINT64_C(1) << tracking->points[i].status;
        said->reasons |= UINT64_C(1) << tracking->points[i].reason;
    }
}

/* Of the words in its sets 0 is none: that bit says nothing. */
static struct conform_said said_of(const struct understood *from, enum error error)
{
    struct conform_said said = {
        .error = error, .placed = from->placed, .parcels = from->parcels, .replies = from->replies};
    for (uint32_t i = 0; i < from->got.count; i++) say_tracking(&said, &from->got.tracking[i]);
    for (uint32_t i = 0; i < from->parcels; i++) {
        struct collected part = part_of(from, i);
        struct track_state state = collect_derive(&part, 0);
        said.states |= UINT64_C(1) << state.status;
        said.reasons |= UINT64_C(1) << state.reason;
    }
    said.statuses = (said.statuses | said.states) & ~UINT64_C(1);
    said.reasons &= ~UINT64_C(1);
    return said;
}

void conform_run(struct conform_tally *tally, const struct conform_line *line)
{
    char room[CONFORM_TEXT_BYTES];
    static struct understood from;
    struct span body = file_read(line->file);
    if (body.at == NULL) {
        tally->skipped++;
        return;
    }
    enum error error = understand(&from, line, body);
    tally->files++;
    tally->said = said_of(&from, error);
    if (from.parcels == 0) compare_reply(tally, line, error, &from);
    for (uint32_t i = 0; i < from.parcels; i++) compare_parcel(tally, line, i, &from);
    if (from.parcels > 0 && item(line->number, from.parcels + from.refused, room) != NULL)
        complain(tally, line, "the parcel after the last", room, "not there");
    collect_end(&from.got);
    file_free(body);
}
