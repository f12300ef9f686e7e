#include "node/http/lists.h"

#include "carriers/number.h"
#include "node/http/list_page.h"
#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/stock/stock.h"
#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define SHEET_ROW_BYTES 2048

/* clang-format off */
const struct list list_orders = {"orders", RECORD_ORDER, {
    {NULL, LIST_ALL, VIEW_ORDER, 0, ID_BYTES},
    {"number", LIST_PARCEL, VIEW_ORDER_BY_PARCEL, ID_BYTES, ID_BYTES}}, 2, NULL, NULL, NULL};
const struct list list_order_versions = {"versions", RECORD_ORDER_VERSION, {
    {NULL, LIST_ALL, VIEW_ORDER_VERSION, 0, ID_BYTES + 4},
    {"order", LIST_ID, VIEW_ORDER_VERSION, 0, ID_BYTES + 4}}, 2, NULL, NULL, NULL};
const struct list list_skus = {"skus", RECORD_SKU, {
    {NULL, LIST_ALL, VIEW_SKU, 0, ID_BYTES},
    {"merchant", LIST_ID, VIEW_SKU_BY_MERCHANT, ID_BYTES, ID_BYTES},
    {"code", LIST_CODE, VIEW_SKU_BY_CODE, 2 * ID_BYTES, ID_BYTES}}, 3, "merchant", NULL, NULL};
const struct list list_sku_versions = {"versions", RECORD_SKU_VERSION, {
    {NULL, LIST_ALL, VIEW_SKU_VERSION, 0, ID_BYTES + 4},
    {"sku", LIST_ID, VIEW_SKU_VERSION, 0, ID_BYTES + 4}}, 2, NULL, NULL, NULL};
const struct list list_returns = {.word = "returns", .kind = RECORD_RETURN,
    .choose = returns_choose, .parameters = returns_parameters};
const struct list list_units = {"units", RECORD_UNIT, {
    {NULL, LIST_ALL, VIEW_UNIT, 0, ID_BYTES},
    {"return", LIST_ID, VIEW_UNIT_BY_RETURN, ID_BYTES, ID_BYTES},
    {"box", LIST_ID, VIEW_UNIT_BY_BOX, ID_BYTES, ID_BYTES}}, 3, NULL, NULL, NULL};
const struct list list_refunds = {"refunds", RECORD_REFUND, {
    {NULL, LIST_ALL, VIEW_REFUND, 0, ID_BYTES},
    {"return", LIST_ID, VIEW_REFUND_BY_RETURN, ID_BYTES, ID_BYTES}}, 2, NULL, NULL, NULL};
const struct list list_elsewhere = {"elsewhere", RECORD_ELSEWHERE, {
    {NULL, LIST_ALL, VIEW_ELSEWHERE, 0, 2 * ID_BYTES + 1},
    {"order", LIST_ID, VIEW_ELSEWHERE, 0, 2 * ID_BYTES + 1}}, 2, NULL, NULL, NULL};
const struct list list_grants = {"grants", RECORD_GRANT, {
    {NULL, LIST_ALL, VIEW_GRANT, 0, ID_BYTES},
    {"return", LIST_ID, VIEW_GRANT_BY_RETURN, ID_BYTES, ID_BYTES}}, 2, NULL, NULL, NULL};
const struct list list_claims = {.word = "claims", .kind = RECORD_CLAIM,
    .choose = claims_choose, .parameters = claims_parameters};
const struct list list_boxes = {"boxes", RECORD_BOX, {
    {NULL, LIST_ALL, VIEW_BOX, 0, ID_BYTES},
    {"number", LIST_PARCEL, VIEW_BOX_BY_PARCEL, ID_BYTES, ID_BYTES}}, 2, NULL, NULL, NULL};
const struct list list_unclaimed = {.word = "boxes", .kind = RECORD_UNCLAIMED,
    .choose = unclaimed_choose, .parameters = unclaimed_parameters};
const struct list list_parcels = {"parcels", RECORD_PARCEL, {
    {NULL, LIST_ALL, VIEW_PARCEL, 0, ID_BYTES},
    {"number", LIST_PARCEL_IS, VIEW_PARCEL, 0, ID_BYTES}}, 2, NULL, NULL, NULL};
const struct list list_scans = {"scans", RECORD_SCAN, {
    {NULL, LIST_ALL, VIEW_SCAN, 0, 2 * ID_BYTES},
    {"number", LIST_PARCEL, VIEW_SCAN, 0, 2 * ID_BYTES},
    {"parcel", LIST_ID, VIEW_SCAN, 0, 2 * ID_BYTES}}, 3, NULL, NULL, NULL};
const struct list list_members = {"members", RECORD_MEMBER, {
    {NULL, LIST_ALL, VIEW_MEMBER, 0, ID_BYTES}}, 1, NULL, NULL, NULL};
const struct list list_warehouses = {"warehouses", RECORD_WAREHOUSE, {
    {NULL, LIST_ALL, VIEW_WAREHOUSE, 0, ID_BYTES}}, 1, NULL, NULL, NULL};
const struct list list_merchants = {"merchants", RECORD_MERCHANT, {
    {NULL, LIST_ALL, VIEW_MERCHANT, 0, ID_BYTES}}, 1, NULL, NULL, NULL};
const struct list list_books = {"books", RECORD_BOOK, {
    {NULL, LIST_ALL, VIEW_BOOK, 0, ID_BYTES}}, 1, NULL, NULL, NULL};
const struct list list_conflicts = {"conflicts", RECORD_CONFLICT, {
    {NULL, LIST_ALL, VIEW_CONFLICT, 0, 2 * ID_BYTES + 8},
    {"subject", LIST_ID, VIEW_CONFLICT, 0, 2 * ID_BYTES + 8}}, 2, NULL, NULL, NULL};
const struct list list_requests = {"requests", RECORD_REQUEST, {
    {NULL, LIST_ALL, VIEW_ASK, 0, ID_BYTES}}, 1, NULL, NULL, NULL};
const struct list list_webhooks = {"webhooks", RECORD_WEBHOOK, {
    {NULL, LIST_ALL, VIEW_WEBHOOK, 0, ID_BYTES},
    {"merchant", LIST_ID, VIEW_WEBHOOK_BY_MERCHANT, ID_BYTES, ID_BYTES}}, 2, "merchant", NULL, NULL};
const struct list list_erasures = {"erasures", RECORD_ERASURE, {
    {NULL, LIST_ALL, VIEW_ERASED, 0, ID_BYTES}}, 1, NULL, NULL, NULL};
const struct list list_links = {"links", RECORD_LINK, {
    {NULL, LIST_ALL, VIEW_LINK, 0, ID_BYTES},
    {"return", LIST_ID, VIEW_LINK_BY_RETURN, ID_BYTES, ID_BYTES}}, 2, NULL, NULL, NULL};
const struct list list_article_versions = {"versions", RECORD_ARTICLE_VERSION, {
    {NULL, LIST_ALL, VIEW_ARTICLE_VERSION, 0, ID_BYTES + 4},
    {"article", LIST_ID, VIEW_ARTICLE_VERSION, 0, ID_BYTES + 4}}, 2, NULL, NULL, NULL};
const struct list list_complaints = {"complaints", RECORD_COMPLAINT, {
    {NULL, LIST_ALL, VIEW_COMPLAINT, 0, ID_BYTES},
    {"merchant", LIST_ID, VIEW_COMPLAINT_BY_MERCHANT, ID_BYTES, ID_BYTES},
    {"return", LIST_ID, VIEW_COMPLAINT_BY_RETURN, ID_BYTES, ID_BYTES}}, 3, "merchant", NULL, NULL};
const struct list list_followups = {.word = "followups", .kind = RECORD_FOLLOWUP,
    .choose = followups_choose, .parameters = followups_parameters};
const struct list list_photos = {.word = "photos", .kind = RECORD_PHOTO,
    .choose = photos_choose};
const struct list list_fees = {.word = "fees", .kind = RECORD_FEE,
    .choose = fees_choose, .parameters = pair_parameters};
const struct list list_charges = {.word = "charges", .kind = RECORD_CHARGE,
    .choose = charges_choose, .parameters = charges_parameters};
const struct list list_balances = {.word = "balances", .kind = RECORD_BALANCE,
    .choose = balances_choose, .parameters = pair_parameters};
const struct list list_statements = {.word = "statements", .kind = RECORD_STATEMENT,
    .choose = statements_choose, .parameters = pair_parameters};
const struct list list_plates = {"plates", RECORD_PLATE, {
    {NULL, LIST_ALL, VIEW_PLATE, 0, ID_BYTES},
    {"warehouse", LIST_ID, VIEW_PLATE_BY_WAREHOUSE, ID_BYTES, ID_BYTES},
    {"parent", LIST_ID, VIEW_PLATE_BY_PARENT, ID_BYTES, ID_BYTES}}, 3, NULL, NULL, NULL};
const struct list list_removals = {"removals", RECORD_REMOVAL, {
    {NULL, LIST_ALL, VIEW_REMOVAL, 0, ID_BYTES},
    {"merchant", LIST_ID, VIEW_REMOVAL_BY_MERCHANT, ID_BYTES, ID_BYTES}}, 2, "merchant", NULL, NULL};
const struct list list_inbounds = {"inbounds", RECORD_INBOUND, {
    {NULL, LIST_ALL, VIEW_INBOUND, 0, ID_BYTES},
    {"merchant", LIST_ID, VIEW_INBOUND_BY_MERCHANT, ID_BYTES, ID_BYTES}}, 2, "merchant", NULL, NULL};
const struct list list_stock = {.word = "stock", .kind = RECORD_STOCK,
    .choose = stock_choose, .parameters = stock_parameters};
const struct list list_postings = {.word = "postings", .kind = RECORD_POSTING,
    .choose = postings_choose, .parameters = postings_parameters};
const struct list list_bins = {"bins", RECORD_BIN, {
    {NULL, LIST_ALL, VIEW_STOCK_BIN, 0, ID_BYTES + BIN_KEY_BYTES},
    {"warehouse", LIST_ID, VIEW_STOCK_BIN, 0, ID_BYTES + BIN_KEY_BYTES}}, 2, NULL, NULL, NULL};
const struct list list_receipts = {.word = "receipts", .kind = RECORD_RECEIPT,
    .choose = receipts_choose, .parameters = receipts_parameters};
const struct list list_unknown = {.word = "codes", .kind = RECORD_UNKNOWN_CODE,
    .choose = unknown_choose, .parameters = unknown_parameters};
const struct list list_batches = {.word = "batches", .kind = RECORD_BATCH,
    .choose = batches_choose, .parameters = pair_parameters};
const struct list list_manifest = {.word = "lines", .kind = RECORD_MANIFEST_LINE,
    .choose = manifest_choose};
const struct list list_checklist_versions = {"versions", RECORD_CHECKLIST_VERSION, {
    {NULL, LIST_ALL, VIEW_CHECKLIST, 0, 2 * ID_BYTES + 4},
    {"sku", LIST_ID, VIEW_CHECKLIST, 0, 2 * ID_BYTES + 4}}, 2, NULL, NULL, NULL};
const struct list list_holds = {.word = "holds", .kind = RECORD_HOLD,
    .choose = holds_choose, .parameters = holds_parameters};
const struct list list_recalls = {"recalls", RECORD_RECALL, {
    {NULL, LIST_ALL, VIEW_RECALL_BY_MERCHANT, 0, 3 * ID_BYTES + 8},
    {"merchant", LIST_ID, VIEW_RECALL_BY_MERCHANT, 0, 3 * ID_BYTES + 8}}, 2, "merchant", NULL, NULL};
const struct list list_seconds = {"units", RECORD_SECOND, {
    {NULL, LIST_ALL, VIEW_SECOND_DUE, ID_BYTES + 8, ID_BYTES},
    {"warehouse", LIST_ID, VIEW_SECOND_DUE, ID_BYTES + 8, ID_BYTES}}, 2, NULL, NULL, NULL};
const struct list list_labels = {"labels", RECORD_LABEL, {
    {NULL, LIST_ALL, VIEW_LABEL, 0, ID_BYTES},
    {"merchant", LIST_ID, VIEW_LABEL_BY_MERCHANT, ID_BYTES, ID_BYTES},
    {"return", LIST_ID, VIEW_LABEL_BY_RETURN, ID_BYTES, ID_BYTES}}, 3, "merchant", NULL, NULL};
const struct list list_lanes = {"lanes", RECORD_LANE, {
    {NULL, LIST_ALL, VIEW_LANE, 0, ID_BYTES},
    {"merchant", LIST_ID, VIEW_LANE_BY_MERCHANT, ID_BYTES + 2, ID_BYTES}}, 2, "merchant", NULL, NULL};
const struct list list_return_labels = {.word = "labels", .kind = RECORD_LABEL,
    .choose = labels_choose};
const struct list list_exchanges = {.word = "exchanges", .kind = RECORD_EXCHANGE,
    .choose = exchanges_choose, .parameters = exchanges_parameters};
const struct list list_repairs = {.word = "repairs", .kind = RECORD_REPAIR,
    .choose = repairs_choose, .parameters = pair_parameters};
const struct list list_correctives = {"correctives", RECORD_CORRECTIVE, {
    {NULL, LIST_ALL, VIEW_CORRECTIVE, 0, ID_BYTES},
    {"merchant", LIST_ID, VIEW_CORRECTIVE_BY_MERCHANT, ID_BYTES, ID_BYTES}}, 2, "merchant", NULL, NULL};

static const struct list_sheet sheets[] = {
    {&list_charges, &statement_line_shape, charge_fill},
    {&list_manifest, &batch_line_row_shape, manifest_fill},
    {&list_receipts, &receipt_line_shape, receipt_fill}};
/* clang-format on */

/* --- what is asked for ------------------------------------------------------------------------ */

bool page_refuse(struct page *page, enum error error, const char *detail)
{
    visit_refuse(page->visit, error, detail);
    return false;
}

bool page_read_merchant(struct page *page, const char *text, struct id *merchant)
{
    const struct scope *scope = &page->reading.scope;
    *merchant = scope_only(scope);
    if (text == NULL && scope_is_bound(scope) && id_is_zero(merchant))
        return page_refuse(page, ERROR_OUT_OF_RANGE,
                           "parameter merchant: one of the token's is wanted");
    if (text == NULL) return true;
    if (id_parse(span_text(text), merchant) != OK)
        return page_refuse(page, ERROR_BAD_ID, "merchant");
    page->covered = scope_covers(scope, merchant);
    return true;
}

bool page_choose_owned(struct page *page, const struct query *query, const struct list_source *all,
                       const struct list_source *by_merchant,
                       const struct list_source *by_warehouse)
{
    const char *text = query_get(query, "warehouse");
    struct id merchant, warehouse;
    page->covered = true;
    page->source = all;
    if (!page_read_merchant(page, query_get(query, "merchant"), &merchant)) return false;
    bool one = !id_is_zero(&merchant);
    if (one) {
        page->source = by_merchant;
        page->prefix = key_of(&merchant);
    }
    if (text == NULL) return true;
    if (id_parse(span_text(text), &warehouse) != OK)
        return page_refuse(page, ERROR_BAD_ID, "warehouse");
    if (!one) page->source = by_warehouse;
    page->prefix = one ? key_add_id(page->prefix, &warehouse) : key_of(&warehouse);
    return true;
}

bool limit_read(const char *text, unsigned most, unsigned *limit)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    *limit = number < most ? (unsigned)number : most;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && number > 0;
}

static bool read_limit(struct page *page, const char *text)
{
    page->limit = LIST_LIMIT;
    return text == NULL || limit_read(text, LIST_LIMIT_MAX, &page->limit) ||
           page_refuse(page, ERROR_OUT_OF_RANGE, "parameter limit: 1 or more");
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void key_hex(const struct key *key, char text[2 * ROW_KEY_BYTES_MAX + 1])
{
    for (size_t i = 0; i < key->size; i++) snprintf(text + 2 * i, 3, "%02x", key->bytes[i]);
}

bool key_unhex(const char *text, struct key *key)
{
    size_t size = strlen(text) / 2;
    bool good = size > 0 && size <= ROW_KEY_BYTES_MAX && strlen(text) % 2 == 0;
    for (size_t i = 0; good && i < size; i++) {
        int high = hex_of(text[2 * i]), low = hex_of(text[2 * i + 1]);
        good = high >= 0 && low >= 0;
        if (good) key->bytes[i] = (uint8_t)(high << 4 | low);
    }
    key->size = size;
    return good;
}

/* A cursor is the key in hex; one that does not fit the query is refused. */
static bool read_cursor(struct page *page, const char *text)
{
    if (text == NULL) return true;
    bool good = key_unhex(text, &page->after);
    page->resumed = good;
    good = good && page->after.size >= (size_t)page->source->at + page->source->size &&
           page->after.size >= page->prefix.size &&
           memcmp(page->after.bytes, page->prefix.bytes, page->prefix.size) == 0;
    return good || page_refuse(page, ERROR_MALFORMED, "parameter cursor: not one of this list");
}

static bool read_prefix(struct page *page)
{
    struct id id;
    page->prefix.size = 0;
    page->covered = true;
    if (page->source->form == LIST_ALL) return true;
    if (page->source->form == LIST_ID) {
        if (id_parse(span_text(page->value), &id) != OK)
            return page_refuse(page, ERROR_BAD_ID, page->source->parameter);
    } else if (page->source->form == LIST_CODE) {
        if (strlen(page->value) > SKU_BYTES_MAX)
            return page_refuse(page, ERROR_OUT_OF_RANGE, page->source->parameter);
        id = sku_form_id(page->reading.crypto, span_text(page->value));
    } else {
        uint8_t room[TRACKING_NUMBER_BYTES_MAX];
        struct span number;
        if (number_normalize(span_text(page->value), room, &number) != OK)
            return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter number");
        id = parcel_id(page->reading.crypto, number);
    }
    page->prefix = key_of(&id);
    if (strcmp(page->source->parameter, "merchant") == 0)
        page->covered = scope_covers(&page->reading.scope, &id);
    return true;
}

/* The source whose parameter is there; the bearer's own when none is, or else the whole table. */
static bool choose_source(struct page *page, const struct query *query, char own[ID_TEXT_BYTES])
{
    const struct list *list = page->list;
    page->source = &list->sources[0];
    for (unsigned i = 1; i < list->sources_count; i++) {
        const char *value = query_get(query, list->sources[i].parameter);
        if (value == NULL) continue;
        if (page->value != NULL)
            return page_refuse(page, ERROR_MALFORMED, "one of the filters at a time");
        page->source = &list->sources[i];
        page->value = value;
    }
    struct id only = scope_only(&page->reading.scope);
    if (page->value != NULL || list->own == NULL || !scope_is_bound(&page->reading.scope))
        return true;
    if (id_is_zero(&only))
        return page_refuse(page, ERROR_OUT_OF_RANGE,
                           "parameter merchant: one of the token's is wanted");
    for (unsigned i = 1; i < list->sources_count; i++)
        if (strcmp(list->own, list->sources[i].parameter) == 0) page->source = &list->sources[i];
    id_print(&only, own);
    page->value = own;
    return true;
}

static bool read_query(struct page *page, struct query *query)
{
    const char *allowed[LIST_PARAMETERS_MAX + 3];
    const char *const *own = page->list->parameters;
    unsigned count = 0;
    while (own != NULL && own[count] != NULL && count < LIST_PARAMETERS_MAX) {
        allowed[count] = own[count];
        count++;
    }
    for (unsigned i = 1; i < page->list->sources_count; i++)
        allowed[count++] = page->list->sources[i].parameter;
    allowed[count++] = "limit";
    allowed[count++] = "cursor";
    allowed[count] = NULL;
    return query_read(page->visit, allowed, query);
}

/* --- walking ---------------------------------------------------------------------------------- */

/* Several rows may be of one record: hops of a unit. Only the first of them shows it. */
static bool is_repeated(const struct page *page, const struct key *before, const struct key *at)
{
    uint8_t from = page->source->at, size = page->source->size;
    return before->size >= (size_t)from + size &&
           memcmp(before->bytes + from, at->bytes + from, size) == 0;
}

static void show_line(struct page *page, struct span id)
{
    max_align_t row[SHEET_ROW_BYTES / sizeof(max_align_t)];
    assert(page->as->shape->size <= sizeof row);
    if (!page->as->fill(&page->reading, id, row)) return;
    csv_put_row(&page->sheet, page->as->shape, row);
    page->shown++;
}

static void show_row(struct page *page, const struct key *at)
{
    uint64_t version;
    struct span id = span_of(at->bytes + page->source->at, page->source->size);
    assert(at->size >= (size_t)page->source->at + page->source->size);
    if (page->as != NULL) {
        show_line(page, id);
        return;
    }
    enum record_kind kind = page->kind != RECORD_NONE ? page->kind : page->list->kind;
    if (record_put(&page->reading, kind, id, &page->out, NULL, &version)) page->shown++;
}

void page_only(struct page *page, size_t at, const struct id *id)
{
    page->only.at = at;
    page->only.id = *id;
}

static bool is_wanted(const struct page *page, const struct key *at)
{
    if (id_is_zero(&page->only.id)) return true;
    return at->size >= page->only.at + ID_BYTES &&
           memcmp(at->bytes + page->only.at, page->only.id.bytes, ID_BYTES) == 0;
}

static bool is_past(const struct page *page, const struct key *at)
{
    return page->until_ms != 0 && be_get(at->bytes + page->prefix.size, 8) >= page->until_ms;
}

/* false: the end was reached. */
static bool fill_page(struct page *page)
{
    struct walk walk = walk_over(&page->prefix);
    struct key before = page->after;
    struct row row;
    if (page->resumed || page->start.size > 0) {
        walk.at = page->resumed ? page->after : page->start;
        walk.begun = true;
    }
    while (page->covered && walk_next(page->reading.rows, page->source->table, &walk, &row)) {
        if (is_past(page, &walk.at)) return false;
        if (page->shown == page->limit || page->scanned == LIST_SCANNED_MAX) return true;
        page->scanned++;
        if (is_wanted(page, &walk.at) && !is_repeated(page, &before, &walk.at))
            show_row(page, &walk.at);
        before = walk.at;
        page->after = walk.at;
    }
    return false;
}

void visit_next_page(struct visit *visit, unsigned limit, const char *cursor,
                     const struct query *query)
{
    char link[1024], value[3 * QUERY_VALUE_BYTES];
    struct span path = call_path(visit->call);
    int used = snprintf(link, sizeof link, "<%.*s?limit=%u&cursor=%s", (int)path.size,
                        (const char *)path.at, limit, cursor);
    for (size_t i = 0; i < query->count && used > 0 && (size_t)used < sizeof link; i++) {
        if (strcmp(query->at[i].name, "limit") == 0 || strcmp(query->at[i].name, "cursor") == 0)
            continue;
        size_t size = 0;
        for (const char *c = query->at[i].value; *c != '\0'; c++)
            size += (size_t)snprintf(value + size, 4, "%%%02X", (unsigned)(uint8_t)*c);
        used += snprintf(link + used, sizeof link - (size_t)used, "&%s=%.*s", query->at[i].name,
                         (int)size, value);
    }
    if (used <= 0 || (size_t)used + sizeof ">; rel=\"next\"" > sizeof link) return;
    snprintf(link + used, sizeof link - (size_t)used, "%s", ">; rel=\"next\"");
    call_add_header(visit->call, "Link", link);
}

static void put_cursor(struct page *page, const struct query *query)
{
    char cursor[2 * ROW_KEY_BYTES_MAX + 1];
    key_hex(&page->after, cursor);
    if (page->as == NULL) json_put_text(&page->out, "next_cursor", span_text(cursor));
    visit_next_page(page->visit, page->limit, cursor, query);
}

/* The pages of a sheet put together are one sheet: titles stand on the first alone. */
static void answer_sheet(struct page *page, const struct query *query)
{
    if (!page->resumed) csv_put_titles(&page->sheet, page->as->shape);
    if (fill_page(page)) put_cursor(page, query);
}

static void answer_page(struct page *page, const struct query *query)
{
    if (page->as != NULL) {
        answer_sheet(page, query);
        return;
    }
    json_open(&page->out, NULL, '{');
    json_open(&page->out, page->list->word, '[');
    bool more = fill_page(page);
    json_close(&page->out, ']');
    if (more) put_cursor(page, query);
    json_close(&page->out, '}');
}

/* On false the call has been answered. */
static bool read_all(struct page *page, const struct query *query, char own[ID_TEXT_BYTES])
{
    bool chosen = page->list->choose != NULL ? page->list->choose(page, query)
                                             : choose_source(page, query, own) && read_prefix(page);
    return chosen && read_limit(page, query_get(query, "limit")) &&
           read_cursor(page, query_get(query, "cursor"));
}

/* For those who accept one, and under a path that ends in .csv for everybody: a warehouse system
 * may know of no headers. */
static const struct list_sheet *sheet_of(const struct visit *visit)
{
    size_t size = strlen(visit->route->pattern);
    bool named = size > 4 && strcmp(visit->route->pattern + size - 4, ".csv") == 0;
    bool wanted = named || csv_is_accepted(call_header(visit->call, "Accept"));
    for (size_t i = 0; wanted && i < sizeof sheets / sizeof sheets[0]; i++)
        if (sheets[i].list == visit->route->list) return &sheets[i];
    return NULL;
}

void list_handle(struct visit *visit)
{
    struct store_reading snapshot;
    struct query query;
    char own[ID_TEXT_BYTES];
    struct page page = {.visit = visit, .list = visit->route->list};
    page.as = sheet_of(visit);
    page.reading = (struct reading){&snapshot.views, visit->http->crypto, visit_scope(visit), 0};
    if (!read_query(&page, &query)) return;
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    if (!read_all(&page, &query, own)) {
        store_reading_end(&snapshot);
        return;
    }
    answer_page(&page, &query);
    error = snapshot.views.port->error(snapshot.views.world);
    store_reading_end(&snapshot);
    if (error == OK && page.as != NULL)
        call_reply(visit->call, 200, CSV_TYPE, span_of(page.sheet.at, page.sheet.used));
    else if (error == OK)
        visit_json(visit, 200, &page.out);
    else
        visit_refuse(visit, error, NULL);
    csv_out_free(&page.sheet);
    json_out_free(&page.out);
}
