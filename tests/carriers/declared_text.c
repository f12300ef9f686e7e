#include "tests/carriers/declared_text.h"

#include "carriers/declared_inside.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

struct out {
    char *at;
    size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void put(struct out *out, const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    int size = vsnprintf(out->at + out->used, out->size - out->used, form, arguments);
    va_end(arguments);
    assert(size >= 0 && (size_t)size < out->size - out->used);
    out->used += (size_t)size;
}

bool declared_text_can(const struct carrier *carrier)
{
    for (size_t i = 0; i < carrier->dialects_count; i++)
        if (carrier->dialects[i].mend != NULL) return false;
    return carrier->parse == dialect_parse && carrier->dialects_count > 0;
}

static unsigned number_at(const void *at)
{
    unsigned number;
    memcpy(&number, at, sizeof number);
    return number;
}

static void put_choice(struct out *out, const struct key *key, unsigned number)
{
    const char *words = key->words;
    for (; number > 0; number--) words += strcspn(words, "|") + 1;
    put(out, "%s = %.*s\n", key->name, (int)strcspn(words, "|"), words);
}

static void put_text(struct out *out, const struct key *key, const void *at)
{
    const char *text;
    memcpy(&text, at, sizeof text);
    if (text != NULL) put(out, "%s = \"%s\"\n", key->name, text);
}

static void put_headers(struct out *out, const char *const *headers)
{
    for (size_t i = 0; i < INQUIRY_HEADERS_MAX && headers[i] != NULL; i++)
        put(out, "header = \"%s\"\n", headers[i]);
}

static void put_zone(struct out *out, const struct key *key, const struct clock_zone *zone)
{
    int minutes = zone->minutes < 0 ? -zone->minutes : zone->minutes;
    if (zone->known)
        put(out, "%s = %c%02d:%02d\n", key->name, zone->minutes < 0 ? '-' : '+', minutes / 60,
            minutes % 60);
}

static void put_key(struct out *out, const struct key *key, const void *base)
{
    const uint8_t *at = (const uint8_t *)base + key->offset;
    uint16_t narrow;
    switch (key->type) {
    case KEY_ZONE: put_zone(out, key, (const struct clock_zone *)(const void *)at); return;
    case KEY_SIGN:
        if (*at != 0) put(out, "%s = %c\n", key->name, *at);
        return;
    case KEY_YES_NO:
        if (*at != 0) put(out, "%s = yes\n", key->name);
        return;
    case KEY_UINT16:
        memcpy(&narrow, at, sizeof narrow);
        if (narrow != 0) put(out, "%s = %u\n", key->name, narrow);
        return;
    case KEY_UINT32:
        if (number_at(at) != 0) put(out, "%s = %u\n", key->name, number_at(at));
        return;
    case KEY_CHOICE: put_choice(out, key, number_at(at)); return;
    case KEY_HEADER: put_headers(out, (const char *const *)(const void *)at); return;
    case KEY_TABLE:
    case KEY_NAME: return;
    case KEY_TEXT:
    case KEY_ANY_TEXT:
    case KEY_URL:
    case KEY_PATH:
    case KEY_CLOCK:
    case KEY_METHOD:
    case KEY_LOWER:
    case KEY_PLACE:
    case KEY_SAYS:
    case KEY_WHEN:
    case KEY_TEMPLATE: put_text(out, key, at); return;
    }
}

static void put_keys(struct out *out, enum section section, const void *base)
{
    const struct section_row *row = &declared_sections[section];
    if (base == NULL) return;
    if (!row->named)
        put(out, "\n[%s%s%s]\n", row->word, row->rest[0] == '\0' ? "" : " ", row->rest);
    for (size_t i = 0; i < declared_keys_count; i++)
        if (declared_keys[i].section == section) put_key(out, &declared_keys[i], base);
}

static void put_codes(struct out *out, const char *word, const char *name,
                      const struct code_row *rows, size_t count)
{
    if (count == 0) return;
    put(out, "\n[%s %s]\n", word, name);
    for (size_t i = 0; i < count; i++)
        put(out, "\"%s\" = %s %s\n", rows[i].code,
            rows[i].status == 0 ? "-" : word_of(&track_status_words, rows[i].status),
            rows[i].reason == 0 ? "" : word_of(&track_reason_words, rows[i].reason));
}

static void put_replies(struct out *out, const char *name, const struct verdict_rule *rules)
{
    if (rules[0].path == NULL) return;
    put(out, "\n[replies %s]\n", name);
    for (size_t i = 0; i < DIALECT_VERDICTS && rules[i].path != NULL; i++) {
        put(out, "%s = %s", word_of(&carrier_reply_words, rules[i].reply), rules[i].path);
        if (rules[i].value != NULL)
            put(out, " %s \"%s\"", rules[i].within ? "has" : "is", rules[i].value);
        put(out, "\n");
    }
}

/* Tables that several forms share are written for the first of them. */
static size_t first_with(const struct carrier *carrier, size_t form)
{
    size_t first = form;
    while (first > 0 &&
           carrier->dialects[first - 1].meanings.rows == carrier->dialects[form].meanings.rows)
        first--;
    return first;
}

static void put_form(struct out *out, const struct carrier *carrier, size_t at)
{
    const struct dialect *form = &carrier->dialects[at];
    size_t first = first_with(carrier, at);
    char name[32], shared[32];
    snprintf(name, sizeof name, "f%zu", at);
    snprintf(shared, sizeof shared, "f%zu", first);
    put(out, "\n[form %s]\n", name);
    put_keys(out, SECTION_FORM, form);
    if (form->meanings.count > 0) put(out, "codes = %s\n", shared);
    if (form->summaries.count > 0) put(out, "summary_codes = s%zu\n", at);
    if (form->wordings.count > 0) put(out, "words = %s\n", name);
    if (form->verdicts[0].path != NULL) put(out, "replies = %s\n", name);
    if (first == at) put_codes(out, "codes", name, form->meanings.rows, form->meanings.count);
    char summaries[32];
    snprintf(summaries, sizeof summaries, "s%zu", at);
    put_codes(out, "codes", summaries, form->summaries.rows, form->summaries.count);
    put_codes(out, "words", name, form->wordings.rows, form->wordings.count);
    put_replies(out, name, form->verdicts);
}

void declared_text_write(const struct carrier *carrier, const char *name, char *text, size_t size)
{
    struct out out = {text, size, 0};
    put(&out, "[carrier]\nname = %s\n", name);
    for (size_t i = 0; i < declared_keys_count; i++)
        if (declared_keys[i].section == SECTION_CARRIER) put_key(&out, &declared_keys[i], carrier);
    put_keys(&out, SECTION_PROOF, carrier->proof);
    put_keys(&out, SECTION_ACCESS, carrier->access);
    if (carrier->access != NULL) put_keys(&out, SECTION_ACCESS_SIGN, carrier->access->ask.sign);
    put_keys(&out, SECTION_POLL, carrier->poll);
    if (carrier->poll != NULL) put_keys(&out, SECTION_POLL_SIGN, carrier->poll->ask.sign);
    for (size_t i = 0; i < carrier->dialects_count; i++) put_form(&out, carrier, i);
}
