/* Royal Mail's tracked returns: one request, whose answer has the label and the counter's code. */
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/parcels.h"

/* Both addresses whole, with a last name and three letters, and where the mail goes. */
static bool is_whole(const char *body)
{
    static const char *const paths[] = {
        "service/serviceCode",
        "shipment/shippingAddress/lastName",
        "shipment/shippingAddress/postcode",
        "shipment/returnAddress/firstName",
        "shipment/returnAddress/lastName",
    };
    char text[64];
    for (unsigned i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        member(body, paths[i], text, sizeof text);
        if (text[0] == '\0') return false;
    }
    member(body, "shipment/returnAddress/countryIsoCode", text, sizeof text);
    return strlen(text) == 3 && text[0] >= 'A' && text[0] <= 'Z';
}

static void sell_label(struct evhttp_request *request)
{
    char reference[REFERENCE_BYTES], *body = body_of(request);
    struct json_out out = {0};
    bool whole = is_whole(body);
    member(body, "shipment/customerReference/reference", reference, sizeof reference);
    free(body);
    struct sale *sale = whole ? sale_make("royalmail", reference) : NULL;
    char *image = sale == NULL ? NULL : label_base64(sale);
    if (image == NULL) {
        answer(request, whole ? 503 : 400, "{\"message\":\"not whole\"}");
        return;
    }
    json_open(&out, NULL, '{');
    json_open(&out, "shipment", '{');
    json_put_text(&out, "trackingNumber", span_text(sale->number));
    json_put_text(&out, "uniqueItemId", span_text("0B0987000000000A6B1F3"));
    json_close(&out, '}');
    json_put_text(&out, "qrCode", span_text("iVBORw0KGgo="));
    json_put_text(&out, "label", span_text(image));
    json_close(&out, '}');
    free(image);
    sell(request, sale, 200, &out);
}

bool royalmail_take(struct evhttp_request *request)
{
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    if (strcmp(path, "/returns") != 0) return false;
    if (did_wrong(request)) return true;
    if (strcmp(header(request, "Authorization"), "Bearer drop-key") != 0)
        answer(request, 401, "{\"message\":\"no such key\"}");
    else if (!label_wrong_before(request))
        sell_label(request);
    return true;
}
