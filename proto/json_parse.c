/* The parser: RFC 8259 and nothing besides. No extension, no repair; a name stands once in an
 * object; a text is valid UTF-8 without NUL. Numbers are checked and kept as they were
 * written.
 *
 * The text is copied once and strings are decoded in that copy, which is never longer than they
 * were; so a message costs one allocation, and some more when it has many values. The copy ends on
 * a NUL, which is no part of JSON: no loop needs to look for the end. */
#include "proto/json_tree.h"

#include "proto/utf8.h"
#include <assert.h>
#include <stdlib.h>

#define EXPONENT_MAX 308 /* of what is called a number elsewhere; 1e999 is nobody's figure */

struct parsing {
    uint8_t *at;
    uint8_t *begin, *end; /* of the copy; *end is NUL */
    struct json_tree *tree;
    struct json *free; /* nodes at hand */
    size_t free_count;
    unsigned depth;
    enum error error;
    const char *why;
};

/* --- faults ----------------------------------------------------------------------------------- */

static bool fail(struct parsing *p, enum error error, const char *why)
{
    p->error = error;
    p->why = why;
    return false;
}

/* Line and column in characters, from 1. Strings before the place are decoded already, and then
 * shorter than they were; so the caller's text is counted. */
static void set_place(struct json_fault *fault, struct span text, size_t place)
{
    fault->line = 1;
    fault->column = 1;
    for (size_t i = 0; i < place && i < text.size; i++) {
        if ((text.at[i] & 0xc0) != 0x80) fault->column++;
        if (text.at[i] != '\n') continue;
        fault->line++;
        fault->column = 1;
    }
}

static void set_fault(struct json_fault *fault, enum error error, const char *why)
{
    size_t size = strlen(why);
    assert(size < sizeof fault->text);
    *fault = (struct json_fault){.error = error, .line = 1, .column = 1};
    memcpy(fault->text, why, size);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static struct json *new_node(struct parsing *p)
{
    if (p->free_count == 0) {
        struct json_block *block = malloc(sizeof *block);
        assert(block != NULL);
        block->next = p->tree->blocks;
        p->tree->blocks = block;
        p->free = block->nodes;
        p->free_count = JSON_BLOCK_NODES;
    }
    p->free_count--;
    return p->free++;
}

/* --- strings ---------------------------------------------------------------------------------- */

/* Stands for itself. */
static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Eight bytes at once: a difference that is negative has its highest bit set, and so has a byte
 * beyond ASCII. A borrow comes only from a byte that is found anyway. */
static bool are_plain(const uint8_t *at)
{
    const uint64_t ones = 0x0101010101010101, highest = ones << 7;
    uint64_t word;
    memcpy(&word, at, sizeof word);
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    uint64_t found = word | (word - ones * 0x20) | (quote - ones) | (backslash - ones);
    return (found & highest) == 0;
}

static int hex_of(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four digits at p->at. */
static bool take_hex(struct parsing *p, uint32_t *unit)
{
    *unit = 0;
    for (unsigned i = 0; i < 4; i++) {
        int digit = hex_of(p->at[i]);
        if (digit < 0) return fail(p, ERROR_MALFORMED, "four hex digits are expected after \\u");
        *unit = *unit << 4 | (uint32_t)digit;
    }
    p->at += 4;
    return true;
}

static uint8_t *put_character(uint8_t *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (uint8_t)c;
        return to;
    }
    if (c < 0x800) {
        *to++ = (uint8_t)(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *to++ = (uint8_t)(0xe0 | c >> 12);
        } else {
            *to++ = (uint8_t)(0xf0 | c >> 18);
            *to++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
        }
        *to++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    }
    *to++ = (uint8_t)(0x80 | (c & 0x3f));
    return to;
}

/* After "\u": one unit, or the two of a pair. */
static bool take_unicode(struct parsing *p, uint8_t **to)
{
    uint32_t unit, low;
    uint8_t *begin = p->at;
    if (!take_hex(p, &unit)) return false;
    if (unit == 0) {
        p->at = begin;
        return fail(p, ERROR_BAD_TEXT, "a NUL in a text");
    }
    if (unit >= 0xd800 && unit < 0xe000) {
        bool pair = unit < 0xdc00 && p->at[0] == '\\' && p->at[1] == 'u';
        if (pair) {
            p->at += 2;
            if (!take_hex(p, &low)) return false;
            pair = low >= 0xdc00 && low < 0xe000;
        }
        if (!pair) return fail(p, ERROR_MALFORMED, "half of a surrogate pair");
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    *to = put_character(*to, unit);
    return true;
}

static bool take_escape(struct parsing *p, uint8_t **to)
{
    uint8_t c = p->at[1];
    p->at += 2;
    switch (c) {
    case '"':
    case '\\':
    case '/': *(*to)++ = c; return true;
    case 'b': *(*to)++ = '\b'; return true;
    case 'f': *(*to)++ = '\f'; return true;
    case 'n': *(*to)++ = '\n'; return true;
    case 'r': *(*to)++ = '\r'; return true;
    case 't': *(*to)++ = '\t'; return true;
    case 'u': return take_unicode(p, to);
    default: p->at -= 1; return fail(p, ERROR_MALFORMED, "no such escape");
    }
}

/* A character of several bytes, or one that may not stand in a text. */
static bool take_other(struct parsing *p, uint8_t **to)
{
    if (p->at == p->end) return fail(p, ERROR_MALFORMED, "the text does not end");
    if (*p->at < 0x20) return fail(p, ERROR_MALFORMED, "a control character in a text");
    size_t step = utf8_step(span_of(p->at, (size_t)(p->end - p->at)));
    if (step == 0) return fail(p, ERROR_BAD_TEXT, "not UTF-8");
    memmove(*to, p->at, step);
    *to += step;
    p->at += step;
    return true;
}

/* p->at is on the opening quote. What is decoded lies at *text and is ended by a NUL. */
static bool take_string(struct parsing *p, const char **text, uint32_t *size)
{
    uint8_t *begin = ++p->at, *to;
    while (p->end - p->at >= 8 && are_plain(p->at)) p->at += 8;
    while (is_plain(*p->at)) p->at++;
    to = p->at;
    while (*p->at != '"') {
        if (is_plain(*p->at))
            *to++ = *p->at++;
        else if (*p->at == '\\') {
            if (!take_escape(p, &to)) return false;
        } else if (!take_other(p, &to))
            return false;
    }
    p->at++;
    *to = '\0'; /* on the closing quote, or before it */
    *text = (const char *)begin;
    *size = (uint32_t)(to - begin);
    return true;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool take_integer(struct parsing *p, const uint8_t *digits, bool minus, struct json *to)
{
    uint64_t value = 0, max = (uint64_t)INT64_MAX + (minus ? 1 : 0);
    for (const uint8_t *c = digits; c < p->at; c++) {
        uint64_t digit = (uint64_t)(*c - '0');
        if (value > (max - digit) / 10) {
            p->at = p->begin + (digits - p->begin);
            return fail(p, ERROR_OUT_OF_RANGE, "an integer beyond 64 bits");
        }
        value = value * 10 + digit;
    }
    to->type = JSON_INTEGER;
    return true;
}

static bool take_exponent(struct parsing *p, const uint8_t *digits, size_t whole)
{
    uint64_t exponent = 0;
    bool minus = *++p->at == '-';
    if (minus || *p->at == '+') p->at++;
    if (!is_digit(*p->at)) return fail(p, ERROR_MALFORMED, "a digit is expected");
    for (; is_digit(*p->at); p->at++)
        if (exponent < 10000) exponent = exponent * 10 + (uint64_t)(*p->at - '0');
    if (minus || digits[0] == '0' || exponent + whole - 1 <= EXPONENT_MAX) return true;
    return fail(p, ERROR_OUT_OF_RANGE, "a number beyond all bounds");
}

static bool take_form(struct parsing *p, struct json *to)
{
    bool minus = *p->at == '-';
    if (minus) p->at++;
    const uint8_t *digits = p->at;
    if (!is_digit(*p->at)) return fail(p, ERROR_MALFORMED, "a digit is expected");
    while (is_digit(*p->at)) p->at++;
    size_t whole = (size_t)(p->at - digits);
    if (whole > 1 && digits[0] == '0') return fail(p, ERROR_MALFORMED, "a number begins with 0");
    if (*p->at != '.' && *p->at != 'e' && *p->at != 'E') return take_integer(p, digits, minus, to);
    to->type = JSON_REAL;
    if (*p->at == '.') {
        if (!is_digit(*++p->at)) return fail(p, ERROR_MALFORMED, "a digit is expected");
        while (is_digit(*p->at)) p->at++;
    }
    return (*p->at != 'e' && *p->at != 'E') || take_exponent(p, digits, whole);
}

static bool take_number(struct parsing *p, struct json *to)
{
    uint8_t *begin = p->at;
    if (!take_form(p, to)) return false;
    to->text = (const char *)begin;
    to->size = (uint32_t)(p->at - begin);
    return true;
}

/* --- values ----------------------------------------------------------------------------------- */

static bool take_value(struct parsing *p, struct json *to);

static void skip_blanks(struct parsing *p)
{
    while (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r') p->at++;
}

static bool take_word(struct parsing *p, const char *word, enum json_type type, struct json *to)
{
    size_t size = strlen(word);
    /* The copy ends on a NUL, which differs from every letter: no byte beyond it is compared. */
    for (size_t i = 0; i < size; i++)
        if (p->at[i] != (uint8_t)word[i]) return fail(p, ERROR_MALFORMED, "a value is expected");
    p->at += size;
    to->type = type;
    return true;
}

static bool is_same_name(const struct json *a, const struct json *b)
{
    return a->name_size == b->name_size && memcmp(a->name, b->name, a->name_size) == 0;
}

static bool take_name(struct parsing *p, const struct json *object, struct json *member)
{
    if (*p->at != '"') return fail(p, ERROR_MALFORMED, "a name in quotes is expected");
    uint8_t *place = p->at;
    if (!take_string(p, &member->name, &member->name_size)) return false;
    for (const struct json *other = object->first; other != NULL; other = other->next) {
        if (!is_same_name(other, member)) continue;
        p->at = place;
        return fail(p, ERROR_NOT_CANONICAL, "a duplicate name in an object");
    }
    skip_blanks(p);
    if (*p->at != ':') return fail(p, ERROR_MALFORMED, "a colon is expected");
    p->at++;
    return true;
}

/* After a child: a comma and another one, or the end. */
static bool goes_on(struct parsing *p, uint8_t close, bool *more)
{
    skip_blanks(p);
    *more = *p->at == ',';
    if (!*more && *p->at != close)
        return fail(p, ERROR_MALFORMED,
                    close == ']' ? "a comma or ] is expected" : "a comma or } is expected");
    p->at++;
    skip_blanks(p);
    return true;
}

static bool take_children(struct parsing *p, uint8_t close, struct json *to)
{
    struct json **last = &to->first;
    bool more = *p->at != close;
    if (!more) p->at++;
    while (more) {
        if (close == '}' && to->size == JSON_NAMES_MAX)
            return fail(p, ERROR_TOO_LARGE, "more than 256 names in an object");
        struct json *child = new_node(p);
        child->name = NULL;
        if (close == '}' && !take_name(p, to, child)) return false;
        if (!take_value(p, child)) return false;
        child->next = NULL;
        *last = child;
        last = &child->next;
        to->size++;
        if (!goes_on(p, close, &more)) return false;
    }
    return true;
}

static bool take_list(struct parsing *p, uint8_t close, struct json *to)
{
    if (p->depth == JSON_DEPTH_MAX) return fail(p, ERROR_TOO_DEEP, "nested deeper than 32 levels");
    p->depth++;
    p->at++;
    to->type = close == ']' ? JSON_ARRAY : JSON_OBJECT;
    to->first = NULL;
    to->size = 0;
    skip_blanks(p);
    if (!take_children(p, close, to)) return false;
    p->depth--;
    return true;
}

static bool take_value(struct parsing *p, struct json *to)
{
    skip_blanks(p);
    switch (*p->at) {
    case '{': return take_list(p, '}', to);
    case '[': return take_list(p, ']', to);
    case '"': to->type = JSON_TEXT; return take_string(p, &to->text, &to->size);
    case 't': return take_word(p, "true", JSON_TRUE, to);
    case 'f': return take_word(p, "false", JSON_FALSE, to);
    case 'n': return take_word(p, "null", JSON_NULL, to);
    default: break;
    }
    if (*p->at == '-' || is_digit(*p->at)) return take_number(p, to);
    return fail(p, ERROR_MALFORMED, "a value is expected");
}

static bool take_root(struct parsing *p)
{
    skip_blanks(p);
    if (*p->at != '{' && *p->at != '[')
        return fail(p, ERROR_MALFORMED, "an object or a list is expected");
    if (!take_value(p, &p->tree->root)) return false;
    skip_blanks(p);
    return p->at == p->end || fail(p, ERROR_TRAILING, "nothing may follow");
}

/* One node for every few bytes: what usual messages have. */
static struct json_tree *new_tree(struct span text, struct parsing *p)
{
    size_t nodes = text.size / 16 + 8;
    if (nodes > JSON_BLOCK_NODES) nodes = JSON_BLOCK_NODES;
    struct json_tree *tree = malloc(sizeof *tree + nodes * sizeof tree->nodes[0] + text.size + 1);
    assert(tree != NULL);
    uint8_t *copy = (uint8_t *)&tree->nodes[nodes];
    if (text.size > 0) memcpy(copy, text.at, text.size);
    copy[text.size] = '\0';
    tree->blocks = NULL;
    tree->root = (struct json){.type = JSON_NULL};
    *p = (struct parsing){.at = copy,
                          .begin = copy,
                          .end = copy + text.size,
                          .tree = tree,
                          .free = tree->nodes,
                          .free_count = nodes};
    return tree;
}

struct json *json_parse(struct span text, struct json_fault *fault)
{
    struct parsing p;
    if (text.size > JSON_BYTES_MAX) {
        set_fault(fault, ERROR_TOO_LARGE, "larger than 1 MiB");
        return NULL;
    }
    struct json_tree *tree = new_tree(text, &p);
    if (take_root(&p)) {
        *fault = (struct json_fault){.error = OK};
        return &tree->root;
    }
    set_fault(fault, p.error, p.why);
    set_place(fault, text, (size_t)(p.at - p.begin));
    json_free(&tree->root);
    return NULL;
}
