/* USPS's labels of returns, behind two tokens: the account's, and who pays, which is bought with
 * it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/parcels.h"

#define LABEL   "/labels/v3/label/"
#define PAYMENT "paid-by-1000200030"

/* Two roles, each with all that names who pays. */
static void sell_payment(struct evhttp_request *request)
{
    static const char *const paths[] = {
        "roles[roleName=PAYER]/CRID", "roles[roleName=PAYER]/accountNumber",
        "roles[roleName=LABEL_OWNER]/MID", "roles[roleName=LABEL_OWNER]/manifestMID"};
    static const char *const wanted[] = {"11112222", "1000200030", "900100200", "900100201"};
    char *body = body_of(request);
    bool known = true;
    for (unsigned i = 0; i < 4; i++) {
        char said[32];
        member(body, paths[i], said, sizeof said);
        known = known && strcmp(said, wanted[i]) == 0;
    }
    free(body);
    answer(request, known ? 200 : 400,
           known ? "{\"paymentAuthorizationToken\":\"" PAYMENT "\"}"
                 : "{\"error\":{\"message\":\"nobody of that name pays\"}}");
}

static bool is_paid(struct evhttp_request *request)
{
    if (strcmp(header(request, "X-Payment-Authorization-Token"), PAYMENT) == 0) return true;
    answer(request, 401, "{\"error\":{\"message\":\"nobody pays\"}}");
    return false;
}

/* What it insists on: a whole name of each, five digits, a day, JSON. */
static bool is_whole(struct evhttp_request *request, const char *body)
{
    static const char *const paths[] = {"fromAddress/firstName|fromAddress/firm",
                                        "toAddress/firstName|toAddress/firm",
                                        "packageDescription/mailingDate"};
    char text[64], zip[32];
    bool whole = true;
    for (unsigned i = 0; i < 3; i++) {
        member(body, paths[i], text, sizeof text);
        whole = whole && text[0] != '\0';
    }
    whole = whole && strlen(text) == strlen("2026-01-02");
    member(body, "fromAddress/ZIPCode", zip, sizeof zip);
    whole = whole && strlen(zip) == 5;
    return whole && strcmp(header(request, "Accept"), "application/vnd.usps.labels+json") == 0;
}

static void sell_label(struct evhttp_request *request)
{
    char reference[REFERENCE_BYTES], *body = body_of(request);
    struct json_out out = {0};
    bool whole = is_whole(request, body);
    member(body, "packageDescription/customerReference/referenceNumber", reference,
           sizeof reference);
    free(body);
    struct sale *sale = whole ? sale_make("usps", reference) : NULL;
    char *image = sale == NULL ? NULL : label_base64(sale);
    if (image == NULL) {
        answer(request, whole ? 503 : 400, "{\"error\":{\"message\":\"not whole\"}}");
        return;
    }
    json_open(&out, NULL, '{');
    json_put_text(&out, "trackingNumber", span_text(sale->number));
    json_put_text(&out, "postage", span_text("8.25"));
    json_put_text(&out, "labelImage", span_text(image));
    json_close(&out, '}');
    free(image);
    sell(request, sale, 200, &out);
}

static void take_back(struct evhttp_request *request, const char *number)
{
    for (unsigned id = 1; sale_by_id(id) != NULL; id++)
        if (strcmp(sale_by_id(id)->number, number) == 0) sale_by_id(id)->taken_back = true;
    answer(request, 200, "{\"status\":\"CANCELED\"}");
}

bool usps_take(struct evhttp_request *request)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    bool token = strcmp(path, "/oauth2/v3/token") == 0;
    bool payment = strcmp(path, "/payments/v3/payment-authorization") == 0;
    bool ship = strcmp(path, "/labels/v3/return-label") == 0;
    bool back = strncmp(path, LABEL, strlen(LABEL)) == 0;
    if (!token && !payment && !ship && !back) return false;
    if (did_wrong(request)) return true;
    if (token)
        sell_token(request);
    else if (!has_token(request))
        return true;
    else if (payment)
        sell_payment(request);
    else if (!is_paid(request) || (ship && label_wrong_before(request)))
        return true;
    else if (ship)
        sell_label(request);
    else
        take_back(request, path + strlen(LABEL));
    return true;
}
