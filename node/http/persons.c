/* What is stored of the person behind a return: as it was given, what a follow-up's answer said in
 * own words, and whether it was erased. It is read under its own path, by who may. */
#include "node/http/records.h"

/* Entries about the subject whose payload did not reach this node, though nobody erased it. */
static uint64_t count_missing(const struct reading *reading, const struct key *subject)
{
    struct walk walk = walk_over(subject);
    struct row row;
    uint64_t missing = 0;
    while (walk_next(reading->rows, VIEW_PERSONAL, &walk, &row))
        missing += rows_has(reading->rows, VIEW_PERSON, &walk.at) ||
                           rows_has(reading->rows, VIEW_FOLLOWUP_COMMENT, &walk.at) ||
                           rows_has(reading->rows, VIEW_PHOTO, &walk.at)
                       ? 0
                       : 1;
    return missing;
}

static void put_comments(const struct reading *reading, const struct id *subject,
                         struct json_out *out)
{
    struct key prefix = key_of(subject);
    struct walk walk = walk_over(&prefix);
    struct row row;
    json_open(out, "comments", '[');
    while (walk_next(reading->rows, VIEW_FOLLOWUP_COMMENT, &walk, &row)) {
        struct followup_comment comment;
        if (!rows_load(reading->rows, VIEW_FOLLOWUP_COMMENT, &walk.at, &followup_comment_shape,
                       &comment))
            continue;
        json_put_text(out, NULL, comment.comment);
    }
    json_close(out, ']');
}

/* What is known of the person behind a return, and whether it was erased. */
bool persons_put(const struct reading *reading, const struct id *subject, struct json_out *out)
{
    struct key prefix = key_of(subject);
    struct walk walk = walk_over(&prefix);
    struct row row;
    bool erased = rows_has(reading->rows, VIEW_ERASED, &prefix), known = erased;
    json_open(out, NULL, '{');
    json_put_id(out, "subject", subject);
    json_put_bool(out, "erased", erased);
    json_open(out, "entries", '[');
    while (walk_next(reading->rows, VIEW_PERSON, &walk, &row)) {
        struct person person;
        if (!rows_load(reading->rows, VIEW_PERSON, &walk.at, &person_shape, &person)) continue;
        known = true;
        json_open(out, NULL, '{');
        json_put_shape(out, NULL, &person_shape, &person);
        json_close(out, '}');
    }
    json_close(out, ']');
    put_comments(reading, subject, out);
    json_put_uint(out, "missing", count_missing(reading, &prefix));
    json_close(out, '}');
    walk = walk_over(&prefix);
    return known || walk_next(reading->rows, VIEW_PERSONAL, &walk, &row);
}
