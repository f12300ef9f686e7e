/* Labels that the sandbox of carriers has sold: its witness of what was bought how often. */
#include <event2/buffer.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/json_path.h"
#include "tests/sandbox/parcels.h"

#define WRONGS_MAX 32u

enum wrong { NONE, HOLD, DROP, FAIL_AFTER, FAIL_BEFORE, REFUSE, NO_CODE, WRONGS };
static const char *const wrong_names[WRONGS] = {
    "", "hold", "drop", "fail_after", "fail_before", "refuse", "no_code"};

static struct sale sales[SALES_MAX];
static unsigned sales_count;
static enum wrong wrongs[WRONGS_MAX];
static unsigned wrongs_count;

/* --- sales ------------------------------------------------------------------------------------ */

struct sale *sale_make(const char *carrier, const char *reference)
{
    if (sales_count == SALES_MAX) return NULL;
    struct sale *sale = &sales[sales_count++];
    sale->id = sales_count;
    sale->carrier = carrier;
    snprintf(sale->reference, sizeof sale->reference, "%s", reference);
    snprintf(sale->number, sizeof sale->number, "SOLD%sX%06u", carrier, sale->id);
    return sale;
}

struct sale *sale_by_id(unsigned id)
{
    return id > 0 && id <= sales_count ? &sales[id - 1] : NULL;
}

struct sale *sale_by_reference(const char *carrier, const char *reference)
{
    for (unsigned i = sales_count; i > 0; i--)
        if (strcmp(sales[i - 1].carrier, carrier) == 0 &&
            strcmp(sales[i - 1].reference, reference) == 0)
            return &sales[i - 1];
    return NULL;
}

void put_sales(struct json_out *out)
{
    json_open(out, NULL, '{');
    json_open(out, "labels", '[');
    for (unsigned i = 0; i < sales_count; i++) {
        if (!sales[i].sold) continue;
        json_open(out, NULL, '{');
        json_put_text(out, "carrier", span_text(sales[i].carrier));
        json_put_text(out, "reference", span_text(sales[i].reference));
        json_put_text(out, "number", span_text(sales[i].number));
        json_put_bool(out, "taken_back", sales[i].taken_back);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

/* --- doing wrong ------------------------------------------------------------------------------ */

bool next_sale(const char *what)
{
    for (unsigned i = 1; i < WRONGS; i++)
        if (strcmp(what, wrong_names[i]) == 0 && wrongs_count < WRONGS_MAX) {
            wrongs[wrongs_count++] = (enum wrong)i;
            return true;
        }
    return false;
}

static enum wrong pop_wrong(void)
{
    enum wrong wrong = wrongs[0];
    memmove(&wrongs[0], &wrongs[1], --wrongs_count * sizeof wrongs[0]);
    return wrong;
}

/* What is done wrong at the counter's code waits for its question. */
static enum wrong take_wrong(void)
{
    return wrongs_count > 0 && wrongs[0] != NO_CODE ? pop_wrong() : NONE;
}

bool label_has_no_code(void)
{
    return wrongs_count > 0 && wrongs[0] == NO_CODE && pop_wrong() == NO_CODE;
}

bool label_wrong_before(struct evhttp_request *request)
{
    enum wrong next = wrongs_count > 0 ? wrongs[0] : NONE;
    if (next != FAIL_BEFORE && next != REFUSE) return false;
    (void)take_wrong();
    if (next == FAIL_BEFORE)
        answer(request, 500, "{}");
    else
        answer(request, 400,
               "{\"error\":{\"message\":\"the address is nowhere\"},\"errors\":[{\"message\":"
               "\"the address is nowhere\"}],\"response\":{\"errors\":[{\"message\":"
               "\"the address is nowhere\"}]}}");
    return true;
}

void sell(struct evhttp_request *request, struct sale *sale, int status, struct json_out *out)
{
    enum wrong wrong = take_wrong();
    char *text = strndup(out->at, out->used);
    json_out_free(out);
    sale->sold = true;
    if (wrong == DROP)
        drop(request);
    else if (wrong == FAIL_AFTER)
        answer(request, 502, "{}");
    else if (wrong != HOLD || !hold(request, status, text))
        answer(request, status, text);
    free(text);
}

/* --- documents -------------------------------------------------------------------------------- */

static int print_document(const struct sale *sale, char text[256])
{
    return snprintf(text, 256, "%%PDF-1.4\n%% label %s of %s\n%%%%EOF\n", sale->number,
                    sale->carrier);
}

char *label_base64(const struct sale *sale)
{
    char text[256];
    int size = print_document(sale, text);
    char *base64 = calloc(1, 512);
    if (base64 != NULL) EVP_EncodeBlock((unsigned char *)base64, (const unsigned char *)text, size);
    return base64;
}

void answer_document(struct evhttp_request *request, const struct sale *sale)
{
    char text[256];
    (void)print_document(sale, text);
    answer_as(request, 200, "application/pdf", text);
}

/* --- bodies ----------------------------------------------------------------------------------- */

void member(const char *body, const char *path, char *to, size_t size)
{
    struct json_fault fault;
    struct json *root = json_parse(span_text(body), &fault);
    struct span word = root == NULL ? span_of(NULL, 0) : json_find_word(root, path);
    snprintf(to, size, "%.*s", (int)word.size, word.size > 0 ? (const char *)word.at : "");
    json_free(root);
}
