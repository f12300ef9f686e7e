/* Values and rows: each is checked by the rule that its kind has elsewhere in this room. */
#include "carriers/declared_inside.h"

#include "proto/json_path.h"
#include "proto/line.h"

#include <assert.h>

#define PUSH_NAME_BYTES_MAX 63 /* of what proof.c looks for in a push */
#define PUSH_WORDS_MAX      8  /* of what it signs */
#define JOINED_BYTES_MAX    (DIALECT_CODES * (SCAN_CODE_BYTES_MAX + 1))
#define URL_BYTES_MAX       400
#define MINUTES_MAX         (14 * 60) /* no zone lies further from Greenwich */
static_assert(DECLARED_NAME_BYTES_MAX == CARRIER_BYTES_MAX, "a record can bear every name");

static bool is_same(struct span text, const char *word)
{
    return span_equal(text, span_text(word));
}

static void set_text(const struct key *key, void *base, const char *text)
{
    memcpy((uint8_t *)base + key->offset, &text, sizeof text);
}

static bool take_text(const struct key *key, void *base, const char *text)
{
    set_text(key, base, text);
    return true;
}

/* Takes the text when nothing is wrong with it. */
static bool take_if(struct loading *loading, const struct key *key, void *base, const char *text,
                    const char *wrong)
{
    if (wrong != NULL) return DECLARED_WRONG(loading, text, key->name, ": ", wrong);
    return take_text(key, base, text);
}

/* --- numbers and words ------------------------------------------------------------------------ */

static bool read_number(const char *text, uint32_t *number)
{
    uint64_t value = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || value > UINT32_MAX) return false;
        value = value * 10 + (uint64_t)(*at - '0');
    }
    *number = (uint32_t)value;
    return text[0] != '\0' && value <= UINT32_MAX;
}

static bool take_number(struct loading *loading, const struct key *key, void *base,
                        const char *text)
{
    char range[48];
    uint32_t number = 0;
    struct line line = line_over(range, sizeof range);
    line_uint(&line, key->min);
    line_text(&line, " to ");
    line_uint(&line, key->max);
    if (!read_number(text, &number) || number < key->min || number > key->max)
        return DECLARED_WRONG(loading, text, key->name, ": write a whole number from ", range);
    uint16_t narrow = (uint16_t)number;
    if (key->type == KEY_UINT16)
        memcpy((uint8_t *)base + key->offset, &narrow, sizeof narrow);
    else
        memcpy((uint8_t *)base + key->offset, &number, sizeof number);
    return true;
}

static int choice_of(const char *words, const char *word)
{
    struct span rest = span_text(words);
    for (int number = 0; rest.size > 0; number++) {
        const uint8_t *bar = memchr(rest.at, '|', rest.size);
        size_t size = bar == NULL ? rest.size : (size_t)(bar - rest.at);
        if (is_same(span_of(rest.at, size), word)) return number;
        if (bar == NULL) break;
        rest = span_of(bar + 1, rest.size - size - 1);
    }
    return -1;
}

static bool take_choice(struct loading *loading, const struct key *key, void *base,
                        const char *text)
{
    const char *words = key->type == KEY_YES_NO ? "no|yes" : key->words;
    int found = choice_of(words, text);
    if (found < 0)
        return DECLARED_WRONG(loading, text, key->name, ": ", text, " is none of ", words,
                              "; write one of these");
    unsigned number = (unsigned)found;
    bool yes = found == 1;
    if (key->type == KEY_METHOD) return take_text(key, base, text);
    if (key->type == KEY_YES_NO)
        memcpy((uint8_t *)base + key->offset, &yes, sizeof yes);
    else
        memcpy((uint8_t *)base + key->offset, &number, sizeof number);
    return true;
}

static bool two_digits(const char *at, int *number)
{
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9') return false;
    *number = (at[0] - '0') * 10 + (at[1] - '0');
    return true;
}

static bool take_zone(struct loading *loading, const struct key *key, void *base, const char *text)
{
    struct clock_zone zone = {.known = true, .minutes = 0};
    int hours = 0, minutes = 0;
    bool sign = text[0] == '+' || text[0] == '-';
    bool fits = sign && two_digits(text + 1, &hours) && text[3] == ':' &&
                two_digits(text + 4, &minutes) && text[6] == '\0' && minutes < 60;
    zone.minutes = (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
    if (is_same(span_text(text), "Z")) fits = true;
    if (!fits || zone.minutes > MINUTES_MAX || zone.minutes < -MINUTES_MAX)
        return DECLARED_WRONG(loading, text, key->name, ": ", text,
                              " is no zone; write Z, or +HH:MM or -HH:MM of at most 14 hours");
    memcpy((uint8_t *)base + key->offset, &zone, sizeof zone);
    return true;
}

static bool take_sign(struct loading *loading, const struct key *key, void *base, const char *text)
{
    if (text[1] != '\0' || (uint8_t)text[0] >= 0x80)
        return DECLARED_WRONG(loading, text, key->name,
                              ": write one sign, such as - (ASCII), that ends the family");
    memcpy((uint8_t *)base + key->offset, text, 1);
    return true;
}

/* --- names ------------------------------------------------------------------------------------ */

static const char *name_fault(const char *text)
{
    if (!declared_is_name(text)) return "24 of a-z 0-9 _ - at most";
    if (carrier_by_name(span_text(text)) != NULL)
        return "the program has an adapter of that name; choose another, such as my_NAME";
    return NULL;
}

static const char *url_fault(const char *text)
{
    struct span host, whole = span_text(text);
    if (!span_strip(whole, "https://", &host) || host.size == 0 || host.at[0] == '/')
        return "write https://host; an account's base_url goes before it";
    if (whole.at[whole.size - 1] == '/') return "leave out the slash at its end";
    if (whole.size > URL_BYTES_MAX) return "longer than 400 bytes; shorten it";
    for (size_t i = 0; i < whole.size; i++)
        if (memchr(" \t?#@\"<>\\", whole.at[i], 9) != NULL)
            return "a scheme, a host and perhaps a path is all it may hold";
    return NULL;
}

static bool is_token(struct span name)
{
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_') return false;
    }
    return name.size > 0 && name.size <= PUSH_NAME_BYTES_MAX;
}

/* "x-signature", or several that were seen, after bars. */
static const char *lower_fault(const char *text)
{
    struct span rest = span_text(text);
    for (const char *at = text; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z') return "write the header's name in lower case";
    for (;;) {
        const uint8_t *bar = memchr(rest.at, '|', rest.size);
        size_t size = bar == NULL ? rest.size : (size_t)(bar - rest.at);
        if (!is_token(span_of(rest.at, size)))
            return "a header's name is 63 of a-z 0-9 - _ at most; several stand after |";
        if (bar == NULL) return NULL;
        rest = span_of(bar + 1, rest.size - size - 1);
    }
}

/* json_path.h ends an alternative at every bar, also at one between brackets. */
static const char *path_fault(const char *text)
{
    bool inside = false;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '[' || *at == ']') inside = *at == '[';
        if (*at == '|' && inside) return "a condition cannot hold |; write the path twice";
    }
    return json_path_fault(text);
}

/* --- what is signed --------------------------------------------------------------------------- */

static const char *push_path_fault(struct span path)
{
    char text[PUSH_NAME_BYTES_MAX + 1];
    if (path.size > PUSH_NAME_BYTES_MAX) return "a path of more than 63 bytes; shorten it";
    if (path.size > 0) memcpy(text, path.at, path.size);
    text[path.size] = '\0';
    return path_fault(text);
}

static const char *place_fault(struct span text)
{
    struct span rest;
    if (span_strip(text, "form:", &rest))
        return rest.size > 0 ? NULL : "behind form: stands the field's name";
    if (span_strip(text, "json:", &rest)) return push_path_fault(rest);
    return "write form:NAME, or json:PATH";
}

static const char *word_fault(struct span word)
{
    static const char *const plain[] = {"body", "secret", "t"};
    struct span rest;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (is_same(word, plain[i])) return NULL;
    if (span_strip(word, "header:", &rest))
        return is_token(rest) ? NULL : "behind header: stands a header's name";
    if (place_fault(word) == NULL) return NULL;
    return "between braces stands body, secret, t, header:NAME, form:NAME or json:PATH";
}

/* The same walk as that of proof.c. */
static const char *says_fault(const char *text)
{
    struct span rest = span_text(text);
    for (size_t count = 0; rest.size > 0; count++) {
        bool braced = rest.at[0] == '{';
        const uint8_t *end = memchr(rest.at, braced ? '}' : '{', rest.size);
        if (count == PUSH_WORDS_MAX) return "more than 8 pieces; sign fewer";
        if (braced && end == NULL) return "a { is not closed by }";
        size_t size = end == NULL ? rest.size : (size_t)(end - rest.at) + (braced ? 1 : 0);
        const char *wrong = braced ? word_fault(span_of(rest.at + 1, size - 2)) : NULL;
        if (wrong != NULL) return wrong;
        rest = span_of(rest.at + size, rest.size - size);
    }
    return NULL;
}

static const char *when_fault(const char *text)
{
    struct span whole = span_text(text);
    if (is_same(whole, "{body}") || is_same(whole, "{secret}"))
        return "no time stands there; write {t}, {header:N}, {form:N} or {json:P}";
    bool braced = whole.size > 2 && text[0] == '{' && text[whole.size - 1] == '}' &&
                  memchr(text, '}', whole.size) == text + whole.size - 1;
    if (!braced) return "write one word in braces, such as {t} or {header:x-time}";
    return word_fault(span_of(text + 1, whole.size - 2));
}

/* --- questions -------------------------------------------------------------------------------- */

struct naming {
    bool poll, sign; /* which names are there */
    bool strange;
    struct span name;
};

static void hear(void *world, struct span name, bool list)
{
    static const char *const always[] = {"id",   "secret", "login", "password", "account", "basic",
                                         "uuid", "ms",     "token", "seconds",  "now_iso"};
    struct naming *naming = world;
    bool known = list && naming->poll && is_same(name, "numbers");
    for (size_t i = 0; i < sizeof always / sizeof always[0] && !list; i++)
        known = known || is_same(name, always[i]);
    if (!list && naming->poll) known = known || is_same(name, "number");
    if (!list && !naming->sign) known = known || is_same(name, "sign");
    if (!list) known = known || is_same(name, "inner");
    if (known || naming->strange) return;
    naming->strange = true;
    naming->name = name;
}

static bool take_template(struct loading *loading, const struct key *key, void *base,
                          const char *text)
{
    enum section section = key->section;
    struct naming naming = {.poll = section == SECTION_POLL || section == SECTION_POLL_SIGN,
                            .sign = section == SECTION_POLL_SIGN || section == SECTION_ACCESS_SIGN};
    const char *wrong = template_fault(text, &naming, hear);
    char name[64];
    struct line line = line_over(name, sizeof name);
    if (wrong != NULL) return take_if(loading, key, base, text, wrong);
    if (naming.strange) {
        line_quoted(&line, naming.name);
        return DECLARED_WRONG(loading, text, key->name, ": nothing here is called ", name,
                              "; there are id secret login password account basic token ms seconds "
                              "uuid now_iso inner sign and, in [poll], number and numbers");
    }
    if (base != NULL) set_text(key, base, text);
    return true;
}

static bool take_header(struct loading *loading, const struct key *key, void *base,
                        const char *text)
{
    const char **headers = (const char **)(void *)((uint8_t *)base + key->offset);
    size_t count = 0;
    const char *colon = memchr(text, ':', span_text(text).size);
    while (count < INQUIRY_HEADERS_MAX && headers[count] != NULL) count++;
    if (count == INQUIRY_HEADERS_MAX)
        return DECLARED_WRONG(loading, text, "header: more than 8; leave one out");
    if (colon == NULL || !is_token(span_of(text, (size_t)(colon - text))))
        return DECLARED_WRONG(loading, text, "header: write Name: value");
    if (!take_template(loading, key, NULL, text)) return false;
    headers[count] = text;
    return true;
}

/* --- the tables of a form --------------------------------------------------------------------- */

static bool take_table(struct loading *loading, const struct key *key, const char *text)
{
    struct declared *declared = loading->declared;
    declared->references[declared->forms_count - 1][key->offset] = (struct declared_reference){
        .name = text, .line = loading->line, .column = (unsigned)(text - loading->begin) + 1};
    return true;
}

/* An empty form among others would take an empty text as a time. */
static const char *clock_fault(const char *text)
{
    char before = '|';
    for (const char *at = text; *at != '\0'; before = *at++)
        if (*at == '|' && before == '|') return "a form of a time is empty";
    return before == '|' ? "a form of a time is empty" : clock_forms_fault(text);
}

bool declared_value(struct loading *loading, const struct key *key, void *base, char *text)
{
    switch (key->type) {
    case KEY_TEXT:
    case KEY_ANY_TEXT: return take_text(key, base, text);
    case KEY_NAME: return take_if(loading, key, base, text, name_fault(text));
    case KEY_URL: return take_if(loading, key, base, text, url_fault(text));
    case KEY_PATH: return take_if(loading, key, base, text, path_fault(text));
    case KEY_CLOCK: return take_if(loading, key, base, text, clock_fault(text));
    case KEY_LOWER: return take_if(loading, key, base, text, lower_fault(text));
    case KEY_PLACE: return take_if(loading, key, base, text, place_fault(span_text(text)));
    case KEY_SAYS: return take_if(loading, key, base, text, says_fault(text));
    case KEY_WHEN: return take_if(loading, key, base, text, when_fault(text));
    case KEY_ZONE: return take_zone(loading, key, base, text);
    case KEY_SIGN: return take_sign(loading, key, base, text);
    case KEY_UINT16:
    case KEY_UINT32: return take_number(loading, key, base, text);
    case KEY_YES_NO:
    case KEY_CHOICE:
    case KEY_METHOD: return take_choice(loading, key, base, text);
    case KEY_TEMPLATE: return take_template(loading, key, base, text);
    case KEY_HEADER: return take_header(loading, key, base, text);
    case KEY_TABLE: return take_table(loading, key, text);
    }
    return false;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* The number of a word, or 0. */
static unsigned number_of(const struct words *words, struct span word)
{
    for (unsigned i = 1; i < words->count; i++)
        if (words->name[i] != NULL && is_same(word, words->name[i])) return i;
    return 0;
}

static struct declared_table *present_table(struct loading *loading)
{
    return &loading->declared->tables[loading->declared->tables_count - 1];
}

/* "delivered", "delivery_attempt absent", "- customs_hold". */
static bool read_meaning(struct loading *loading, const char *text, struct code_row *row)
{
    struct span all = span_text(text), status = all, reason = span_of(NULL, 0);
    const uint8_t *blank = memchr(all.at, ' ', all.size);
    if (blank != NULL) {
        status = span_of(all.at, (size_t)(blank - all.at));
        while (*blank == ' ') blank++;
        reason = span_of(blank, all.size - (size_t)(blank - all.at));
    }
    bool none = is_same(status, "-");
    row->status = (enum track_status)number_of(&track_status_words, status);
    if (row->status == 0 && !none)
        return DECLARED_WRONG(loading, text,
                              "no such status; carriers/README.md lists them; - is none, before a "
                              "reason alone");
    row->reason = number_of(&track_reason_words, reason);
    if (reason.size > 0 && row->reason == 0)
        return DECLARED_WRONG(loading, (const char *)reason.at,
                              "no such reason; carriers/README.md lists them; it may be left out");
    if (none && row->reason == 0)
        return DECLARED_WRONG(loading, text, "neither a status nor a reason; write one");
    return true;
}

static bool take_code(struct loading *loading, char *code, char *text)
{
    struct declared *declared = loading->declared;
    struct declared_table *table = present_table(loading);
    struct code_row row = {.code = code, .evidence = DECLARED};
    const struct code_table rows = {declared->rows + table->from, table->count};
    if (span_text(code).size > JOINED_BYTES_MAX)
        return DECLARED_WRONG(loading, code, "a code of more than 195 bytes is never found");
    if (mapping_find(&rows, span_text(code)) != NULL)
        return DECLARED_WRONG(loading, code, code, ": stands twice in this table; leave one out");
    if (declared->rows_count == DECLARED_ROWS_MAX)
        return DECLARED_WRONG(loading, code, "more than 1024 codes and words; leave some out");
    if (!read_meaning(loading, text, &row)) return false;
    declared->rows[declared->rows_count++] = row;
    table->count++;
    return true;
}

/* Where " is" or " has" stands, before a blank or at the end; *value is what follows. */
static char *find_relation(char *text, bool *within, char **value)
{
    struct span rest;
    for (char *at = text; *at != '\0'; at++) {
        *within = span_strip(span_text(at), " has", &rest);
        if (!*within && !span_strip(span_text(at), " is", &rest)) continue;
        *value = at + (*within ? 4 : 3);
        if (**value == ' ')
            *value += 1;
        else if (**value != '\0')
            continue;
        return at;
    }
    return NULL;
}

/* "status is 404", "message has not found", or a place where anything stands. */
static bool take_reply(struct loading *loading, const char *word, char *text)
{
    struct declared *declared = loading->declared;
    struct declared_table *table = present_table(loading);
    struct verdict_rule rule = {.path = text};
    rule.reply = (enum carrier_reply)number_of(&carrier_reply_words, span_text(word));
    if (rule.reply == 0)
        return DECLARED_WRONG(loading, word, word,
                              ": no such reply; there are not_found, refused, later, nothing");
    char *value = NULL, *relation = find_relation(text, &rule.within, &value);
    if (relation != NULL) {
        *relation = '\0';
        rule.value = declared_unquoted(value);
    }
    const char *wrong = path_fault(text);
    if (wrong != NULL) return DECLARED_WRONG(loading, text, wrong);
    if (rule.value != NULL && rule.value[0] == '\0')
        return DECLARED_WRONG(loading, text, "no value behind is or has; write one");
    if (table->count == DIALECT_VERDICTS || declared->replies_count == DECLARED_REPLIES_MAX)
        return DECLARED_WRONG(loading, text, "more than 12 replies in a table, or 64; leave some ",
                              "out");
    declared->replies[declared->replies_count++] = rule;
    table->count++;
    return true;
}

bool declared_row(struct loading *loading, char *code, char *text)
{
    if (text[0] == '\0')
        return DECLARED_WRONG(loading, text, code,
                              ": nothing stands behind =; write what it means");
    if (loading->section == SECTION_REPLIES) return take_reply(loading, code, text);
    return take_code(loading, code, text);
}
