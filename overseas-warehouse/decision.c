/* Putting a decision together: drafts are encoded as they are added, and the first fault of any of
 * them becomes the refusal of the whole. */
#include "overseas-warehouse/parts.h"
#include "proto/line.h"

void decision_begin(struct decision *decision)
{
    decision->error = OK;
    decision->rule[0] = '\0';
    decision->entity = (struct id){{0}};
    decision->drafts_count = 0;
    decision->bytes_used = 0;
    decision->applied_count = 0;
}

void decision_refuse(struct decision *decision, enum error error, const char *rule)
{
    assert(error != OK);
    if (decision->error != OK) return;
    decision->error = error;
    decision->drafts_count = 0;
    decision->bytes_used = 0;
    struct line line = line_over(decision->rule, sizeof decision->rule);
    line_text(&line, rule);
}

void decision_add(struct decision *decision, enum event_kind kind, const struct id *entity,
                  const void *payload)
{
    if (decision->error != OK) return;
    const struct event_row *row = event_by_kind(kind);
    assert(row != NULL && entity != NULL);
    struct fault fault = {.error = OK};
    enum error error = shape_check(row->shape, payload, &fault);
    if (error == OK && decision->drafts_count == DRAFTS_MAX) error = ERROR_TOO_LARGE;
    if (error != OK) {
        decision_refuse(decision, error, fault.path);
        return;
    }
    uint8_t *at = decision->bytes + decision->bytes_used;
    struct span out;
    error =
        shape_encode(row->shape, payload, at, sizeof decision->bytes - decision->bytes_used, &out);
    if (error != OK) {
        decision_refuse(decision, error, row->name);
        return;
    }
    struct draft *draft = &decision->drafts[decision->drafts_count++];
    draft->kind = kind;
    draft->entity = *entity;
    draft->deps_count = 0;
    draft->offset = decision->bytes_used;
    draft->size = (uint32_t)out.size;
    decision->bytes_used += draft->size;
}

void decision_dep(struct decision *decision, const struct id *log, uint64_t idx)
{
    if (decision->error != OK || decision->drafts_count == 0) return;
    struct draft *draft = &decision->drafts[decision->drafts_count - 1];
    for (uint32_t i = 0; i < draft->deps_count; i++) {
        if (!id_equal(&draft->deps[i].log, log)) continue;
        if (draft->deps[i].idx < idx) draft->deps[i].idx = idx;
        return;
    }
    assert(draft->deps_count < EVENT_DEPS_MAX);
    draft->deps[draft->deps_count++] = (struct dep){.log = *log, .idx = idx};
}

const struct rule *decision_judge(struct decision *decision, enum rule_table_number number,
                                  uint64_t from, enum actor_kind actor, enum verb verb,
                                  uint32_t facts)
{
    if (decision->error != OK) return NULL;
    const struct rule_table *table = rule_tables[number];
    struct verdict verdict = rule_judge(table, from, actor, verb, facts);
    if (verdict.rule == NULL) {
        char text[RULE_BYTES_MAX];
        verdict_print(table, &verdict, from, actor, verb, text, sizeof text);
        decision_refuse(decision, verdict.error, text);
        return NULL;
    }
    if (decision->applied_count < DRAFTS_MAX)
        decision->applied[decision->applied_count++] = rule_mark(number, verdict.rule);
    return verdict.rule;
}

uint16_t rule_number(enum rule_table_number number, const struct rule *rule)
{
    return (uint16_t)(rule - rule_tables[number]->rules);
}

uint16_t rule_mark(enum rule_table_number number, const struct rule *rule)
{
    return (uint16_t)((unsigned)number << 12 | rule_number(number, rule));
}

/* Random bits are hashed with a count, so that one moment mints many ids that do not collide. */
struct id mint(const struct desk *desk, struct moment *moment)
{
    uint8_t count[4];
    be_put(count, moment->minted++, sizeof count);
    struct span parts[] = {id_span(&desk->node), span_of(moment->random, sizeof moment->random),
                           span_of(count, sizeof count)};
    struct hash hash;
    crypto_hash(desk->crypto, "entrepot/mint/1", parts, 3, &hash);
    return id_make(moment->wall_ms, hash.bytes);
}

#define OWNER_BYTES 4

static void owner_tag(const struct crypto *crypto, const struct id *id, const struct id *book,
                      uint8_t tag[OWNER_BYTES])
{
    struct span parts[] = {id_span(book), span_of(id->bytes, ID_BYTES - OWNER_BYTES)};
    struct hash hash;
    crypto_hash(crypto, "entrepot/owner/1", parts, 2, &hash);
    memcpy(tag, hash.bytes, OWNER_BYTES);
}

struct id mint_of(const struct desk *desk, struct moment *moment, const struct id *book)
{
    struct id id = mint(desk, moment);
    id_own(desk->crypto, &id, book);
    return id;
}

void id_own(const struct crypto *crypto, struct id *id, const struct id *book)
{
    owner_tag(crypto, id, book, id->bytes + ID_BYTES - OWNER_BYTES);
}

bool id_is_of(const struct crypto *crypto, const struct id *id, const struct id *book)
{
    uint8_t tag[OWNER_BYTES];
    owner_tag(crypto, id, book, tag);
    return memcmp(tag, id->bytes + ID_BYTES - OWNER_BYTES, OWNER_BYTES) == 0;
}

struct actor actor_self(const struct desk *desk, enum actor_kind kind)
{
    return (struct actor){.kind = kind, .node = desk->node};
}
