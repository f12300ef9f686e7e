#include "node/card.h"

#include <stdio.h>

#include "node/file.h"

#define CARD_VERSION 1

void card_put(struct json_out *out, const struct id *mesh, const struct member *member)
{
    json_open(out, NULL, '{');
    json_put_int(out, "card", CARD_VERSION);
    json_put_id(out, "mesh", mesh);
    json_put_shape(out, "member", &member_shape, member);
    json_close(out, '}');
}

/* The texts of the decoded record lie in the JSON tree, which is about to be freed. */
static struct span kept(struct card *card, size_t *used, struct span text)
{
    uint8_t *at = (uint8_t *)card->room + *used;
    if (text.size > 0) memcpy(at, text.at, text.size);
    *used += text.size;
    return span_of(at, text.size);
}

static enum error take(const struct json *root, struct card *card, struct fault *fault)
{
    uint8_t scratch[64];
    size_t used = 0;
    int64_t version = 0;
    if (!json_int(json_get(root, "card"), &version)) return ERROR_MALFORMED;
    if (version != CARD_VERSION) return ERROR_UNSUPPORTED;
    enum error error = id_parse(json_text(json_get(root, "mesh")), &card->mesh);
    if (error != OK) fault_step(fault, span_text("mesh"));
    if (error == OK)
        error = json_to_shape(json_get(root, "member"), &member_shape, &card->member, scratch,
                              sizeof scratch, fault);
    if (error == OK) error = shape_check(&member_shape, &card->member, fault);
    if (error != OK) return error;
    card->member.name = kept(card, &used, card->member.name);
    card->member.code = kept(card, &used, card->member.code);
    card->member.address = kept(card, &used, card->member.address);
    return OK;
}

enum error card_parse(struct span text, struct card *card, char why[CARD_WHY_BYTES])
{
    struct json_fault wrong;
    struct fault fault = {.error = OK};
    memset(card, 0, sizeof *card);
    struct json *root = json_parse(text, &wrong);
    if (root == NULL) {
        snprintf(why, CARD_WHY_BYTES, "line %u: %s", wrong.line, wrong.text);
        return wrong.error;
    }
    enum error error = take(root, card, &fault);
    json_free(root);
    if (error != OK)
        snprintf(why, CARD_WHY_BYTES, "this is no node's card: %s%s%s", error_text(error),
                 fault.path[0] == '\0' ? "" : ": ", fault.path);
    return error;
}

enum error card_read(const char *file, struct card *card, char why[CARD_WHY_BYTES])
{
    char text[CARD_BYTES_MAX], wrong[CARD_WHY_BYTES];
    enum error error = file_read(file, text, sizeof text, why);
    if (error != OK) return error;
    error = card_parse(span_text(text), card, wrong);
    if (error != OK) snprintf(why, CARD_WHY_BYTES, "%.60s: %.130s", file, wrong);
    return error;
}
