#include "node/hooks/lines.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/hooks/secrets.h"

struct hook_line *lines_at(const struct lines *lines, size_t place)
{
    return (struct hook_line *)lines->at[place];
}

/* The place of the id, or where it would be put. */
static size_t place_of(const struct lines *lines, const struct id *webhook, bool *found)
{
    size_t low = 0, high = lines->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(lines->at[middle]->webhook.bytes, webhook->bytes, ID_BYTES) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < lines->count && id_equal(&lines->at[low]->webhook, webhook);
    return low;
}

struct hook_line *lines_find(const struct lines *lines, const struct id *webhook)
{
    bool found;
    size_t place = place_of(lines, webhook, &found);
    return found ? lines_at(lines, place) : NULL;
}

static struct hook_line *add(struct lines *lines, const struct id *webhook)
{
    bool found;
    size_t place = place_of(lines, webhook, &found);
    if (found) return lines_at(lines, place);
    struct hook_line *line = lines->count < LINES_MAX ? calloc(1, sizeof *line) : NULL;
    if (line == NULL) {
        lines->left_out++;
        return NULL;
    }
    line->plan.webhook = *webhook;
    memmove(&lines->at[place + 1], &lines->at[place], (lines->count - place) * sizeof lines->at[0]);
    lines->at[place] = &line->plan;
    lines->count++;
    return line;
}

static void free_line(struct hook_line *line)
{
    explicit_bzero(line->keys, sizeof line->keys);
    free(line);
}

/* Those that this node does not deliver to any more; while a call is out, its answer is awaited. */
static void drop_unseen(struct lines *lines)
{
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++) {
        struct hook_line *line = lines_at(lines, i);
        if (!line->seen) line->plan.may_send = false;
        if (!line->seen && line->plan.calls == 0)
            free_line(line);
        else
            lines->at[kept++] = &line->plan;
    }
    lines->count = kept;
}

void lines_free(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) free_line(lines_at(lines, i));
    lines->count = 0;
}

/* --- one endpoint ------------------------------------------------------------------------------
 */

/* Where the line stands when this node begins to deliver: where it was itself, if it has led the
 * book ever since, or else where the leader before it was when it checked in. */
static void take_up(struct lines *lines, const struct store_reading *reading,
                    struct hook_line *line, const struct webhook_row *row)
{
    struct hook_progress progress;
    struct span value;
    const struct rows *truth = &reading->truth;
    bool held = truth->port->get(truth->world, TRUTH_HOOK, id_span(&line->plan.webhook), &value) &&
                shape_decode(&hook_progress_shape, value, &progress, NULL) == OK;
    if (held) line->plan.number = progress.number;
    if (held && progress.term == line->term && progress.through >= row->through) {
        plan_from_row(&line->plan, &progress);
        return;
    }
    line->plan.open_count = line->plan.calls = 0;
    line->plan.replay_at = line->plan.replay_next = 0;
    line->plan.through = row->through > row->since_idx ? row->through : row->since_idx;
    for (uint32_t i = 0; i < row->under_way_count; i++)
        scan_add(lines->scan, &line->plan, row, &row->under_way[i]);
}

static void look_for_keys(struct lines *lines, struct hook_line *line,
                          const struct webhook_row *row, uint64_t now_ms)
{
    bool changed = line->version != row->version || line->keys_wanted != row->secrets_count;
    bool missing = line->keys_count < row->secrets_count;
    bool again = now_ms >= line->keys_ms + LINES_SECRETS_MS || now_ms < line->keys_ms;
    if (!changed && (!missing || !again)) return;
    line->keys_count = 0;
    line->keys_wanted = row->secrets_count;
    line->keys_ms = now_ms;
    for (uint32_t i = 0; i < row->secrets_count; i++)
        if (secrets_find(lines->directory, lines->crypto, &row->secrets[i].fingerprint,
                         &line->keys[line->keys_count]))
            line->keys_count++;
}

static void copy_row(struct lines *lines, struct hook_line *line, const struct webhook_row *row,
                     uint64_t now_ms)
{
    assert(row->url.size < sizeof line->url);
    look_for_keys(lines, line, row, now_ms);
    if (line->version != row->version) line->disabling = false;
    line->version = row->version;
    line->disabled = row->disabled != 0;
    line->plan.merchant = row->merchant;
    uint64_t checked = row->through > row->since_idx ? row->through : row->since_idx;
    if (checked > line->plan.checked_through) line->plan.checked_through = checked;
    memcpy(line->url, row->url.at, row->url.size);
    line->url[row->url.size] = '\0';
}

static bool leads(const struct lines *lines, const struct log_row *log)
{
    return log->log_type == LOG_BOOK && id_equal(&log->writer_log, &lines->own_log) &&
           log->quarantined == 0 && log->retired == 0;
}

static bool look_at_one(struct lines *lines, const struct store_reading *reading,
                        const struct id *webhook, const struct webhook_row *row, uint64_t now_ms)
{
    struct log_row log;
    if (!scan_log(lines->scan, &row->book, &log) || !leads(lines, &log)) return false;
    bool known = lines_find(lines, webhook) != NULL;
    struct hook_line *line = add(lines, webhook);
    if (line == NULL) return false;
    bool anew = !known || line->term != log.term;
    line->seen = true;
    line->book = row->book;
    line->term = log.term;
    if (anew) take_up(lines, reading, line, row);
    if (anew) line->plan.checked_ms = now_ms;
    copy_row(lines, line, row, now_ms);
    line->plan.may_send = !line->disabled && !line->disabling && line->keys_count > 0;
    if (line->disabled) return false;
    uint64_t through = scan_readable(lines->scan, &row->book, &log);
    return scan_line(lines->scan, &line->plan, row, through, LINES_ENTRIES_MAX);
}

bool lines_look(struct lines *lines, const struct store_reading *reading, bool may_act,
                uint64_t now_ms)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    bool more = false;
    lines->left_out = 0;
    for (size_t i = 0; i < lines->count; i++) lines_at(lines, i)->seen = false;
    scan_look_at(lines->scan, reading);
    while (may_act && walk_next(&reading->views, VIEW_WEBHOOK, &walk, &at)) {
        struct webhook_row row;
        struct id webhook;
        memcpy(webhook.bytes, walk.at.bytes, ID_BYTES);
        if (shape_decode(&webhook_row_shape, at.value, &row, NULL) != OK) continue;
        more = look_at_one(lines, reading, &webhook, &row, now_ms) || more;
    }
    drop_unseen(lines);
    return more;
}
