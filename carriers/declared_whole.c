/* What no single line can tell: sections and keys that need each other, and the row itself. */
#include "carriers/declared_inside.h"

#define STATUS_TAKEN     200
#define STATUS_BAD_PROOF 401
#define STATUS_REFUSED   400

/* --- the proof -------------------------------------------------------------------------------- */

static bool mentions(const char *says, const char *word)
{
    struct span rest;
    for (; says != NULL && *says != '\0'; says++)
        if (span_strip(span_text(says), word, &rest)) return true;
    return false;
}

static const char *proof_fault(const struct proof *proof)
{
    bool token = proof->kind == PROOF_TOKEN, digest = !token && proof->kind != PROOF_HMAC_SHA256;
    if ((proof->header == NULL) == (proof->field == NULL))
        return "say where it stands: either header = NAME, or field = form:NAME or json:PATH";
    if (proof->field != NULL && (proof->prefix != NULL || proof->part != NULL))
        return "prefix and part are of a header; leave them out";
    if (proof->prefix != NULL && proof->part != NULL)
        return "prefix and part cannot both be; leave one out";
    if (token && (proof->says != NULL || proof->nfkd))
        return "a token signs nothing; leave says and nfkd out, or choose another kind";
    if (digest && !mentions(proof->says, "{secret}"))
        return "anybody could compute it: {secret} must stand in says, or choose hmac_sha256";
    if (proof->kind == PROOF_HMAC_SHA256 && mentions(proof->says, "{secret}"))
        return "the secret is the key of an HMAC; leave {secret} out of says";
    if ((proof->when == NULL) != (proof->window_s == 0))
        return "when and window_s stand together; give both, or neither";
    if (proof->part == NULL && (mentions(proof->says, "{t}") || mentions(proof->when, "{t}")))
        return "{t} is a part of the header; add part = NAME of the part that proves";
    return NULL;
}

static bool join_proof(struct loading *loading)
{
    struct declared *declared = loading->declared;
    unsigned line = loading->of_section[SECTION_PROOF];
    const char *wrong = line == 0 ? NULL : proof_fault(&declared->proof);
    if (line == 0) return true;
    if (wrong != NULL) return DECLARED_LACKS(loading, line, "[proof]: ", wrong);
    declared->carrier.proof = &declared->proof;
    return true;
}

/* --- forms and their tables ------------------------------------------------------------------- */

static struct declared_table *table_named(struct declared *declared, enum declared_kind kind,
                                          const char *name)
{
    for (size_t i = 0; i < declared->tables_count; i++) {
        struct declared_table *table = &declared->tables[i];
        if (table->kind == kind && span_equal(span_text(table->name), span_text(name)))
            return table;
    }
    return NULL;
}

static void join_table(struct declared *declared, struct dialect *form, size_t which,
                       const struct declared_table *table)
{
    const struct code_row *rows = declared->rows + table->from;
    if (which == 0) form->meanings = (struct code_table){rows, table->count};
    if (which == 1) form->summaries = (struct code_table){rows, table->count};
    if (which == 2) form->wordings = (struct wording_table){rows, table->count};
    for (size_t i = 0; i < table->count && which == 3; i++)
        form->verdicts[i] = declared->replies[table->from + i];
}

static bool join_tables(struct loading *loading, size_t at)
{
    static const enum declared_kind kinds[DECLARED_REFERENCES] = {DECLARED_CODES, DECLARED_CODES,
                                                                  DECLARED_WORDS, DECLARED_REPLIES};
    static const char *const words[] = {"codes ", "words ", "replies "};
    struct declared *declared = loading->declared;
    for (size_t i = 0; i < DECLARED_REFERENCES; i++) {
        const struct declared_reference *wanted = &declared->references[at][i];
        if (wanted->name == NULL) continue;
        struct declared_table *table = table_named(declared, kinds[i], wanted->name);
        if (table == NULL) {
            (void)DECLARED_LACKS(loading, wanted->line, "there is no section [", words[kinds[i]],
                                 wanted->name, "]; add it, or leave the line out");
            loading->fault->column = wanted->column;
            return false;
        }
        table->used = true;
        join_table(declared, &declared->forms[at], i, table);
    }
    return true;
}

static const char *form_fault(const struct dialect *form)
{
    if (form->parcels == NULL) return "has no parcels; write where each parcel stands (. is all)";
    if (form->events == NULL && form->summary[0] == NULL && form->summary_text == NULL)
        return "has neither events nor summary: nothing would be understood; add one";
    if (form->group_number != NULL && form->groups == NULL)
        return "has a group_number without groups; leave it out";
    if (form->number_end != NULL && form->number == NULL)
        return "has a number_end without number; add where it begins";
    if (form->events == NULL && (form->codes[0] != NULL || form->at[0] != NULL))
        return "has code or at, which stand in events, and no events; add events = PATH";
    if (form->is_return_word != NULL && form->is_return == NULL)
        return "has an is_return_word without is_return; leave it out";
    if ((form->at[0] == NULL && (form->at[1] != NULL || form->at[2] != NULL)) ||
        (form->summary_at[0] == NULL &&
         (form->summary_at[1] != NULL || form->summary_at[2] != NULL)))
        return "has a time of day or a zone without a date; at and summary_at come first";
    return NULL;
}

static bool join_forms(struct loading *loading)
{
    struct declared *declared = loading->declared;
    if (declared->forms_count == 0)
        return DECLARED_LACKS(loading, loading->line == 0 ? 1 : loading->line,
                              "no [form NAME]: add one, which says where things stand");
    for (size_t i = 0; i < declared->forms_count; i++) {
        const char *wrong = form_fault(&declared->forms[i]);
        if (wrong != NULL)
            return DECLARED_LACKS(loading, loading->of_form[i], "[form ", declared->form_names[i],
                                  "] ", wrong);
        if (!join_tables(loading, i)) return false;
    }
    for (size_t i = 0; i < declared->tables_count; i++)
        if (!declared->tables[i].used)
            return DECLARED_LACKS(
                loading, declared->tables[i].line, "no form names ", declared->tables[i].name,
                "; write codes, summary_codes, words or replies = ", declared->tables[i].name,
                " in one, or leave it out");
    declared->carrier.dialects = declared->forms;
    declared->carrier.dialects_count = declared->forms_count;
    return true;
}

/* --- how it is asked -------------------------------------------------------------------------- */

struct listing {
    bool number, numbers;
};

static void hear(void *world, struct span name, bool list)
{
    struct listing *listing = world;
    if (list) listing->numbers = true;
    if (span_equal(name, span_text("number"))) listing->number = true;
}

static struct listing numbers_in(const struct inquiry *ask)
{
    struct listing listing = {false, false};
    const char *const texts[] = {ask->path, ask->body, ask->inner};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] != NULL && template_fault(texts[i], &listing, hear) != NULL) break;
    for (size_t i = 0; i < INQUIRY_HEADERS_MAX && ask->headers[i] != NULL; i++)
        if (template_fault(ask->headers[i], &listing, hear) != NULL) break;
    return listing;
}

static const char *ask_fault(const struct inquiry *ask)
{
    const char *wrong = inquiry_fault(ask);
    if (wrong != NULL) return wrong;
    if (ask->sign != NULL && ask->sign->says == NULL) return "its sign section has no says; add it";
    if (inquiry_wants(ask, "sign") != (ask->sign != NULL))
        return "${sign} and a section [... sign] stand together; give both, or neither";
    if (inquiry_wants(ask, "inner") != (ask->inner != NULL))
        return "${inner} and inner stand together; give both, or neither";
    return NULL;
}

static const char *poll_fault(const struct declared *declared, bool has_access)
{
    const struct poll *poll = &declared->poll;
    const char *wrong = ask_fault(&poll->ask);
    struct listing listing = numbers_in(&poll->ask);
    if (wrong != NULL) return wrong;
    if (declared->carrier.base_url == NULL) return "where? add base_url to [carrier]";
    if (poll->calls == 0 || poll->per_s == 0)
        return "add calls and per_s: how many questions it takes in how many seconds";
    if (!listing.number) return "${number} must stand in what is asked";
    if (listing.numbers != (poll->numbers_max > 1))
        return "${*numbers:,} and a numbers_max above 1 stand together; give both, or neither";
    if (inquiry_wants(&poll->ask, "token") != has_access)
        return "${token} and [access] stand together; give both, or neither";
    return NULL;
}

static bool join_access(struct loading *loading)
{
    struct declared *declared = loading->declared;
    unsigned line = loading->of_section[SECTION_ACCESS];
    unsigned sign = loading->of_section[SECTION_ACCESS_SIGN];
    if (line == 0 && sign == 0) return true;
    if (line == 0) return DECLARED_LACKS(loading, sign, "[access sign] without [access]");
    if (sign != 0) declared->access.ask.sign = &declared->access_sign;
    const char *wrong = ask_fault(&declared->access.ask);
    if (wrong == NULL && declared->access.token == NULL)
        wrong = "add token, where the token stands in the answer";
    if (wrong == NULL && inquiry_wants(&declared->access.ask, "token"))
        wrong = "the token is what is asked for; leave ${token} out";
    if (wrong == NULL && loading->of_section[SECTION_POLL] == 0)
        wrong = "nothing wants a token; add [poll], or leave the section out";
    if (wrong != NULL) return DECLARED_LACKS(loading, line, "[access]: ", wrong);
    declared->carrier.access = &declared->access;
    return true;
}

static bool join_poll(struct loading *loading)
{
    struct declared *declared = loading->declared;
    unsigned line = loading->of_section[SECTION_POLL];
    unsigned sign = loading->of_section[SECTION_POLL_SIGN];
    if (line == 0 && sign != 0) return DECLARED_LACKS(loading, sign, "[poll sign] without [poll]");
    if (line == 0 && declared->carrier.base_url != NULL)
        return DECLARED_LACKS(loading, loading->of_section[SECTION_CARRIER],
                              "[carrier]: a base_url, and no [poll] that asks there; add one");
    if (line == 0) return true;
    if (sign != 0) declared->poll.ask.sign = &declared->poll_sign;
    if (declared->poll.numbers_max == 0) declared->poll.numbers_max = 1;
    const char *wrong = poll_fault(declared, loading->of_section[SECTION_ACCESS] != 0);
    if (wrong != NULL) return DECLARED_LACKS(loading, line, "[poll]: ", wrong);
    declared->carrier.poll = &declared->poll;
    return true;
}

/* --- the row ---------------------------------------------------------------------------------- */

static bool join_carrier(struct loading *loading)
{
    struct carrier *carrier = &loading->declared->carrier;
    unsigned line = loading->of_section[SECTION_CARRIER];
    if (line == 0) return DECLARED_LACKS(loading, 1, "no [carrier]: add it, with a name");
    if (carrier->name == NULL)
        return DECLARED_LACKS(loading, line, "[carrier]: no name; add name = ...");
    if (carrier->content_type == NULL) carrier->content_type = "application/json";
    if (carrier->status_taken == 0) carrier->status_taken = STATUS_TAKEN;
    if (carrier->status_bad_proof == 0) carrier->status_bad_proof = STATUS_BAD_PROOF;
    if (carrier->status_refused == 0) carrier->status_refused = STATUS_REFUSED;
    carrier->parse = dialect_parse;
    return true;
}

bool declared_whole(struct loading *loading)
{
    return join_carrier(loading) && join_proof(loading) && join_forms(loading) &&
           join_access(loading) && join_poll(loading);
}
