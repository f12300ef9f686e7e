#include "carriers/template.h"

/* --- writing ---------------------------------------------------------------------------------- */

void writing_add(struct writing *out, struct span text)
{
    if (out->error != OK) return;
    if (text.size > out->size - out->used) {
        out->error = ERROR_TOO_LARGE;
        return;
    }
    if (text.size > 0) memcpy(out->at + out->used, text.at, text.size);
    out->used += text.size;
}

static void add_text(struct writing *out, const char *text)
{
    writing_add(out, span_text(text));
}

static bool is_plain_in_url(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void escape_url(struct writing *out, uint8_t c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char text[] = {'%', digits[c >> 4], digits[c & 15]};
    if (is_plain_in_url(c))
        writing_add(out, span_of(&c, 1));
    else
        writing_add(out, span_of(text, sizeof text));
}

static void escape_json(struct writing *out, uint8_t c)
{
    static const char digits[] = "0123456789abcdef";
    const char control[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
    const char quoted[] = {'\\', (char)c};
    if (c < 0x20)
        writing_add(out, span_of(control, sizeof control));
    else if (c == '"' || c == '\\')
        writing_add(out, span_of(quoted, sizeof quoted));
    else
        writing_add(out, span_of(&c, 1));
}

/* Of the control signs XML 1.0 knows three, and no way to write the others. */
static void escape_xml(struct writing *out, uint8_t c)
{
    if (c == '<')
        add_text(out, "&lt;");
    else if (c == '>')
        add_text(out, "&gt;");
    else if (c == '&')
        add_text(out, "&amp;");
    else if (c == '"')
        add_text(out, "&quot;");
    else if (c == '\'')
        add_text(out, "&apos;");
    else if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
        out->error = out->error == OK ? ERROR_MALFORMED : out->error;
    else
        writing_add(out, span_of(&c, 1));
}

static void escape_plain(struct writing *out, uint8_t c)
{
    if ((c < 0x20 || c == 0x7f) && out->error == OK) out->error = ERROR_MALFORMED;
    writing_add(out, span_of(&c, 1));
}

void writing_escape(struct writing *out, enum template_form form, struct span text)
{
    if (form == TEMPLATE_RAW) {
        writing_add(out, text);
        return;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (form == TEMPLATE_URL)
            escape_url(out, text.at[i]);
        else if (form == TEMPLATE_JSON)
            escape_json(out, text.at[i]);
        else if (form == TEMPLATE_XML)
            escape_xml(out, text.at[i]);
        else
            escape_plain(out, text.at[i]);
    }
}

const char *writing_end(struct writing *out, size_t from)
{
    writing_add(out, span_of("", 1));
    return out->error == OK ? (const char *)out->at + from : NULL;
}

/* --- reading a template ------------------------------------------------------------------------
 */

enum part_kind { PART_END, PART_TEXT, PART_VALUE, PART_IF, PART_IF_NOT, PART_LIST, PART_CLOSE };

struct part {
    enum part_kind kind;
    struct span text;    /* the text, or the name */
    struct span between; /* of a list */
    const char *next;
    const char *fault;
};

static struct part part_faulty(const char *fault)
{
    return (struct part){.kind = PART_END, .fault = fault};
}

static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.at[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        if (!fits) return false;
    }
    return name.size > 0;
}

/* What stands between "${" and "}". */
static struct part read_place(struct span inside, const char *next)
{
    static const struct {
        char sign;
        enum part_kind kind;
    } kinds[] = {{'?', PART_IF}, {'!', PART_IF_NOT}, {'*', PART_LIST}};
    struct part part = {.kind = PART_VALUE, .text = inside, .next = next};
    if (inside.size == 1 && inside.at[0] == '/') {
        part.kind = PART_CLOSE;
        return part;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && inside.size > 0; i++) {
        if (inside.at[0] != (uint8_t)kinds[i].sign) continue;
        part.kind = kinds[i].kind;
        part.text = span_of(inside.at + 1, inside.size - 1);
    }
    for (size_t i = 0; i < part.text.size && part.kind == PART_LIST; i++) {
        if (part.text.at[i] != ':') continue;
        part.between = span_of(part.text.at + i + 1, part.text.size - i - 1);
        part.text.size = i;
    }
    return is_name(part.text) ? part : part_faulty("a name has small letters, digits, _ and .");
}

static struct part read_part(const char *text)
{
    size_t size = 0;
    if (text[0] == '\0') return (struct part){.kind = PART_END};
    if (text[0] != '$' || text[1] != '{') {
        while (text[size] != '\0' && !(text[size] == '$' && text[size + 1] == '{')) size++;
        return (struct part){.kind = PART_TEXT, .text = span_of(text, size), .next = text + size};
    }
    while (text[2 + size] != '\0' && text[2 + size] != '}') size++;
    if (text[2 + size] == '\0') return part_faulty("a ${ is not closed by }");
    return read_place(span_of(text + 2, size), text + 2 + size + 1);
}

static bool opens(enum part_kind kind)
{
    return kind == PART_IF || kind == PART_IF_NOT || kind == PART_LIST;
}

/* Behind the ${/} that closes the block whose inside begins here; NULL: none does. */
static const char *block_end(const char *inside)
{
    unsigned depth = 1;
    for (struct part part = read_part(inside); part.kind != PART_END; part = read_part(part.next)) {
        depth += opens(part.kind) ? 1 : 0;
        depth -= part.kind == PART_CLOSE ? 1 : 0;
        if (depth == 0) return part.next;
    }
    return NULL;
}

/* --- filling ---------------------------------------------------------------------------------- */

struct filling {
    struct writing *out;
    enum template_form form;
    const struct template_values *values;
    struct fault *fault;
    size_t item;
};

static enum error fill(struct filling *filling, const char *text, unsigned depth);

static enum error lacks(struct filling *filling, struct span name)
{
    if (filling->fault != NULL) {
        filling->fault->error = ERROR_MISSING_FIELD;
        filling->fault->path[0] = '\0';
        fault_step(filling->fault, name);
    }
    return ERROR_MISSING_FIELD;
}

static enum error fill_list(struct filling *filling, const struct part *part, unsigned depth)
{
    const struct template_values *values = filling->values;
    size_t count = values->count == NULL ? 0 : values->count(values->world, part->text);
    size_t outer = filling->item;
    enum error error = OK;
    for (size_t i = 0; i < count && error == OK; i++) {
        if (i > 0) writing_add(filling->out, part->between);
        filling->item = i;
        error = fill(filling, part->next, depth + 1);
    }
    filling->item = outer;
    return error;
}

static enum error fill_part(struct filling *filling, const struct part *part, unsigned depth)
{
    const struct template_values *values = filling->values;
    struct span value = span_of(NULL, 0);
    if (part->kind == PART_TEXT) {
        writing_add(filling->out, part->text);
        return OK;
    }
    if (part->kind == PART_LIST) return fill_list(filling, part, depth);
    value = values->value(values->world, part->text, filling->item);
    if (part->kind == PART_IF) return value.size > 0 ? fill(filling, part->next, depth + 1) : OK;
    if (part->kind == PART_IF_NOT)
        return value.size == 0 ? fill(filling, part->next, depth + 1) : OK;
    if (value.at == NULL) return lacks(filling, part->text);
    writing_escape(filling->out, filling->form, value);
    return OK;
}

/* To the end of the text, or to the ${/} that closes the block. */
static enum error fill(struct filling *filling, const char *text, unsigned depth)
{
    if (depth > TEMPLATE_DEPTH_MAX) return ERROR_MALFORMED;
    for (;;) {
        struct part part = read_part(text);
        if (part.fault != NULL) return ERROR_MALFORMED;
        if (part.kind == PART_END) return depth == 0 ? filling->out->error : ERROR_MALFORMED;
        if (part.kind == PART_CLOSE) return depth > 0 ? filling->out->error : ERROR_MALFORMED;
        enum error error = fill_part(filling, &part, depth);
        if (error != OK) return error;
        text = opens(part.kind) ? block_end(part.next) : part.next;
        if (text == NULL) return ERROR_MALFORMED;
    }
}

enum error template_fill(struct writing *out, const char *text, enum template_form form,
                         const struct template_values *values, struct fault *fault)
{
    struct filling filling = {
        .out = out, .form = form, .values = values, .fault = fault, .item = TEMPLATE_NO_ITEM};
    if (fault != NULL) *fault = (struct fault){.error = OK};
    enum error error = fill(&filling, text, 0);
    if (fault != NULL) fault->error = error;
    return error;
}

/* --- checking --------------------------------------------------------------------------------- */

const char *template_fault(const char *text, void *world,
                           void (*name)(void *world, struct span name, bool list))
{
    unsigned depth = 0;
    struct part part;
    for (part = read_part(text); part.kind != PART_END; part = read_part(part.next)) {
        if (part.kind == PART_CLOSE && depth == 0) return "a ${/} closes nothing";
        depth += opens(part.kind) ? 1 : 0;
        depth -= part.kind == PART_CLOSE ? 1 : 0;
        if (depth > TEMPLATE_DEPTH_MAX) return "blocks are nested too deeply";
        bool named = part.kind != PART_TEXT && part.kind != PART_CLOSE;
        if (named && name != NULL) name(world, part.text, part.kind == PART_LIST);
    }
    if (part.fault != NULL) return part.fault;
    return depth > 0 ? "a block is not closed by ${/}" : NULL;
}
