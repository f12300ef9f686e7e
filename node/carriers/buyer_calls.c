/* The requests of one purchase, one after the other, and what their answers say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "carriers/body.h"
#include "carriers/country.h"
#include "node/carriers/asker_inside.h"
#include "node/carriers/buyer_inside.h"
#include "node/log.h"
#include "proto/digits.h"
#include "proto/json_path.h"
#include "proto/money.h"

#define TOKEN_MARGIN_MS 60000u
#define DAY_MS          (UINT64_C(24) * 3600 * 1000)
#define HTTP_TOO_MANY   429
#define SMALL_LETTER    0x20
#define DATE_CHARS      10 /* of RFC 3339 */
#define DOCUMENT_MAX    (2u * 1024 * 1024)

static const struct labelling *labelling_of(const struct purchase *purchase)
{
    const struct labelling *labelling = purchase->seller->is.carrier->labelling;
    return purchase->wish.what == LABEL_IS_PICKUP ? labelling->pickup : labelling;
}

static const struct access *access_of(const struct purchase *purchase)
{
    const struct access *own = labelling_of(purchase)->access;
    return own != NULL ? own : purchase->seller->is.carrier->access;
}

/* --- what a template may ask for ---------------------------------------------------------------
 */

struct buying {
    struct values values;
    const struct purchase *purchase;
};

static struct span print_country3(struct buying *buying, const char *two, uint8_t small)
{
    uint8_t three[3];
    if (!country_alpha3(span_text(two), three)) return span_of(NULL, 0);
    for (size_t i = 0; i < sizeof three; i++) buying->values.room[i] = (char)(three[i] | small);
    return span_of(buying->values.room, sizeof three);
}

static struct span person_value(const struct label_address *address, struct span name)
{
    const char *person = address->name, *blank = strrchr(person, ' ');
    bool last = span_equal(name, span_text("last_name"));
    if (span_equal(name, span_text("zip5")))
        return span_of(address->postal_code, strcspn(address->postal_code, "-"));
    if (!last && !span_equal(name, span_text("first_name"))) return span_of(NULL, 0);
    if (blank == NULL) return span_text(last ? "" : person);
    return last ? span_text(blank + 1) : span_of(person, (size_t)(blank - person));
}

static struct span address_value(struct buying *buying, const struct label_address *address,
                                 struct span name)
{
    const struct {
        const char *name, *text;
    } texts[] = {{"name", address->name[0] != '\0' ? address->name : address->company},
                 {"company", address->company},
                 {"street1", address->street1},
                 {"street2", address->street2},
                 {"city", address->city},
                 {"state", address->state},
                 {"postal_code", address->postal_code},
                 {"country", address->country},
                 {"phone", address->phone},
                 {"email", address->email}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (span_equal(name, span_text(texts[i].name))) return span_text(texts[i].text);
    if (span_equal(name, span_text("country3")))
        return print_country3(buying, address->country, SMALL_LETTER);
    if (span_equal(name, span_text("iso3"))) return print_country3(buying, address->country, 0);
    return person_value(address, name);
}

/* So many thousandths, as a decimal of three places. */
static struct span print_milli(struct buying *buying, uint64_t milli)
{
    snprintf(buying->values.room, sizeof buying->values.room, "%llu.%03llu",
             (unsigned long long)(milli / 1000), (unsigned long long)(milli % 1000));
    return span_text(buying->values.room);
}

static struct span print_money(struct buying *buying, int64_t minor, uint64_t currency)
{
    char text[MONEY_TEXT_BYTES];
    const struct currency *row = currency_by_numeric(currency);
    if (row == NULL) return span_text("0");
    money_print(minor, row, text);
    text[strcspn(text, " ")] = '\0';
    snprintf(buying->values.room, sizeof buying->values.room, "%s", text);
    return span_text(buying->values.room);
}

static struct span item_value(struct buying *buying, const struct label_item *item,
                              struct span name)
{
    const struct {
        const char *name, *text;
    } texts[] = {{"description", item->description},
                 {"sku", item->sku},
                 {"hs_code", item->hs_code},
                 {"origin", item->origin}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (span_equal(name, span_text(texts[i].name))) return span_text(texts[i].text);
    if (span_equal(name, span_text("quantity")))
        return values_print_uint(&buying->values, item->quantity);
    if (span_equal(name, span_text("value")))
        return print_money(buying, item->value_minor, item->currency);
    return span_of(NULL, 0);
}

static struct span weight_value(struct buying *buying, struct span name)
{
    uint64_t g = buying->purchase->wish.weight_g;
    if (span_equal(name, span_text("weight_g"))) return values_print_uint(&buying->values, g);
    if (span_equal(name, span_text("weight_kg"))) return print_milli(buying, g);
    /* 28.349523125 g an ounce, 453.59237 g a pound; never less than it is. */
    if (span_equal(name, span_text("weight_oz")))
        return print_milli(buying, (g * 1000000000 + 28349522) / 28349523);
    if (span_equal(name, span_text("weight_lb")))
        return print_milli(buying, (g * 100000000 + 45359236) / 45359237);
    return span_of(NULL, 0);
}

/* An account of several parts, "MAILED_BY/MOBO" or "CRID/MID/MANIFEST_MID/PAYER". One that was
 * given whole stands for both parts of the first; what lacks of the second is named. */
static struct span account_value(const struct buying *buying, struct span name)
{
    static const struct {
        const char *name;
        unsigned part;
    } parts[] = {{"mailed_by", 0},    {"mobo", 1},  {"crid", 0}, {"mid", 1},
                 {"manifest_mid", 2}, {"payer", 3}, {NULL, 0}};
    const char *at = buying->purchase->seller->is.account;
    unsigned i = 0;
    while (parts[i].name != NULL && !span_equal(name, span_text(parts[i].name))) i++;
    if (parts[i].name == NULL) return span_of(NULL, 0);
    for (unsigned part = parts[i].part; part > 0; part--) {
        const char *slash = strchr(at, '/');
        if (slash == NULL && strcmp(parts[i].name, "mobo") != 0) return span_of(NULL, 0);
        if (slash != NULL) at = slash + 1;
    }
    size_t size = strcspn(at, "/");
    return size > 0 ? span_of(at, size) : span_of(NULL, 0);
}

static struct span wish_value(struct buying *buying, struct span name)
{
    const struct purchase *purchase = buying->purchase;
    const struct label_call *wish = &purchase->wish;
    const struct {
        const char *name, *text;
    } texts[] = {{"reference", wish->reference},
                 {"rma", wish->rma},
                 {"service", wish->service},
                 {"carrier_ref", wish->carrier_ref},
                 {"label_number", wish->number},
                 {"prepared", purchase->prepared},
                 {"rate", purchase->rate},
                 {"rate_seller", purchase->rate_seller},
                 {"rate_service", purchase->rate_service},
                 {"payment", purchase->seller->payment},
                 {"sold_ref", purchase->result.carrier_ref},
                 {"wants_qr", wish->form == LABEL_QR ? "1" : ""}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (span_equal(name, span_text(texts[i].name))) return span_text(texts[i].text);
    if (span_equal(name, span_text("pickup.from")))
        return values_print_time(&buying->values, wish->pickup_ms);
    if (span_equal(name, span_text("pickup.until")))
        return values_print_time(&buying->values, wish->pickup_until_ms);
    if (span_equal(name, span_text("today")))
        return span_of(values_print_time(&buying->values, buying->values.wall_ms).at, DATE_CHARS);
    struct span value = account_value(buying, name);
    return value.at != NULL ? value : weight_value(buying, name);
}

static struct span value_of(void *world, struct span name, size_t item)
{
    struct buying *buying = world;
    const struct label_call *wish = &buying->purchase->wish;
    struct span rest, value = span_of(NULL, 0);
    if (span_strip(name, "from.", &rest)) return address_value(buying, &wish->from, rest);
    if (span_strip(name, "to.", &rest)) return address_value(buying, &wish->to, rest);
    if (item != TEMPLATE_NO_ITEM && item < wish->items)
        value = item_value(buying, &wish->item[item], name);
    if (value.at == NULL) value = wish_value(buying, name);
    return value.at != NULL ? value : values_of(&buying->values, name);
}

static size_t count_of(void *world, struct span list)
{
    const struct buying *buying = world;
    return span_equal(list, span_text("items")) ? buying->purchase->wish.items : 0;
}

/* --- a request -------------------------------------------------------------------------------- */

static const struct inquiry *inquiry_of(const struct purchase *purchase)
{
    const struct labelling *labelling = labelling_of(purchase);
    switch (purchase->step) {
    case STEP_TOKEN: return &access_of(purchase)->ask;
    case STEP_PAYMENT: return &labelling->payment->ask;
    case STEP_LOOK_UP: return &labelling->look_up;
    case STEP_OFFERS: return &labelling->offers.ask;
    case STEP_BUY: return &labelling->buy;
    case STEP_TAKE_BACK: return &labelling->take_back;
    case STEP_ASK_QR: return &labelling->ask_qr;
    case STEP_DOCUMENT:
    case STEP_QR: break;
    }
    return NULL;
}

/* Before the request that buys nothing can have been bought: this run remembers that, so that a
 * carrier which cannot be asked need not be (a restart forgets it, and then nobody can say). */
void purchase_unsent(struct buyer *buyer, const struct purchase *purchase)
{
    if (purchase->kind != CALL_SEND || purchase->wish.act == LABEL_VOID) return;
    buyer->unsent[buyer->next_unsent++ % BUYER_CALLS_MAX] = purchase->wish.label;
}

/* left: some of the latest request was sent. */
static void remember_unsent(struct buyer *buyer, const struct purchase *purchase, unsigned status,
                            bool left)
{
    bool early = purchase->step == STEP_TOKEN || purchase->step == STEP_PAYMENT ||
                 purchase->step == STEP_OFFERS;
    /* One request too many is turned away at the door. */
    bool away = purchase->step == STEP_BUY && (!left || status == HTTP_TOO_MANY);
    if (early || away) purchase_unsent(buyer, purchase);
}

static bool was_unsent(struct buyer *buyer, const struct id *label)
{
    for (unsigned i = 0; i < BUYER_CALLS_MAX; i++) {
        if (!id_equal(&buyer->unsent[i], label)) continue;
        buyer->unsent[i] = (struct id){{0}};
        return true;
    }
    return false;
}

/* What bought nothing yet may have no result but that; what did has all there is. */
static void give_up(struct buyer *buyer, struct purchase *purchase, unsigned status, bool left,
                    const char *reason)
{
    bool sold = STEP_HAS_SOLD(purchase->step);
    remember_unsent(buyer, purchase, status, left);
    purchase_end(purchase, sold ? OUTCOME_PAID : OUTCOME_NO_WORD, reason);
}

static void send_call(struct buyer *buyer, struct purchase *purchase, const char *base_url,
                      const struct carrier_call *call)
{
    uint64_t used = asker_now_ms() - purchase->begun_ms;
    if (used >= buyer->options.total_ms) {
        give_up(buyer, purchase, 0, false, "no time was left; it was not sent");
        return;
    }
    const struct wire_wish wish = {.base_url = base_url,
                                   .call = call,
                                   .connect_ms = buyer->options.connect_ms,
                                   .total_ms = (uint32_t)(buyer->options.total_ms - used),
                                   .once = purchase->step == STEP_BUY,
                                   .owner = purchase};
    purchase->wire = wire_begin(buyer->multi, &wish);
    if (purchase->wire == NULL)
        give_up(buyer, purchase, 0, false, "no memory");
    else
        buyer->under_way++;
}

static void request(struct buyer *buyer, struct purchase *purchase)
{
    struct buying buying = {.purchase = purchase};
    const struct template_values values = {&buying, value_of, count_of};
    struct writing memory = {buyer->memory, sizeof buyer->memory, 0, OK};
    struct carrier_call call;
    struct fault fault;
    char why[REASON_BYTES_MAX];
    values_begin(&buying.values, &purchase->seller->is, purchase->seller->token);
    enum error error =
        inquiry_write(inquiry_of(purchase), buyer->options.crypto, &values, &memory, &call, &fault);
    explicit_bzero(&buying.values, sizeof buying.values);
    if (error == OK) {
        send_call(buyer, purchase, purchase->seller->is.base_url, &call);
    } else if (STEP_HAS_SOLD(purchase->step)) {
        purchase_end(purchase, OUTCOME_PAID, "bought; its code cannot be asked for");
    } else {
        /* Nothing left, so nothing was bought. */
        snprintf(why, sizeof why, "the request cannot be written: %.60s: %s", fault.path,
                 error_name(error));
        purchase_end(purchase, OUTCOME_FAILED, why);
    }
    explicit_bzero(buyer->memory, memory.used);
}

/* Does the step at hand lack the second token? */
static bool lacks_payment(const struct purchase *purchase)
{
    return labelling_of(purchase)->payment != NULL &&
           inquiry_wants(inquiry_of(purchase), "payment") &&
           purchase->seller->payment_until_ms <= asker_now_ms();
}

static void go_to(struct buyer *buyer, struct purchase *purchase, enum step step)
{
    purchase->step = purchase->after_token = step;
    if (lacks_payment(purchase)) purchase->step = STEP_PAYMENT;
    bool wants = access_of(purchase) != NULL && inquiry_wants(inquiry_of(purchase), "token");
    if (wants && purchase->seller->token_until_ms <= asker_now_ms()) purchase->step = STEP_TOKEN;
    request(buyer, purchase);
}

/* A document stands where its URL says, on whichever machine: the credentials go there only when
 * the row says so, and it is the machine that they are for. */
static void fetch(struct buyer *buyer, struct purchase *purchase, enum step step, const char *url)
{
    const struct labelling *labelling = labelling_of(purchase);
    const char *base = purchase->seller->is.base_url;
    struct writing memory = {buyer->memory, sizeof buyer->memory, 0, OK};
    struct buying buying = {.purchase = purchase};
    const struct template_values values = {&buying, value_of, count_of};
    struct carrier_call call = {.method = "GET", .path = url};
    bool theirs = strncmp(url, base, strlen(base)) == 0 && url[strlen(base)] == '/';
    purchase->step = step;
    values_begin(&buying.values, &purchase->seller->is, purchase->seller->token);
    for (size_t i = 0; i < INQUIRY_HEADERS_MAX && !labelling->document_open && theirs; i++) {
        size_t from = memory.used;
        const char *header = labelling->buy.headers[i];
        if (header == NULL) break;
        if (strncmp(header, "Authorization", 13) != 0) continue;
        if (template_fill(&memory, header, TEMPLATE_PLAIN, &values, NULL) == OK)
            call.headers[call.headers_count++] = writing_end(&memory, from);
    }
    send_call(buyer, purchase, "", &call);
    explicit_bzero(&buying.values, sizeof buying.values);
    explicit_bzero(buyer->memory, memory.used);
}

/* --- the way of a purchase ---------------------------------------------------------------------
 */

static enum step first_buying(const struct purchase *purchase)
{
    const struct labelling *labelling = labelling_of(purchase);
    bool offers = labelling->offers.ask.path != NULL;
    bool again = labelling->look_up.path != NULL && purchase->wish.attempt > 0;
    if (offers && again) return STEP_LOOK_UP;
    return offers ? STEP_OFFERS : STEP_BUY;
}

void purchase_begin(struct buyer *buyer, struct purchase *purchase)
{
    const struct label_call *wish = &purchase->wish;
    bool asks = purchase->kind == CALL_ASK && wish->act != LABEL_VOID;
    if (purchase->seller == NULL || labelling_of(purchase) == NULL) {
        purchase_end(purchase, asks ? OUTCOME_CANNOT_ASK : OUTCOME_NO_WORD,
                     "this account is not configured");
    } else if (wish->act == LABEL_VOID) {
        go_to(buyer, purchase, STEP_TAKE_BACK);
    } else if (asks && wish->recovery == LABEL_RECOVERY_LOOKUP &&
               labelling_of(purchase)->look_up.path != NULL) {
        go_to(buyer, purchase, STEP_LOOK_UP);
    } else if (asks && wish->recovery != LABEL_RECOVERY_HEADER) {
        bool unsent = was_unsent(buyer, &wish->label);
        purchase_end(purchase, unsent ? OUTCOME_ABSENT : OUTCOME_CANNOT_ASK,
                     unsent ? "" : "this carrier cannot be asked");
    } else if (!wish->complete) {
        purchase_end(purchase, OUTCOME_FAILED, "an address lacks");
    } else {
        go_to(buyer, purchase, first_buying(purchase));
    }
}

/* --- documents -------------------------------------------------------------------------------- */

static bool keep(struct buyer *buyer, struct purchase *purchase, struct span bytes, bool qr)
{
    struct label_result *result = &purchase->result;
    struct hash *hash = qr ? &result->qr : &result->document;
    bool kept = bytes.size > 0 && bytes.size <= DOCUMENT_MAX &&
                buyer->options.store(buyer->options.world, bytes, hash);
    if (qr)
        result->has_qr = kept;
    else
        result->has_document = kept;
    return kept;
}

static bool keep_base64(struct buyer *buyer, struct purchase *purchase, struct span text, bool qr)
{
    size_t pads = 0;
    if (text.size == 0 || text.size % 4 != 0 || text.size > 2 * DOCUMENT_MAX) return false;
    while (pads < 2 && text.at[text.size - 1 - pads] == '=') pads++;
    size_t size = text.size / 4 * 3 - pads;
    uint8_t *bytes = malloc(size + 1);
    bool kept = bytes != NULL && digits_base64_of(text, bytes, size) &&
                keep(buyer, purchase, span_of(bytes, size), qr);
    free(bytes);
    return kept;
}

static void copy_word(char *to, size_t size, struct span word)
{
    size_t used = word.size < size ? word.size : 0; /* an identity is never cut */
    if (used > 0) memcpy(to, word.at, used);
    to[used] = '\0';
}

/* Plain HTTP only where the account itself is so, on this machine: a label bears an address. */
static bool is_url(const struct purchase *purchase, const char *text)
{
    bool plain = strncmp(purchase->seller->is.base_url, "http://", 7) == 0;
    return strncmp(text, "https://", 8) == 0 || (plain && strncmp(text, "http://", 7) == 0);
}

static bool lacks_code(const struct purchase *purchase)
{
    return purchase->wish.act == LABEL_BUY && purchase->wish.form == LABEL_QR &&
           !purchase->result.has_qr;
}

static void end_sold(struct purchase *purchase)
{
    const struct label_result *result = &purchase->result;
    bool lacks = purchase->wish.act == LABEL_BUY && !result->has_document && !result->has_qr;
    const char *reason = lacks ? "bought; its document could not be fetched" : "";
    if (!lacks && lacks_code(purchase)) reason = "bought; the carrier gave no code for it";
    purchase_end(purchase, OUTCOME_PAID, reason);
}

/* The next document that is still to be fetched, or asked for; else the end. */
static void go_on(struct buyer *buyer, struct purchase *purchase)
{
    const struct label_result *result = &purchase->result;
    bool asks = labelling_of(purchase)->ask_qr.path != NULL && lacks_code(purchase) &&
                purchase->qr_url[0] == '\0';
    if (!STEP_HAS_SOLD(purchase->step) && !result->has_document &&
        is_url(purchase, purchase->document_url)) {
        fetch(buyer, purchase, STEP_DOCUMENT, purchase->document_url);
    } else if (purchase->step != STEP_ASK_QR && asks) {
        purchase->step = STEP_ASK_QR;
        request(buyer, purchase);
    } else if (purchase->step != STEP_QR && !result->has_qr && is_url(purchase, purchase->qr_url)) {
        fetch(buyer, purchase, STEP_QR, purchase->qr_url);
    } else {
        end_sold(purchase);
    }
}

static void take_qr_url(struct buyer *buyer, struct purchase *purchase, unsigned status,
                        const struct json *root)
{
    const char *at = labelling_of(purchase)->qr_url;
    if (status >= 200 && status <= 299 && root != NULL)
        copy_word(purchase->qr_url, sizeof purchase->qr_url, json_find_word(root, at));
    go_on(buyer, purchase);
}

/* --- what was sold -----------------------------------------------------------------------------
 */

/* Places beyond those of the currency are cut: what it cost is told by the invoice. */
static void take_cost(struct label_result *result, struct span cost, struct span letters)
{
    const struct currency *currency = currency_by_letters(letters);
    const uint8_t *dot = cost.size > 0 ? memchr(cost.at, '.', cost.size) : NULL;
    if (currency == NULL || cost.size == 0) return;
    size_t places = dot == NULL ? 0 : (size_t)(cost.at + cost.size - dot - 1);
    size_t over = places > currency->exponent ? places - currency->exponent : 0;
    if (over == places && places > 0) over++; /* the point goes with them */
    cost.size -= over;
    if (money_parse(cost, currency, &result->cost_minor) == OK)
        result->currency = currency->numeric;
}

/* false: the answer sells nothing. */
static bool take_sold(struct buyer *buyer, struct purchase *purchase, const struct json *root)
{
    const struct labelling *row = labelling_of(purchase);
    struct label_result *result = &purchase->result;
    copy_word(result->number, sizeof result->number, json_find_word(root, row->number));
    if (result->number[0] == '\0') return false;
    if (row->other_number != NULL)
        copy_word(result->other_number, sizeof result->other_number,
                  json_find_word(root, row->other_number));
    if (row->carrier_ref != NULL)
        copy_word(result->carrier_ref, sizeof result->carrier_ref,
                  json_find_word(root, row->carrier_ref));
    if (row->cost != NULL)
        take_cost(result, json_find_word(root, row->cost),
                  row->currency_is != NULL ? span_text(row->currency_is)
                                           : json_find_word(root, row->currency));
    if (row->days != 0) result->expires_ms = asker_wall_ms() + row->days * DAY_MS;
    result->document_form = row->document_form;
    if (row->document != NULL)
        (void)keep_base64(buyer, purchase, json_find_word(root, row->document), false);
    if (row->qr != NULL) (void)keep_base64(buyer, purchase, json_find_word(root, row->qr), true);
    if (row->document_url != NULL)
        copy_word(purchase->document_url, sizeof purchase->document_url,
                  json_find_word(root, row->document_url));
    if (row->qr_url != NULL)
        copy_word(purchase->qr_url, sizeof purchase->qr_url, json_find_word(root, row->qr_url));
    return true;
}

/* --- offers ----------------------------------------------------------------------------------- */

struct choice {
    const struct offers *offers;
    const char *service; /* "": any */
    struct span rate, rate_seller, rate_service;
    uint64_t price; /* in thousandths */
};

/* Thousandths of a decimal; UINT64_MAX: it is none. */
static uint64_t price_of(struct span text)
{
    uint64_t price = 0;
    unsigned places = 0, left = 3;
    bool point = false;
    for (size_t i = 0; i < text.size; i++) {
        bool digit = text.at[i] >= '0' && text.at[i] <= '9';
        if (text.at[i] == '.' && !point)
            point = true;
        else if (!digit || price > UINT64_MAX / 100000)
            return UINT64_MAX;
        else if (!point || places++ < 3)
            price = price * 10 + (uint64_t)(text.at[i] - '0');
    }
    for (left = places < 3 ? 3 - places : 0; left > 0; left--) price *= 10;
    return text.size > 0 ? price : UINT64_MAX;
}

static bool weigh_offer(void *world, const struct json *found)
{
    struct choice *choice = world;
    const struct offers *offers = choice->offers;
    struct span rate = json_find_word(found, offers->rate);
    uint64_t price = price_of(json_find_word(found, offers->price));
    bool meant = choice->service[0] == '\0' ||
                 span_equal(json_find_word(found, offers->service), span_text(choice->service));
    if (!meant || rate.size == 0 || price == UINT64_MAX) return true;
    if (choice->rate.size > 0 && price >= choice->price) return true;
    choice->rate = rate;
    choice->rate_service = json_find_word(found, offers->service);
    if (offers->seller != NULL) choice->rate_seller = json_find_word(found, offers->seller);
    choice->price = price;
    return true;
}

/* The cheapest of the service that is wanted; a pickup has services of its own. */
static bool choose_offer(struct purchase *purchase, const struct json *root)
{
    const struct offers *offers = &labelling_of(purchase)->offers;
    bool pickup = purchase->wish.what == LABEL_IS_PICKUP;
    struct choice choice = {.offers = offers, .service = pickup ? "" : purchase->wish.service};
    json_each(root, offers->rates, weigh_offer, &choice);
    copy_word(purchase->prepared, sizeof purchase->prepared,
              json_find_word(root, offers->prepared));
    copy_word(purchase->rate, sizeof purchase->rate, choice.rate);
    copy_word(purchase->rate_seller, sizeof purchase->rate_seller, choice.rate_seller);
    copy_word(purchase->rate_service, sizeof purchase->rate_service, choice.rate_service);
    return purchase->prepared[0] != '\0' && purchase->rate[0] != '\0';
}

/* --- answers ---------------------------------------------------------------------------------- */

static void refuse(struct purchase *purchase, const struct json *root, unsigned status)
{
    char reason[REASON_BYTES_MAX + 1];
    const char *at = labelling_of(purchase)->why;
    struct span why = root == NULL || at == NULL ? span_of(NULL, 0) : json_find_word(root, at);
    size_t size = why.size < sizeof reason - 24 ? why.size : sizeof reason - 24;
    while (size > 0 && size < why.size && (why.at[size] & 0xc0) == 0x80) size--;
    snprintf(reason, sizeof reason, "HTTP %u: %.*s", status, (int)size,
             size > 0 ? (const char *)why.at : "");
    purchase_end(purchase, OUTCOME_FAILED, reason);
}

/* false: there is none in the answer, or it is too long. */
static bool keep_token(const struct access *access, unsigned status, const struct json *root,
                       char to[BUYER_TOKEN_BYTES], uint64_t *until_ms)
{
    uint64_t seconds = 0;
    struct span token =
        root == NULL ? span_of(NULL, 0) : access_token(access, status, root, &seconds);
    if (token.size == 0 || token.size >= BUYER_TOKEN_BYTES) return false;
    memcpy(to, token.at, token.size);
    to[token.size] = '\0';
    uint64_t lives_ms = seconds * 1000;
    lives_ms = lives_ms > 2 * TOKEN_MARGIN_MS ? lives_ms - TOKEN_MARGIN_MS : lives_ms / 2;
    *until_ms = asker_now_ms() + lives_ms;
    return true;
}

static void take_token(struct buyer *buyer, struct purchase *purchase, unsigned status,
                       const struct json *root)
{
    struct seller *seller = purchase->seller;
    if (!keep_token(access_of(purchase), status, root, seller->token, &seller->token_until_ms)) {
        give_up(buyer, purchase, status, true,
                "no token: the carrier does not take the key in key_file");
        return;
    }
    purchase->step = purchase->after_token;
    if (lacks_payment(purchase)) purchase->step = STEP_PAYMENT;
    request(buyer, purchase);
}

/* One that is refused under a first token of long ago is asked for under a new one, once. */
static void take_payment(struct buyer *buyer, struct purchase *purchase, unsigned status,
                         const struct json *root)
{
    struct seller *seller = purchase->seller;
    const struct access *payment = labelling_of(purchase)->payment;
    if (keep_token(payment, status, root, seller->payment, &seller->payment_until_ms)) {
        purchase->step = purchase->after_token;
        request(buyer, purchase);
    } else if (inquiry_answer_of(status) == INQUIRY_STRANGE && !purchase->token_again) {
        purchase->token_again = true;
        seller->token_until_ms = 0;
        go_to(buyer, purchase, purchase->after_token);
    } else
        give_up(buyer, purchase, status, true,
                "no payment: the carrier does not take what `account` names as who pays");
}

/* What was looked up: sold, made and not bought yet, or not there. */
static void take_look_up(struct buyer *buyer, struct purchase *purchase, const struct json *root)
{
    bool sends = purchase->kind == CALL_SEND;
    if (take_sold(buyer, purchase, root))
        go_on(buyer, purchase);
    else if (!sends)
        purchase_end(purchase, OUTCOME_ABSENT, "");
    else if (choose_offer(purchase, root))
        go_to(buyer, purchase, STEP_BUY);
    else
        go_to(buyer, purchase, STEP_OFFERS);
}

static bool was_gone(const struct purchase *purchase, const struct json *root)
{
    const struct labelling *row = labelling_of(purchase);
    struct span code = root == NULL || row->gone_code == NULL
                           ? span_of(NULL, 0)
                           : json_find_word(root, row->gone_code);
    for (size_t i = 0; i < sizeof row->gone_codes / sizeof row->gone_codes[0]; i++)
        if (row->gone_codes[i] != NULL && span_equal(code, span_text(row->gone_codes[i])))
            return true;
    return false;
}

static bool says(const struct json *root, const char *path, const char *const *words, size_t count)
{
    struct span word = root == NULL || path == NULL ? span_of(NULL, 0) : json_find_word(root, path);
    for (size_t i = 0; i < count; i++)
        if (words[i] != NULL && span_equal(word, span_text(words[i]))) return true;
    return false;
}

/* An answer of 2xx. */
static void take_good(struct buyer *buyer, struct purchase *purchase, unsigned status,
                      const struct json *root)
{
    const struct labelling *row = labelling_of(purchase);
    if (says(root, row->refused, row->refused_words, LABELLING_WORDS))
        refuse(purchase, root, status);
    else if (purchase->step == STEP_TAKE_BACK &&
             (row->taken_back == NULL ||
              says(root, row->taken_back, row->taken_back_words, LABELLING_WORDS)))
        purchase_end(purchase, OUTCOME_PAID, "");
    else if (purchase->step == STEP_TAKE_BACK)
        purchase_end(purchase, OUTCOME_NO_WORD, "the answer does not say that it was taken back");
    else if (root == NULL)
        purchase_end(purchase, OUTCOME_NO_WORD, "the answer cannot be read");
    else if (purchase->step == STEP_LOOK_UP)
        take_look_up(buyer, purchase, root);
    else if (purchase->step == STEP_OFFERS && choose_offer(purchase, root))
        go_to(buyer, purchase, STEP_BUY);
    else if (purchase->step == STEP_OFFERS)
        purchase_end(purchase, OUTCOME_FAILED, "the carrier offers nothing for this parcel");
    else if (take_sold(buyer, purchase, root))
        go_on(buyer, purchase);
    else
        purchase_end(purchase, OUTCOME_NO_WORD, "the answer names no number");
}

/* A redirection, or a gateway that gave up, says nothing of what the carrier did. And what was made
 * before and is bought once more is refused when it was sold after all: then the next
 * look finds it. */
static bool may_be_sold(const struct purchase *purchase, unsigned status)
{
    static const unsigned refusals[] = {400, 401, 402, 403, 404, 405, 406, 410, 413, 415, 422};
    bool made_before =
        purchase->wish.attempt > 0 && purchase->wish.recovery == LABEL_RECOVERY_LOOKUP;
    bool refused = false;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        refused = refused || status == refusals[i];
    return purchase->step == STEP_BUY && (made_before || !refused);
}

static void take_bad(struct buyer *buyer, struct purchase *purchase, unsigned status,
                     const struct json *root)
{
    enum inquiry_answer meaning = inquiry_answer_of(status);
    bool looks = purchase->step == STEP_LOOK_UP;
    if (meaning == INQUIRY_STRANGE && access_of(purchase) != NULL && !purchase->token_again) {
        purchase->token_again = true;
        purchase->seller->token_until_ms = purchase->seller->payment_until_ms = 0;
        go_to(buyer, purchase, purchase->step);
    } else if (looks && meaning == INQUIRY_ABSENT && purchase->kind == CALL_ASK)
        purchase_end(purchase, OUTCOME_ABSENT, "");
    else if (looks && meaning == INQUIRY_ABSENT)
        go_to(buyer, purchase, STEP_OFFERS);
    else if (purchase->step == STEP_TAKE_BACK && was_gone(purchase, root))
        purchase_end(purchase, OUTCOME_PAID, "it had been taken back before");
    else if (meaning == INQUIRY_LATER || status == 409 || looks || may_be_sold(purchase, status))
        give_up(buyer, purchase, status, true, "the carrier has a fault, or asks to wait");
    else
        refuse(purchase, root, status);
}

static void take_document(struct buyer *buyer, struct purchase *purchase,
                          const struct wire_answer *answer)
{
    if (answer->status >= 200 && answer->status <= 299)
        (void)keep(buyer, purchase, answer->body, purchase->step == STEP_QR);
    go_on(buyer, purchase);
}

static void take_answer(struct buyer *buyer, struct purchase *purchase,
                        const struct wire_answer *answer)
{
    struct fault fault;
    if (purchase->step == STEP_DOCUMENT || purchase->step == STEP_QR) {
        take_document(buyer, purchase, answer);
        return;
    }
    struct json *root = answer->body.size == 0 ? NULL : body_open(answer->body, &fault);
    if (purchase->step == STEP_TOKEN)
        take_token(buyer, purchase, answer->status, root);
    else if (purchase->step == STEP_ASK_QR)
        take_qr_url(buyer, purchase, answer->status, root);
    else if (purchase->step == STEP_PAYMENT)
        take_payment(buyer, purchase, answer->status, root);
    else if (answer->status >= 200 && answer->status <= 299)
        take_good(buyer, purchase, answer->status, root);
    else
        take_bad(buyer, purchase, answer->status, root);
    json_free(root);
}

void purchase_answer(struct buyer *buyer, struct purchase *purchase, CURLcode code)
{
    struct wire *wire = purchase->wire;
    struct wire_answer answer;
    wire_answer_of(wire, code, &answer);
    purchase->wire = NULL;
    buyer->under_way--;
    if (answer.came)
        take_answer(buyer, purchase, &answer);
    else if (STEP_HAS_SOLD(purchase->step))
        go_on(buyer, purchase);
    else
        give_up(buyer, purchase, 0, answer.left, answer.why);
    wire_free(wire);
}
