/* The table of routes: one row for each. openapi.yaml tells the same to others, and a test compares
 * the two. */
#include "node/http/door.h"
#include "node/http/lists.h"

#define IMPORTERS (ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)
#define BILLED    (ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN)
#define OPERATORS (ROLE_OPERATOR | ROLE_ADMIN)
#define COUNTERS  (ROLE_MERCHANT | ROLE_ADMIN | ROLE_PLATFORM)
#define READ(path, roles, handler, flags)                                                          \
    {                                                                                              \
        METHOD_GET, path, roles, handler, 0, NULL, flags, NULL, 0                                  \
    }
#define POST(path, roles, handler)                                                                 \
    {                                                                                              \
        METHOD_POST, path, roles, handler, 0, NULL, 0, NULL, 0                                     \
    }
#define ASK(path, kind, fill, flags)                                                               \
    {                                                                                              \
        METHOD_POST, path, 0, submit_handle, kind, fill, flags, NULL, 0                            \
    }
#define LIST(path, roles, list)                                                                    \
    {                                                                                              \
        METHOD_GET, path, roles, list_handle, 0, NULL, QUERY_OWN, &list, 0                         \
    }
#define RECORD(path, roles, kind)                                                                  \
    {                                                                                              \
        METHOD_GET, path, roles, record_handle, 0, NULL, 0, NULL, kind                             \
    }
/* The thing's sort stands where other routes say a record's. */
#define PHOTOGRAPHERS (ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)
#define PHOTO_TAKE(path, of)                                                                       \
    {                                                                                              \
        METHOD_POST, path, PHOTOGRAPHERS, photo_take_handle, COMMAND_PHOTO_ATTACH, NULL,           \
            KEY_TAKEN | QUERY_OWN, NULL, of                                                        \
    }
#define PHOTO_LIST(path, of)                                                                       \
    {                                                                                              \
        METHOD_GET, path, PHOTOGRAPHERS, list_handle, 0, NULL, QUERY_OWN, &list_photos, of         \
    }

/* clang-format off */
const struct route routes[] = {
    /* The carriers' pushes are most of the traffic. */
    {METHOD_POST, "/v1/carriers/{carrier}/webhook/{account?}", ANYBODY, webhook_handle, 0, NULL, QUERY_OWN, NULL, 0},
    {METHOD_POST, "/v1/carriers/{carrier}/replay", ROLE_ADMIN, carrier_replay_handle, 0, NULL, QUERY_OWN, NULL, 0},
    {METHOD_POST, "/v1/providers/{provider}/webhook/{account?}", ANYBODY, inlet_handle, 0, NULL, QUERY_OWN, NULL, 0},

    ASK("/v1/orders", COMMAND_ORDER_IMPORT, NULL, KEY_NEEDED),
    {METHOD_POST, "/v1/imports/orders", IMPORTERS, bulk_handle, COMMAND_ORDER_IMPORT, NULL, KEY_NEEDED | QUERY_OWN, NULL, 0},
    {METHOD_POST, "/v1/imports/skus", IMPORTERS, bulk_handle, COMMAND_SKU_PUT, NULL, KEY_NEEDED | QUERY_OWN, NULL, 0},
    ASK("/v1/orders/{order}/amend", COMMAND_ORDER_AMEND, "order", KEY_NEEDED | MATCH_NEEDED),
    ASK("/v1/skus", COMMAND_SKU_PUT, NULL, KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/lanes", COMMAND_LANE_PUT, NULL, KEY_NEEDED | MATCH_TAKEN),
    {METHOD_POST, "/v1/imports/lanes", ROLE_MERCHANT | ROLE_ADMIN, bulk_handle, COMMAND_LANE_PUT, NULL, KEY_NEEDED | QUERY_OWN, NULL, 0},
    ASK("/v1/returns", COMMAND_RETURN_REQUEST, NULL, KEY_NEEDED),
    ASK("/v1/returns/{return}/approve", COMMAND_RETURN_APPROVE, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/decline", COMMAND_RETURN_DECLINE, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/cancel", COMMAND_RETURN_CANCEL, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/dispute", COMMAND_RETURN_DISPUTE, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/escalate", COMMAND_RETURN_ESCALATE, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/withdraw", COMMAND_RETURN_WITHDRAW, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/replace", COMMAND_RETURN_REPLACE, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/refund-instead", COMMAND_RETURN_REFUND_INSTEAD, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/note", COMMAND_RETURN_NOTE, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/return-groups", COMMAND_RETURN_GROUP, NULL, KEY_NEEDED),
    ASK("/v1/merchants/{merchant}/presets", COMMAND_PRESET_PUT, "merchant", KEY_NEEDED),
    ASK("/v1/returns/{return}/grants", COMMAND_GRANT_GIVE, "return_id", KEY_NEEDED),
    ASK("/v1/grants/{grant}/accept", COMMAND_GRANT_ACCEPT, "grant", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/grants/{grant}/refuse", COMMAND_GRANT_REFUSE, "grant", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/grants/{grant}/withdraw", COMMAND_GRANT_WITHDRAW, "grant", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/claims", COMMAND_CLAIM_OPEN, NULL, KEY_NEEDED),
    ASK("/v1/claims/{claim}/file", COMMAND_CLAIM_FILE, "claim", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/claims/{claim}/answer", COMMAND_CLAIM_ANSWER, "claim", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/claims/{claim}/pay", COMMAND_CLAIM_PAY, "claim", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/claims/{claim}/withdraw", COMMAND_CLAIM_WITHDRAW, "claim", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/refunds/elsewhere", COMMAND_REFUND_RECORD, NULL, KEY_NEEDED),
    ASK("/v1/returns/{return}/override", COMMAND_DEADLINE_OVERRIDE, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/link", COMMAND_RETURN_LINK, "return_id", KEY_NEEDED),
    ASK("/v1/links/{link}/revoke", COMMAND_LINK_REVOKE, "link", KEY_TAKEN),
    ASK("/v1/refunds/{slot}/resolve", COMMAND_REFUND_RESOLVE, "slot", KEY_NEEDED | MATCH_NEEDED),
    ASK("/v1/units/{unit}/release", COMMAND_UNIT_RELEASE, "unit", KEY_NEEDED),
    ASK("/v1/units/{unit}/ask", COMMAND_UNIT_ASK, "unit", KEY_NEEDED),
    ASK("/v1/units/{unit}/hold", COMMAND_UNIT_HOLD, "unit", KEY_NEEDED),
    ASK("/v1/units/{unit}/lift", COMMAND_UNIT_LIFT, "unit", KEY_NEEDED),
    ASK("/v1/merchants/{merchant}/recalls", COMMAND_RECALL_PUT, "merchant", KEY_NEEDED),
    ASK("/v1/merchants/{merchant}/checklists", COMMAND_CHECKLIST_PUT, "merchant", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/merchants/{merchant}/scale", COMMAND_SCALE_PUT, "merchant", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/units/{unit}/second", COMMAND_UNIT_SECOND, "unit", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/units/{unit}/findings", COMMAND_FINDING_NOTE, "thing", KEY_TAKEN),
    ASK("/v1/boxes/{box}/findings", COMMAND_FINDING_NOTE, "thing", KEY_TAKEN),
    ASK("/v1/units/{unit}/lock", COMMAND_UNIT_LOCK, "unit", KEY_NEEDED),
    ASK("/v1/boxes", COMMAND_BOX_RECEIVE, NULL, KEY_NEEDED),
    ASK("/v1/boxes/{box}/note", COMMAND_BOX_NOTE, "box", KEY_NEEDED),
    ASK("/v1/boxes/{box}/match", COMMAND_BOX_MATCH, "box", KEY_NEEDED),
    ASK("/v1/boxes/{box}/unmatch", COMMAND_BOX_UNMATCH, "box", KEY_NEEDED),
    ASK("/v1/boxes/{box}/void", COMMAND_BOX_VOID, "box", KEY_NEEDED),
    ASK("/v1/units/{unit}/void", COMMAND_UNIT_VOID, "unit", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/units/{unit}/inspect", COMMAND_UNIT_INSPECT, "unit", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/units/{unit}/grade", COMMAND_UNIT_GRADE, "unit", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/units/{unit}/dispose", COMMAND_UNIT_DISPOSE, "unit", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/units/{unit}/settle", COMMAND_UNIT_SETTLE, "unit", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/units/{unit}/ship", COMMAND_UNIT_SHIP, "unit", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/units/{unit}/take", COMMAND_UNIT_TAKE, "unit", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/trackings", COMMAND_TRACKING, NULL, KEY_TAKEN),
    ASK("/v1/persons", COMMAND_PERSON, NULL, KEY_TAKEN),
    ASK("/v1/erasures", COMMAND_ERASE, NULL, KEY_TAKEN),
    ASK("/v1/members", COMMAND_MEMBER, NULL, KEY_NEEDED),
    ASK("/v1/successions", COMMAND_SUCCEEDS, NULL, KEY_NEEDED),
    ASK("/v1/merchants", COMMAND_MERCHANT, NULL, KEY_NEEDED),
    ASK("/v1/merchants/{merchant}/calendars", COMMAND_CALENDAR_PUT, "merchant", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/merchants/{merchant}/policy", COMMAND_POLICY_PUT, "merchant", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/merchants/{merchant}/cost-table", COMMAND_COST_PUT, "merchant", KEY_NEEDED | MATCH_TAKEN),

    ASK("/v1/webhooks", COMMAND_WEBHOOK_PUT, NULL, KEY_NEEDED),
    ASK("/v1/webhooks/{webhook}", COMMAND_WEBHOOK_PUT, "webhook", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/webhooks/{webhook}/disable", COMMAND_WEBHOOK_DISABLE, "webhook", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/webhooks/{webhook}/replay", COMMAND_WEBHOOK_REPLAY, "webhook", KEY_NEEDED),
    ASK("/v1/webhooks/{webhook}/test", COMMAND_WEBHOOK_TEST, "webhook", KEY_NEEDED),

    ASK("/v1/fees", COMMAND_FEE_PUT, NULL, KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/balances/topups", COMMAND_BALANCE_TOPUP, NULL, KEY_NEEDED),
    ASK("/v1/statements", COMMAND_STATEMENT_CLOSE, NULL, KEY_NEEDED),
    ASK("/v1/units/{unit}/arrears-override", COMMAND_ARREARS_OVERRIDE, "unit", KEY_NEEDED),
    ASK("/v1/corrective-actions", COMMAND_CORRECTIVE_BEGIN, NULL, KEY_NEEDED),
    ASK("/v1/corrective-actions/{corrective}/close", COMMAND_CORRECTIVE_CLOSE, "corrective", KEY_NEEDED | MATCH_TAKEN),

    ASK("/v1/articles", COMMAND_ARTICLE_PUT, NULL, KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/complaints", COMMAND_COMPLAINT_OPEN, "return_id", KEY_NEEDED),
    ASK("/v1/returns/{return}/followup", COMMAND_FOLLOWUP_ANSWER, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/followup/consent", COMMAND_FOLLOWUP_CONSENT, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/followup/comment", COMMAND_FOLLOWUP_COMMENT, "return_id", KEY_TAKEN),
    ASK("/v1/complaints/{complaint}/close", COMMAND_COMPLAINT_CLOSE, "complaint", KEY_NEEDED | MATCH_TAKEN),

    ASK("/v1/plates", COMMAND_PLATE_MAKE, NULL, KEY_NEEDED),
    ASK("/v1/plates/{plate}/add", COMMAND_PLATE_ADD, "plate", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/plates/{plate}/split", COMMAND_PLATE_SPLIT, "plate", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/plates/{plate}/move", COMMAND_PLATE_MOVE, "plate", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/plates/{plate}/void", COMMAND_PLATE_VOID, "plate", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/plates/{plate}/take", COMMAND_PLATE_TAKE, "plate", KEY_NEEDED),
    ASK("/v1/plate-merges", COMMAND_PLATE_MERGE, NULL, KEY_NEEDED),
    ASK("/v1/removals", COMMAND_REMOVAL_PUT, NULL, KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/removals/{removal}/receive", COMMAND_REMOVAL_RECEIVE, "removal", KEY_NEEDED),
    ASK("/v1/inbounds", COMMAND_INBOUND_PUT, NULL, KEY_NEEDED | MATCH_TAKEN),

    ASK("/v1/batches", COMMAND_BATCH_OPEN, NULL, KEY_NEEDED),
    ASK("/v1/batches/{batch}/add", COMMAND_BATCH_ADD, "batch", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/batches/{batch}/remove", COMMAND_BATCH_REMOVE, "batch", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/batches/{batch}/close", COMMAND_BATCH_CLOSE, "batch", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/batches/{batch}/proceeds", COMMAND_BATCH_PROCEEDS, "batch", KEY_NEEDED | MATCH_TAKEN),

    ASK("/v1/units/{unit}/repairs", COMMAND_REPAIR_OPEN, "unit", KEY_NEEDED),
    ASK("/v1/repairs/{repair}/work", COMMAND_REPAIR_WORK, "repair", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/repairs/{repair}/end", COMMAND_REPAIR_END, "repair", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/merchants/{merchant}/repair-consents", COMMAND_REPAIR_CONSENT, "merchant", KEY_NEEDED),

    ASK("/v1/exchanges", COMMAND_EXCHANGE_OPEN, NULL, KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/exchanges/{exchange}/send", COMMAND_EXCHANGE_SEND, "exchange", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/exchanges/{exchange}/end", COMMAND_EXCHANGE_END, "exchange", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/exchanges/{exchange}/paid", COMMAND_EXCHANGE_PAID, "exchange", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/returns/{return}/labels", COMMAND_LABEL_BUY, "return_id", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/labels/{label}/void", COMMAND_LABEL_VOID, "label", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/labels/{label}/settle", COMMAND_LABEL_SETTLE, "label", KEY_NEEDED | MATCH_TAKEN),
    ASK("/v1/warehouse/address", COMMAND_SITE_ADDRESS, NULL, KEY_NEEDED),
    ASK("/v1/stock/postings", COMMAND_STOCK_POST, NULL, KEY_NEEDED),
    ASK("/v1/stock/postings/{posting}/void", COMMAND_STOCK_VOID, "posting", KEY_NEEDED),
    {METHOD_POST, "/v1/imports/trackings", OPERATORS, bulk_handle, COMMAND_TRACKING, NULL, KEY_NEEDED | QUERY_OWN, NULL, 0},
    {METHOD_POST, "/v1/imports/stock", OPERATORS, bulk_handle, COMMAND_STOCK_POST, NULL, KEY_NEEDED | QUERY_OWN, NULL, 0},
    ASK("/v1/stock/counts", COMMAND_STOCK_COUNT, NULL, KEY_NEEDED),
    ASK("/v1/stock/bins", COMMAND_STOCK_BIN_PUT, NULL, KEY_NEEDED),
    ASK("/v1/stock/reservations", COMMAND_STOCK_RESERVE, NULL, KEY_NEEDED),
    ASK("/v1/stock/reservations/{reservation}/end", COMMAND_STOCK_END, "reservation", KEY_NEEDED),

    POST("/v1/merchants/{merchant}/open-book", ROLE_ADMIN, open_book_handle),
    POST("/v1/books/{book}/handover", ROLE_ADMIN, book_handover_handle),
    POST("/v1/books/{book}/recover", ROLE_ADMIN, book_recover_handle),
    POST("/v1/boxes/{box}/candidates", OPERATORS | ROLE_MERCHANT, candidates_handle),
    POST("/v1/clock/confirm", OPERATORS, clock_confirm_handle),
    POST("/v1/backup", ROLE_ADMIN, backup_handle),
    READ("/v1/tokens", ROLE_ADMIN, token_list_handle, 0),
    POST("/v1/tokens", ROLE_ADMIN, token_create_handle),
    POST("/v1/tokens/{token}/revoke", ROLE_ADMIN, token_revoke_handle),

    LIST("/v1/orders", EVERY_ROLE, list_orders),
    LIST("/v1/order-versions", EVERY_ROLE, list_order_versions),
    LIST("/v1/skus", EVERY_ROLE, list_skus),
    LIST("/v1/sku-versions", EVERY_ROLE, list_sku_versions),
    LIST("/v1/returns", EVERY_ROLE, list_returns),
    LIST("/v1/units", EVERY_ROLE, list_units),
    LIST("/v1/refunds", EVERY_ROLE, list_refunds),
    LIST("/v1/refunds/elsewhere", EVERY_ROLE, list_elsewhere),
    LIST("/v1/grants", EVERY_ROLE, list_grants),
    LIST("/v1/claims", CLAIMANTS, list_claims),
    LIST("/v1/boxes/unclaimed", OPERATORS | ROLE_MERCHANT, list_unclaimed),
    LIST("/v1/boxes", EVERY_ROLE, list_boxes),
    LIST("/v1/parcels", EVERY_ROLE, list_parcels),
    LIST("/v1/scans", EVERY_ROLE, list_scans),
    LIST("/v1/conflicts", EVERY_ROLE, list_conflicts),
    LIST("/v1/requests", OPERATORS, list_requests),
    LIST("/v1/members", OPERATORS, list_members),
    LIST("/v1/warehouses", EVERY_ROLE, list_warehouses),
    LIST("/v1/merchants", EVERY_ROLE, list_merchants),
    LIST("/v1/books", OPERATORS, list_books),
    LIST("/v1/webhooks", ROLE_MERCHANT | ROLE_ADMIN, list_webhooks),

    LIST("/v1/links", CLOSE_ROLES, list_links),
    LIST("/v1/erasures", CLOSE_ROLES, list_erasures),
    LIST("/v1/fees", BILLED, list_fees),
    LIST("/v1/charges", BILLED, list_charges),
    LIST("/v1/balances", BILLED, list_balances),
    LIST("/v1/statements", BILLED, list_statements),
    LIST("/v1/corrective-actions", COUNTERS, list_correctives),
    LIST("/v1/article-versions", EVERY_ROLE, list_article_versions),
    LIST("/v1/complaints", EVERY_ROLE, list_complaints),
    LIST("/v1/followups", EVERY_ROLE, list_followups),

    PHOTO_TAKE("/v1/blobs/units/{unit}", PHOTO_OF_UNIT),
    PHOTO_TAKE("/v1/blobs/boxes/{box}", PHOTO_OF_BOX),
    PHOTO_TAKE("/v1/blobs/returns/{return}", PHOTO_OF_RETURN),
    READ("/v1/blobs/{blob}", PHOTOGRAPHERS, photo_file_handle, 0),
    READ("/v1/photos/{photo}/thumbnail", PHOTOGRAPHERS, photo_thumbnail_handle, 0),
    PHOTO_LIST("/v1/units/{unit}/photos", PHOTO_OF_UNIT),
    PHOTO_LIST("/v1/boxes/{box}/photos", PHOTO_OF_BOX),
    PHOTO_LIST("/v1/returns/{return}/photos", PHOTO_OF_RETURN),

    LIST("/v1/plates", OPERATORS, list_plates),
    LIST("/v1/removals", EVERY_ROLE, list_removals),
    LIST("/v1/inbounds", EVERY_ROLE, list_inbounds),
    LIST("/v1/batches", BILLED, list_batches),
    LIST("/v1/stock", BILLED, list_stock),
    LIST("/v1/stock/postings", BILLED, list_postings),
    LIST("/v1/stock/bins", OPERATORS, list_bins),
    LIST("/v1/stock/receipts", OPERATORS, list_receipts),
    LIST("/v1/stock/receipts.csv", OPERATORS, list_receipts),
    READ("/v1/stock/availability", BILLED, availability_handle, QUERY_OWN),
    LIST("/v1/batches/{batch}/manifest", BILLED, list_manifest),
    LIST("/v1/repairs", BILLED, list_repairs),
    LIST("/v1/exchanges", BILLED, list_exchanges),
    LIST("/v1/labels", BILLED, list_labels),
    LIST("/v1/lanes", OPERATORS | ROLE_MERCHANT, list_lanes),
    RECORD("/v1/lanes/{lane}", OPERATORS | ROLE_MERCHANT, RECORD_LANE),
    READ("/v1/returns/{return}/label-choice", OPERATORS | ROLE_MERCHANT, label_choice_handle, QUERY_OWN),
    LIST("/v1/returns/{return}/labels", BILLED, list_return_labels),
    LIST("/v1/checklist-versions", EVERY_ROLE, list_checklist_versions),
    LIST("/v1/holds", BILLED, list_holds),
    LIST("/v1/recalls", EVERY_ROLE, list_recalls),
    LIST("/v1/inspections/second", OPERATORS, list_seconds),

    RECORD("/v1/orders/{order}", EVERY_ROLE, RECORD_ORDER),
    RECORD("/v1/skus/{sku}", EVERY_ROLE, RECORD_SKU),
    RECORD("/v1/returns/{return}", EVERY_ROLE, RECORD_RETURN),
    RECORD("/v1/return-groups/{group}", EVERY_ROLE, RECORD_GROUP),
    RECORD("/v1/units/{unit}", EVERY_ROLE, RECORD_UNIT),
    RECORD("/v1/refunds/{slot}", EVERY_ROLE, RECORD_REFUND),
    RECORD("/v1/grants/{grant}", EVERY_ROLE, RECORD_GRANT),
    RECORD("/v1/claims/{claim}", CLAIMANTS, RECORD_CLAIM),
    RECORD("/v1/boxes/{box}", EVERY_ROLE, RECORD_BOX),
    RECORD("/v1/parcels/{parcel}", EVERY_ROLE, RECORD_PARCEL),
    RECORD("/v1/members/{node}", OPERATORS, RECORD_MEMBER),
    RECORD("/v1/warehouses/{warehouse}", EVERY_ROLE, RECORD_WAREHOUSE),
    RECORD("/v1/merchants/{merchant}", EVERY_ROLE, RECORD_MERCHANT),
    RECORD("/v1/books/{book}", OPERATORS, RECORD_BOOK),
    READ("/v1/merchants/{merchant}/policy", OPERATORS | ROLE_MERCHANT, policy_handle, QUERY_OWN),
    READ("/v1/merchants/{merchant}/cost-table", OPERATORS | ROLE_MERCHANT, cost_table_handle, QUERY_OWN),
    READ("/v1/units/{unit}/proposal", OPERATORS | ROLE_MERCHANT, proposal_handle, 0),
    RECORD("/v1/webhooks/{webhook}", ROLE_MERCHANT | ROLE_ADMIN, RECORD_WEBHOOK),
    READ("/v1/webhooks/{webhook}/deliveries", ROLE_MERCHANT | ROLE_ADMIN, deliveries_handle, QUERY_OWN),
    RECORD("/v1/links/{link}", CLOSE_ROLES, RECORD_LINK),
    READ("/v1/buyer/return", ROLE_BUYER, buyer_handle, 0),
    READ("/v1/persons/{subject}", CLOSE_ROLES, persons_handle, 0),
    READ("/v1/erasures/{subject}", CLOSE_ROLES, erasure_handle, 0),
    READ("/v1/requests/{request}", EVERY_ROLE, request_handle, 0),
    READ("/v1/savings/{return}", EVERY_ROLE, savings_handle, 0),
    READ("/v1/returns/{return}/evidence", EVERY_ROLE, evidence_handle, QUERY_OWN),

    RECORD("/v1/corrective-actions/{corrective}", COUNTERS, RECORD_CORRECTIVE),
    READ("/v1/articles", EVERY_ROLE | ROLE_BUYER, articles_handle, QUERY_OWN),
    RECORD("/v1/articles/{article}", EVERY_ROLE, RECORD_ARTICLE),
    RECORD("/v1/complaints/{complaint}", EVERY_ROLE, RECORD_COMPLAINT),
    RECORD("/v1/returns/{return}/followup", EVERY_ROLE, RECORD_FOLLOWUP),
    READ("/v1/corrective-actions/{corrective}/effect", COUNTERS, corrective_effect_handle, 0),

    RECORD("/v1/plates/{plate}", OPERATORS, RECORD_PLATE),
    READ("/v1/plates/{plate}/contents", OPERATORS, contents_handle, 0),
    RECORD("/v1/removals/{removal}", EVERY_ROLE, RECORD_REMOVAL),
    RECORD("/v1/inbounds/{inbound}", EVERY_ROLE, RECORD_INBOUND),
    RECORD("/v1/batches/{batch}", BILLED, RECORD_BATCH),
    RECORD("/v1/stock/postings/{posting}", BILLED, RECORD_POSTING),
    RECORD("/v1/repairs/{repair}", BILLED, RECORD_REPAIR),
    RECORD("/v1/exchanges/{exchange}", BILLED, RECORD_EXCHANGE),
    RECORD("/v1/labels/{label}", BILLED, RECORD_LABEL),
    READ("/v1/labels/{label}/document", BILLED, label_document_handle, 0),
    READ("/v1/labels/{label}/qr", BILLED, label_qr_handle, 0),
    RECORD("/v1/skus/{sku}/checklist", EVERY_ROLE, RECORD_CHECKLIST),
    RECORD("/v1/merchants/{merchant}/scale", EVERY_ROLE, RECORD_SCALE),
    READ("/v1/units/{unit}/origin", EVERY_ROLE, origin_handle, 0),

    READ("/v1/deadlines", EVERY_ROLE, deadlines_handle, QUERY_OWN),
    READ("/v1/numbers", COUNTERS, numbers_handle, QUERY_OWN),
    READ("/v1/numbers/carriers", COUNTERS, numbers_carriers_handle, QUERY_OWN),
    READ("/v1/numbers/defects", COUNTERS, numbers_defects_handle, QUERY_OWN),
    READ("/v1/numbers/inspectors", OPERATORS, numbers_inspectors_handle, QUERY_OWN),
    READ("/v1/numbers/floor", COUNTERS, numbers_floor_handle, QUERY_OWN),
    READ("/v1/calendars", EVERY_ROLE, calendars_handle, QUERY_OWN),
    READ("/v1/calendars/{calendar}", EVERY_ROLE, calendar_handle, QUERY_OWN),
    READ("/v1/due", EVERY_ROLE, due_handle, QUERY_OWN),
    READ("/v1/epcis/events", EVERY_ROLE, epcis_handle, QUERY_OWN),
    READ("/v1/events", EVERY_ROLE, events_handle, QUERY_OWN),
    READ("/v1/status", EVERY_ROLE, status_handle, 0),
    READ("/v1/digests", OPERATORS, digests_handle, 0),
    READ("/v1/merchants/{merchant}/presets", EVERY_ROLE, presets_handle, 0),
    READ("/v1/reasons", ANYBODY, reasons_handle, 0),
    READ("/v1/carriers", ANYBODY, carriers_handle, 0),
    LIST("/v1/carriers/unknown", OPERATORS, list_unknown),
    READ("/livez", ANYBODY, livez_handle, 0),
    READ("/readyz", ANYBODY, readyz_handle, QUERY_OWN),
    READ("/metrics", ANYBODY, metrics_handle, 0),
    READ("/openapi.yaml", ANYBODY, openapi_handle, 0),
};
/* clang-format on */
const size_t routes_count = sizeof routes / sizeof routes[0];

unsigned route_roles(const struct route *route)
{
    if (route->roles != ANYBODY || route->command == 0) return route->roles;
    return command_by_kind(route->command)->roles;
}

/* --- matching --------------------------------------------------------------------------------- */

/* Takes one segment off the front: up to the next slash. */
static struct span next_segment(struct span *path)
{
    struct span segment = *path;
    size_t size = 0;
    while (size < path->size && path->at[size] != '/') size++;
    segment.size = size;
    *path = span_of(path->at + size, path->size - size);
    if (path->size > 0) *path = span_of(path->at + 1, path->size - 1);
    return segment;
}

static bool is_placeholder(struct span segment)
{
    return segment.size > 2 && segment.at[0] == '{';
}

static bool may_lack(struct span segment)
{
    return is_placeholder(segment) && segment.at[segment.size - 2] == '?';
}

bool route_matches(const char *pattern, struct span path, struct span values[ROUTE_VALUES_MAX],
                   size_t *count)
{
    struct span wanted = span_text(pattern);
    *count = 0;
    if (path.size == 0 || path.at[0] != '/') return false;
    wanted = span_of(wanted.at + 1, wanted.size - 1);
    path = span_of(path.at + 1, path.size - 1);
    while (wanted.size > 0) {
        bool ended = path.size == 0;
        struct span want = next_segment(&wanted);
        struct span got = next_segment(&path);
        if (ended) return may_lack(want);
        if (!is_placeholder(want)) {
            if (!span_equal(want, got)) return false;
        } else {
            if (got.size == 0 || *count == ROUTE_VALUES_MAX) return false;
            values[(*count)++] = got;
        }
    }
    return path.size == 0;
}
