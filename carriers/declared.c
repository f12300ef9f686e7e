/* Lines and sections. */
#include "carriers/declared_inside.h"

#include "proto/line.h"
#include "proto/utf8.h"

const struct section_row declared_sections[SECTIONS] = {
    [SECTION_CARRIER] = {"carrier", "", false}, [SECTION_PROOF] = {"proof", "", false},
    [SECTION_FORM] = {"form", "", true},        [SECTION_CODES] = {"codes", "", true},
    [SECTION_WORDS] = {"words", "", true},      [SECTION_REPLIES] = {"replies", "", true},
    [SECTION_ACCESS] = {"access", "", false},   [SECTION_ACCESS_SIGN] = {"access", "sign", false},
    [SECTION_POLL] = {"poll", "", false},       [SECTION_POLL_SIGN] = {"poll", "sign", false},
};

/* --- errors ----------------------------------------------------------------------------------- */

static bool say(struct loading *loading, unsigned line, unsigned column, const char *const *parts)
{
    struct line why = line_over(loading->fault->why, sizeof loading->fault->why);
    loading->fault->line = line;
    loading->fault->column = column;
    for (; *parts != NULL; parts++) line_text(&why, *parts);
    return false;
}

bool declared_wrong(struct loading *loading, const char *at, const char *const *parts)
{
    return say(loading, loading->line, (unsigned)(at - loading->begin) + 1, parts);
}

bool declared_lacks(struct loading *loading, unsigned line, const char *const *parts)
{
    return say(loading, line, 1, parts);
}

/* --- words of a line -------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char *skip_blanks(char *at)
{
    while (is_blank(*at)) at++;
    return at;
}

static size_t size_of(const char *text)
{
    return span_text(text).size;
}

static void cut_blanks(char *text)
{
    size_t size = size_of(text);
    while (size > 0 && is_blank(text[size - 1])) text[--size] = '\0';
}

static bool same(const char *a, const char *b)
{
    return span_equal(span_text(a), span_text(b));
}

char *declared_unquoted(char *text)
{
    size_t size = size_of(text);
    if (size < 2 || text[0] != '"' || text[size - 1] != '"') return text;
    text[size - 1] = '\0';
    return text + 1;
}

bool declared_is_name(const char *text)
{
    size_t size = size_of(text);
    for (size_t i = 0; i < size; i++) {
        bool letter = text[i] >= 'a' && text[i] <= 'z', digit = text[i] >= '0' && text[i] <= '9';
        if (!letter && !digit && text[i] != '_' && text[i] != '-') return false;
    }
    return size > 0 && size <= DECLARED_NAME_BYTES_MAX;
}

/* --- sections --------------------------------------------------------------------------------- */

static bool begin_form(struct loading *loading, char *name)
{
    struct declared *declared = loading->declared;
    for (size_t i = 0; i < declared->forms_count; i++)
        if (same(declared->form_names[i], name))
            return DECLARED_WRONG(loading, name, "[form ", name,
                                  "] stands twice; put its keys into one, or name it otherwise");
    if (declared->forms_count == DECLARED_FORMS_MAX)
        return DECLARED_WRONG(loading, name, "more than 8 forms; a carrier has as few as that");
    loading->of_form[declared->forms_count] = loading->line;
    declared->form_names[declared->forms_count++] = name;
    return true;
}

static enum declared_kind kind_of(enum section section)
{
    if (section == SECTION_CODES) return DECLARED_CODES;
    return section == SECTION_WORDS ? DECLARED_WORDS : DECLARED_REPLIES;
}

static bool begin_table(struct loading *loading, enum section section, char *name)
{
    struct declared *declared = loading->declared;
    enum declared_kind kind = kind_of(section);
    for (size_t i = 0; i < declared->tables_count; i++)
        if (declared->tables[i].kind == kind && same(declared->tables[i].name, name))
            return DECLARED_WRONG(loading, name, "[", declared_sections[section].word, " ", name,
                                  "] stands twice; put its rows into one, or name it otherwise");
    if (declared->tables_count == DECLARED_TABLES_MAX)
        return DECLARED_WRONG(loading, name, "more than 24 tables; let forms share them");
    declared->tables[declared->tables_count++] = (struct declared_table){
        .name = name,
        .kind = kind,
        .line = loading->line,
        .from = kind == DECLARED_REPLIES ? declared->replies_count : declared->rows_count};
    return true;
}

static bool begin_section(struct loading *loading, enum section section, char *name)
{
    loading->inside = true;
    loading->section = section;
    loading->section_line = loading->line;
    memset(loading->seen, 0, sizeof loading->seen);
    if (!declared_sections[section].named) {
        if (loading->of_section[section] != 0)
            return DECLARED_WRONG(loading, loading->begin,
                                  "this section stands twice; put its keys into one");
        loading->of_section[section] = loading->line;
        return true;
    }
    if (!declared_is_name(name))
        return DECLARED_WRONG(loading, name, "[", declared_sections[section].word,
                              "] bears a name of its own, 24 of a-z 0-9 _ - at most; write [",
                              declared_sections[section].word, " main]");
    return section == SECTION_FORM ? begin_form(loading, name)
                                   : begin_table(loading, section, name);
}

static bool read_section(struct loading *loading, char *line)
{
    size_t size = size_of(line);
    if (line[size - 1] != ']')
        return DECLARED_WRONG(loading, line + size, "a section ends on ]; write [carrier]");
    line[size - 1] = '\0';
    char *word = skip_blanks(line + 1), *rest = word;
    cut_blanks(word);
    while (*rest != '\0' && !is_blank(*rest)) rest++;
    char *end = rest;
    rest = skip_blanks(rest);
    if (*rest != '\0') *end = '\0';
    for (enum section section = 0; section < SECTIONS; section++) {
        const struct section_row *row = &declared_sections[section];
        if (same(row->word, word) && (row->named || same(row->rest, rest)))
            return begin_section(loading, section, rest);
    }
    return DECLARED_WRONG(loading, word, "[", word, rest[0] == '\0' ? "" : " ", rest,
                          "]: no such section; there are carrier, proof, form NAME, codes NAME, "
                          "words NAME, replies NAME, access, access sign, poll, poll sign");
}

/* --- keys ------------------------------------------------------------------------------------- */

/* What the section that is open fills. */
static void *base_of(struct loading *loading)
{
    struct declared *declared = loading->declared;
    switch (loading->section) {
    case SECTION_CARRIER: return &declared->carrier;
    case SECTION_PROOF: return &declared->proof;
    case SECTION_FORM: return &declared->forms[declared->forms_count - 1];
    case SECTION_ACCESS: return &declared->access;
    case SECTION_ACCESS_SIGN: return &declared->access_sign;
    case SECTION_POLL: return &declared->poll;
    case SECTION_POLL_SIGN: return &declared->poll_sign;
    case SECTION_CODES:
    case SECTION_WORDS:
    case SECTION_REPLIES:
    case SECTIONS: break;
    }
    return NULL;
}

/* With all that it could have been. */
static bool no_such_key(struct loading *loading, const char *name)
{
    char known[DECLARED_WHY_BYTES];
    struct line list = line_over(known, sizeof known);
    for (size_t i = 0; i < declared_keys_count; i++) {
        if (declared_keys[i].section != loading->section) continue;
        if (list.used > 0) line_text(&list, ", ");
        line_text(&list, declared_keys[i].name);
    }
    return DECLARED_WRONG(loading, name, name, ": no such key; [",
                          declared_sections[loading->section].word, "] knows ", known);
}

static bool read_key(struct loading *loading, char *name, char *text)
{
    size_t at = 0;
    while (at < declared_keys_count &&
           (declared_keys[at].section != loading->section || !same(declared_keys[at].name, name)))
        at++;
    if (at == declared_keys_count) return no_such_key(loading, name);
    const struct key *key = &declared_keys[at];
    if (loading->seen[at] != 0 && key->type != KEY_HEADER)
        return DECLARED_WRONG(loading, name, name, ": given already; leave one of them out");
    loading->seen[at] = loading->line;
    if (text[0] == '\0')
        return DECLARED_WRONG(loading, text, name,
                              ": no value; write one behind =, or leave the line out");
    char *value = declared_unquoted(text);
    if (value[0] == '\0' && key->type != KEY_ANY_TEXT)
        return DECLARED_WRONG(loading, text, name, ": empty; leave the line out");
    return declared_value(loading, key, base_of(loading), value);
}

/* A code may hold the sign, and its meaning does not: the last one counts there. */
static char *equals_in(const struct loading *loading, char *line)
{
    bool last = loading->section == SECTION_CODES || loading->section == SECTION_WORDS;
    char *found = NULL;
    for (char *at = line; *at != '\0' && (last || found == NULL); at++)
        if (*at == '=') found = at;
    return found;
}

static bool read_pair(struct loading *loading, char *line)
{
    if (!loading->inside)
        return DECLARED_WRONG(loading, line, "stands before any section; write [carrier] above it");
    char *equals = equals_in(loading, line);
    if (equals == NULL) return DECLARED_WRONG(loading, line, "neither [section] nor key = value");
    *equals = '\0';
    cut_blanks(line);
    char *text = skip_blanks(equals + 1);
    bool row = loading->section == SECTION_CODES || loading->section == SECTION_WORDS ||
               loading->section == SECTION_REPLIES;
    if (!row) return read_key(loading, line, text);
    char *code = declared_unquoted(line);
    if (code[0] == '\0')
        return DECLARED_WRONG(loading, line,
                              "nothing stands before =; write what the carrier says");
    return declared_row(loading, code, text);
}

/* --- lines ------------------------------------------------------------------------------------ */

/* No control sign but a tab, and UTF-8. */
static bool is_text(struct span line)
{
    for (size_t i = 0; i < line.size; i++)
        if ((line.at[i] < 0x20 && line.at[i] != '\t') || line.at[i] == 0x7f) return false;
    return utf8_plain(line);
}

static bool read_line(struct loading *loading, char *line, size_t size)
{
    loading->begin = line;
    if (size > DECLARED_LINE_BYTES_MAX)
        return DECLARED_WRONG(loading, line, "longer than 4096 bytes; shorten the line");
    if (!is_text(span_of(line, size)))
        return DECLARED_WRONG(loading, line,
                              "holds a byte that is no text; save the file as UTF-8");
    line = skip_blanks(line);
    cut_blanks(line);
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';') return true;
    return line[0] == '[' ? read_section(loading, line) : read_pair(loading, line);
}

/* Some editors begin every file with this mark. */
static char *without_mark(char *text, size_t *size)
{
    if (*size < 3 || memcmp(text, "\xef\xbb\xbf", 3) != 0) return text;
    *size -= 3;
    return text + 3;
}

static bool read_lines(struct loading *loading, char *text, size_t size)
{
    char *end = text + size;
    for (char *at = text; at < end;) {
        char *stop = memchr(at, '\n', (size_t)(end - at));
        if (stop == NULL) stop = end;
        size_t length = (size_t)(stop - at);
        loading->line++;
        if (length > 0 && at[length - 1] == '\r') length--;
        at[length] = '\0';
        if (!read_line(loading, at, length)) return false;
        at = stop + 1;
    }
    return true;
}

enum error declared_load(struct declared *declared, char *text, size_t size,
                         struct declared_fault *fault)
{
    struct loading loading = {.declared = declared, .fault = fault, .line = 0, .begin = text};
    *fault = (struct declared_fault){.line = 0};
    memset(declared, 0, sizeof *declared);
    if (size > DECLARED_BYTES_MAX) {
        (void)DECLARED_LACKS(&loading, 1, "larger than 128 KiB; this is no adapter");
        return ERROR_TOO_LARGE;
    }
    text[size] = '\0';
    text = without_mark(text, &size);
    bool good = read_lines(&loading, text, size) && declared_whole(&loading);
    return good ? OK : ERROR_MALFORMED;
}
