/* Expat reads, this file only hangs up what it says. Names and texts lie one after the other in one
 * room that is sized by the document: nothing that XML can say is longer than twice its bytes. */
#include "proto/json_xml.h"

#include "proto/json_tree.h"
#include <assert.h>
#include <expat.h>
#include <stdlib.h>

#define DEPTH_MAX JSON_DEPTH_MAX

/* An element that has begun. */
struct open {
    struct json *node;
    struct json *last; /* of its children; NULL: none yet */
    struct json *text; /* the one child that is its text, when it has others too */
};

struct hanging {
    XML_Parser parser;
    struct json_tree *tree;
    struct json *free; /* nodes at hand */
    size_t free_count;
    char *at, *end; /* the room for names and texts */
    char *run;      /* where the text that is being told began; NULL: none is wanted */
    struct open open[DEPTH_MAX + 1];
    unsigned depth; /* of the last that is open; 0 is the root */
    enum error error;
    const char *why;
};

static void stop(struct hanging *h, enum error error, const char *why)
{
    if (h->error != OK) return;
    h->error = error;
    h->why = why;
    XML_StopParser(h->parser, XML_FALSE);
}

/* --- nodes and texts -------------------------------------------------------------------------- */

static struct json *new_node(struct hanging *h)
{
    if (h->free_count == 0) {
        struct json_block *block = malloc(sizeof *block);
        assert(block != NULL);
        block->next = h->tree->blocks;
        h->tree->blocks = block;
        h->free = block->nodes;
        h->free_count = JSON_BLOCK_NODES;
    }
    h->free_count--;
    return h->free++;
}

static struct span keep(struct hanging *h, const char *head, const char *text)
{
    size_t before = strlen(head), size = strlen(text);
    char *begin = h->at;
    if ((size_t)(h->end - h->at) < before + size + 1) {
        stop(h, ERROR_TOO_LARGE, "names and texts longer than the document");
        return span_of(begin, 0);
    }
    memcpy(begin, head, before);
    memcpy(begin + before, text, size + 1);
    h->at += before + size + 1;
    return span_of(begin, before + size);
}

static struct json *hang(struct hanging *h, struct span name)
{
    struct open *open = &h->open[h->depth];
    struct json *child = new_node(h);
    *child = (struct json){
        .name = (const char *)name.at, .name_size = (uint32_t)name.size, .type = JSON_TEXT};
    child->text = "";
    if (open->last == NULL) {
        open->node->type = JSON_OBJECT;
        open->node->first = child;
        open->node->size = 0;
    } else {
        open->last->next = child;
    }
    open->last = child;
    open->node->size++;
    return child;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The text that was told until now, without the blanks around it. Only the first one of an element
 * is kept: carriers do not write words between elements. */
static void end_run(struct hanging *h)
{
    struct open *open = &h->open[h->depth];
    char *begin = h->run, *end = h->at;
    h->run = NULL;
    if (begin == NULL) return;
    while (begin < end && is_blank(*begin)) begin++;
    while (end > begin && is_blank(end[-1])) end--;
    if (begin == end || open->text != NULL) return;
    if (h->at == h->end) {
        stop(h, ERROR_TOO_LARGE, "a text longer than the document");
        return;
    }
    *end = '\0';
    h->at = end + 1;
    struct json *holds = open->last == NULL ? open->node : hang(h, span_text("#text"));
    holds->type = JSON_TEXT;
    holds->text = begin;
    holds->size = (uint32_t)(end - begin);
    open->text = holds;
}

/* A text came before the first element: it becomes a member of its own. */
static void move_text(struct hanging *h)
{
    struct open *open = &h->open[h->depth];
    if (open->text != open->node) return;
    struct json told = *open->node;
    struct json *text = hang(h, span_text("#text"));
    text->text = told.text;
    text->size = told.size;
    open->text = text;
}

/* --- what expat tells ------------------------------------------------------------------------- */

static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

static bool is_of_xml_itself(const char *attribute)
{
    return strncmp(attribute, "xmlns", 5) == 0 || strncmp(attribute, "xsi:", 4) == 0;
}

static void XMLCALL begin_element(void *world, const XML_Char *name, const XML_Char **attributes)
{
    struct hanging *h = world;
    if (h->error != OK) return;
    end_run(h);
    if (h->depth > 0) move_text(h);
    if (h->depth == DEPTH_MAX) {
        stop(h, ERROR_TOO_DEEP, "nested deeper than 32 levels");
        return;
    }
    struct json *node = hang(h, keep(h, "", local(name)));
    h->open[++h->depth] = (struct open){.node = node};
    for (; *attributes != NULL; attributes += 2) {
        if (is_of_xml_itself(attributes[0])) continue;
        struct json *attribute = hang(h, keep(h, "@", local(attributes[0])));
        struct span value = keep(h, "", attributes[1]);
        attribute->text = (const char *)value.at;
        attribute->size = (uint32_t)value.size;
    }
    h->run = h->at;
}

static void XMLCALL end_element(void *world, const XML_Char *name)
{
    struct hanging *h = world;
    (void)name;
    if (h->error != OK) return;
    end_run(h);
    h->depth--;
    h->run = h->at;
}

static void XMLCALL tell_text(void *world, const XML_Char *text, int size)
{
    struct hanging *h = world;
    if (h->error != OK || h->run == NULL) return;
    if (h->end - h->at <= size) {
        stop(h, ERROR_TOO_LARGE, "a text longer than the document");
        return;
    }
    memcpy(h->at, text, (size_t)size);
    h->at += size;
}

static void XMLCALL refuse_type(void *world, const XML_Char *name, const XML_Char *system,
                                const XML_Char *public, int has_subset)
{
    (void)name, (void)system, (void)public, (void)has_subset;
    stop(world, ERROR_MALFORMED, "a document type (DTD) is not taken");
}

/* --- the whole -------------------------------------------------------------------------------- */

static void set_fault(struct json_fault *fault, const struct hanging *h, size_t skipped)
{
    enum XML_Error found = XML_GetErrorCode(h->parser);
    const char *why = h->error != OK ? h->why : XML_ErrorString(found);
    size_t size = strlen(why) < sizeof fault->text ? strlen(why) : sizeof fault->text - 1;
    *fault = (struct json_fault){.error = h->error != OK ? h->error : ERROR_MALFORMED};
    fault->line = (unsigned)XML_GetCurrentLineNumber(h->parser);
    fault->column = (unsigned)XML_GetCurrentColumnNumber(h->parser) + 1;
    if (fault->line == 1) fault->column += (unsigned)skipped;
    memcpy(fault->text, why, size);
}

static struct json_tree *new_tree(struct span text, struct hanging *h)
{
    size_t room = 2 * text.size + 64;
    struct json_tree *tree = malloc(sizeof *tree + room);
    assert(tree != NULL);
    tree->blocks = NULL;
    tree->root = (struct json){.type = JSON_OBJECT};
    *h = (struct hanging){.tree = tree, .at = (char *)tree->nodes};
    h->end = h->at + room;
    h->open[0].node = &tree->root;
    return tree;
}

static bool parse(struct hanging *h, struct span text)
{
    h->parser = XML_ParserCreate(NULL);
    assert(h->parser != NULL);
    XML_SetUserData(h->parser, h);
    XML_SetElementHandler(h->parser, begin_element, end_element);
    XML_SetCharacterDataHandler(h->parser, tell_text);
    XML_SetStartDoctypeDeclHandler(h->parser, refuse_type);
    return XML_Parse(h->parser, (const char *)text.at, (int)text.size, XML_TRUE) == XML_STATUS_OK &&
           h->error == OK;
}

struct json *json_from_xml(struct span text, struct json_fault *fault)
{
    struct hanging h;
    size_t skipped = 0;
    if (text.size > JSON_BYTES_MAX) {
        *fault = (struct json_fault){ERROR_TOO_LARGE, 1, 1, "larger than 1 MiB"};
        return NULL;
    }
    /* Some send blanks before the declaration, where XML allows none. */
    while (skipped < text.size && is_blank((char)text.at[skipped])) skipped++;
    struct json_tree *tree = new_tree(text, &h);
    bool read = parse(&h, span_of(text.at + skipped, text.size - skipped));
    *fault = (struct json_fault){.error = OK};
    if (!read) set_fault(fault, &h, skipped);
    XML_ParserFree(h.parser);
    if (read) return &tree->root;
    json_free(&tree->root);
    return NULL;
}
