/* How the walk fills a call: bodies and the sorts of record that a path wants, one row for each
 * call that takes either. A '$' and a word stand for a record of that sort (walk_world.c). */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "tests/node/http/walk_world.h"

#include <cmocka.h>

#define SOLD "\"sold_ms\":\"2026-01-02T03:04:05Z\""
#define ORDER_BODY                                                                                 \
    "{\"merchant\":\"$merchant\",\"reference\":\"ORD-ZHUQUE-$serial\",\"currency\":\"EUR\"," SOLD  \
    ",\"lines\":[{\"sku\":\"ZQ-TENT\",\"quantity\":1,\"price_minor\":77441}],"                     \
    "\"payments\":[{\"provider\":\"stripe\",\"reference\":\"pi_zhuque-$serial\","                  \
    "\"captured_minor\":77441}]}"
#define RETURN_BODY                                                                                \
    "{\"merchant\":\"$merchant\",\"order\":\"$order\",\"number\":\"ZQTRACKB\",\"lines\":"          \
    "[{\"line\":0,\"quantity\":1,\"reason\":\"unwanted\"}]}"
#define GROUP_BODY                                                                                 \
    "{\"merchant\":\"$merchant\",\"orders\":[{\"order\":\"$order\",\"lines\":"                     \
    "[{\"line\":0,\"quantity\":1,\"reason\":\"unwanted\"}]}]}"
#define LANE_BODY                                                                                  \
    "{\"merchant\":\"$merchant\",\"carrier\":\"ups\","                                             \
    "\"service\":\"ZQ-$serial\",\"country\":\"DE\",\"weight_g\":900,\"price_minor\":5}"
#define SKU_BODY "{\"merchant\":\"$merchant\",\"code\":\"ZQ-TENT-$serial\",\"name_en\":\"Aurelia\"}"
#define CLAIM_BODY                                                                                 \
    "{\"merchant\":\"$merchant\",\"carrier\":\"ups\",\"kind\":\"lost\",\"number\":"                \
    "\"ZQCLAIM$serial\",\"amount_minor\":9000,\"currency\":\"EUR\"}"
#define BOX_BODY                                                                                   \
    "{\"warehouse\":\"$warehouse\",\"number\":\"ZQTRACKC\",\"return_id\":\"$return\",\"items\":"   \
    "[{\"sku\":\"ZQ-TENT\"}]}"
#define TRACKING_BODY                                                                              \
    "{\"number\":\"RETOTHER\",\"carrier\":\"post\",\"points\":[{\"status\":\"in_transit\","        \
    "\"quality\":\"offset\",\"occurred_ms\":\"2026-02-01T10:00:00Z\"}]}"
#define WEBHOOK_BODY                                                                               \
    "{\"merchant\":\"$merchant\",\"url\":\"https://zhuque.example/hooks\",\"secrets\":[{"          \
    "\"fingerprint\":\"0000000000000000000000000000000000000000000000000000000000000009\"}]}"

#define REMOVAL_BODY                                                                               \
    "{\"merchant\":\"$merchant\",\"reference\":\"ZQ-RM-$serial\",\"lines\":[{\"sku\":\"ZQ-TENT\"," \
    "\"quantity\":1}]}"

/* The beginning of an MP4, which is taken as it is. */
#define PHOTO_BODY "    ftypisom a film of Aurelia's"

static const struct fill_row {
    const char *path;
    const char *sort; /* of the record in the path; NULL: the placeholder's own name says it */
    const char *body;
    const char *ends; /* the code at which the owner ends, where one node alone gets no further */
} rows[] = {
    {"/v1/orders", NULL, ORDER_BODY, NULL},
    {"/v1/imports/orders", NULL, ORDER_BODY, NULL},
    {"/v1/orders/{order}/amend", NULL, "{\"reason\":\"more\",\"ship_to\":\"DE\"}", NULL},
    {"/v1/skus", NULL, SKU_BODY, NULL},
    {"/v1/imports/skus", NULL, SKU_BODY, NULL},
    {"/v1/lanes", NULL, LANE_BODY, NULL},
    {"/v1/imports/lanes", NULL, LANE_BODY, NULL},
    {"/v1/returns", NULL, RETURN_BODY, NULL},
    {"/v1/boxes/{box}/note", "box_alike", "{\"labels\":[{\"text\":\"ZQ*\"}]}", NULL},
    {"/v1/boxes/{box}/candidates", "box_alike", "{\"name\":\"Aurelia\"}", NULL},
    {"/v1/boxes/{box}/match", "box_alike", "{\"return_id\":\"$return\"}", NULL},
    {"/v1/boxes/{box}/unmatch", "box_alike", "{\"return_id\":\"$return\",\"reason\":\"ZQ\"}",
     "conflict"},
    {"/v1/boxes/{box}/void", "box_alike", "{\"reason\":\"ZQ\"}", NULL},
    {"/v1/returns/{return}/note", NULL, "{\"parcels\":[{\"number\":\"ZQTRACKD\"}]}", NULL},
    {"/v1/return-groups", NULL, GROUP_BODY, NULL},
    {"/v1/merchants/{merchant}/presets", NULL, "{\"name\":\"ZQ\",\"note\":\"for Aurelia\"}", NULL},
    {"/v1/returns/{return}/approve", "return_requested", "{}", NULL},
    {"/v1/returns/{return}/decline", "return_requested", "{}", NULL},
    {"/v1/returns/{return}/cancel", "return_requested", "{}", NULL},
    {"/v1/returns/{return}/dispute", "return_declined", "{}", NULL},
    {"/v1/returns/{return}/escalate", "return_disputed", "{}", NULL},
    {"/v1/returns/{return}/withdraw", "return_disputed", "{}", NULL},
    {"/v1/returns/{return}/replace", "return_owed", "{\"number\":\"ZQTRACKE\"}", NULL},
    {"/v1/returns/{return}/refund-instead", "return_owed", "{}", NULL},
    {"/v1/returns/{return}/link", NULL, "{\"days\":7}", NULL},
    {"/v1/links/{link}/revoke", "link_new", "{}", NULL},
    {"/v1/refunds/{slot}/resolve", NULL, "{\"paid\":true,\"reason\":\"by hand\"}", NULL},
    {"/v1/returns/{return}/grants", NULL,
     "{\"paid_for\":\"postage\",\"amount_minor\":2,\"offer\":1}", NULL},
    {"/v1/grants/{grant}/accept", NULL, "{}", NULL},
    {"/v1/grants/{grant}/refuse", NULL, "{}", NULL},
    {"/v1/grants/{grant}/withdraw", NULL, "{}", NULL},
    {"/v1/claims", NULL, CLAIM_BODY, NULL},
    {"/v1/claims/{claim}/file", "claim_drafted", "{\"reference\":\"UPS-1\"}", NULL},
    {"/v1/claims/{claim}/answer", "claim_new", "{\"answer\":\"accepted\"}", NULL},
    {"/v1/claims/{claim}/pay", "claim_new", "{\"amount_minor\":9,\"reference\":\"BANK\"}", NULL},
    {"/v1/claims/{claim}/withdraw", "claim_new", "{}", NULL},
    {"/v1/refunds/elsewhere", NULL,
     "{\"merchant\":\"$merchant\",\"provider\":\"stripe\",\"payment\":\"pi_zhuque\","
     "\"how\":\"seller\",\"reference\":\"MP-$serial\",\"amount_minor\":100,"
     "\"currency\":\"EUR\",\"made_ms\":\"2026-01-02T03:04:05Z\"}",
     NULL},
    {"/v1/units/{unit}/release", NULL, "{\"merchant\":\"$merchant\",\"disposition\":\"destroy\"}",
     NULL},
    {"/v1/boxes", NULL, BOX_BODY, NULL},
    {"/v1/units/{unit}/inspect", "unit_received", "{}", NULL},
    {"/v1/units/{unit}/grade", "unit_inspected", "{\"grade\":\"like_new\",\"liability\":\"buyer\"}",
     NULL},
    {"/v1/units/{unit}/dispose", "unit_graded", "{\"disposition\":\"restock\"}", NULL},
    {"/v1/units/{unit}/settle", "unit_disposed", "{}", NULL},
    {"/v1/units/{unit}/ship", "unit_received", "{\"to\":\"$far_warehouse\"}", NULL},
    {"/v1/units/{unit}/take", "unit_shipped", "{\"warehouse\":\"$warehouse\"}", "held_elsewhere"},
    {"/v1/trackings", NULL, TRACKING_BODY, NULL},
    {"/v1/imports/trackings", NULL, TRACKING_BODY, NULL},
    {"/v1/persons", NULL, "{\"subject\":\"$return\",\"name\":\"Aurelia Zhu\"}", NULL},
    {"/v1/erasures", NULL, "{\"subject\":\"$contested\"}", NULL},
    {"/v1/merchants/{merchant}/calendars", NULL,
     "{\"name\":\"ZQ-$serial\",\"zone\":\"Europe/Amsterdam\"}", NULL},
    {"/v1/merchants/{merchant}/policy", NULL, "{\"policy\":{\"currency\":\"EUR\"}}", NULL},
    {"/v1/merchants/{merchant}/cost-table", NULL,
     "{\"table\":{\"currency\":\"EUR\",\"rows\":[{\"kind\":\"recovery\","
     "\"disposition\":\"restock\",\"per_mille\":600}]}}",
     NULL},
    {"/v1/units/{unit}/ask", "unit_graded", "{\"merchant\":\"$merchant\",\"hours\":48}", NULL},
    {"/v1/units/{unit}/hold", "unit_received", "{\"kind\":\"account\",\"reason\":\"ZQ signs in\"}",
     NULL},
    {"/v1/units/{unit}/lift", "unit_received", "{\"kind\":\"account\",\"reason\":\"out\"}",
     "conflict"},
    {"/v1/merchants/{merchant}/recalls", NULL, "{\"sku\":\"ZQ-$serial\",\"reason\":\"it burns\"}",
     NULL},
    {"/v1/merchants/{merchant}/checklists", NULL,
     "{\"sku\":\"ZQ-TENT\",\"questions\":[{\"id\":\"zq\",\"kind\":\"yes_no\",\"optional\":1,"
     "\"en\":\"ZQ?\"}]}",
     NULL},
    {"/v1/merchants/{merchant}/scale", NULL, "{\"second_bp\":1}", NULL},
    {"/v1/units/{unit}/void", "unit_graded", "{\"step\":\"grade\",\"reason\":\"ZQ\"}", "conflict"},
    {"/v1/units/{unit}/second", "unit_graded", "{\"grade\":\"good\"}", NULL},
    {"/v1/units/{unit}/findings", "unit_received",
     "{\"findings\":[{\"kind\":\"worn\",\"note\":"
     "\"by ZQ\"}]}",
     NULL},
    {"/v1/boxes/{box}/findings", NULL, "{\"findings\":[{\"kind\":\"empty_box\",\"note\":\"ZQ\"}]}",
     NULL},
    {"/v1/units/{unit}/lock", NULL, "{\"merchant\":\"$merchant\",\"reason\":\"notice to ZQ\"}",
     NULL},
    {"/v1/webhooks", NULL, WEBHOOK_BODY, NULL},
    {"/v1/webhooks/{webhook}", NULL, WEBHOOK_BODY, NULL},
    {"/v1/webhooks/{webhook}/disable", NULL, "{}", NULL},
    {"/v1/webhooks/{webhook}/replay", NULL, "{\"since\":\"2026-01-02T03:04:05Z\"}", NULL},
    {"/v1/webhooks/{webhook}/test", NULL, "{}", NULL},
    {"/v1/fees", NULL,
     "{\"warehouse\":\"$warehouse\",\"merchant\":\"$merchant\",\"currency\":\"EUR\","
     "\"prices\":["
     "{\"act\":\"receive_box\"},{\"act\":\"receive_unit\"},{\"act\":\"inspect\"},"
     "{\"act\":\"photo\"},{\"act\":\"relabel\"},{\"act\":\"repack\"},"
     "{\"act\":\"storage\"},{\"act\":\"destroy\"},{\"act\":\"outbound\"}]}",
     NULL},
    {"/v1/balances/topups", NULL,
     "{\"warehouse\":\"$warehouse\",\"merchant\":\"$merchant\",\"reference\":\"ZQ-$serial\","
     "\"amount_minor\":500,\"currency\":\"EUR\"}",
     NULL},
    {"/v1/statements", NULL, "{\"warehouse\":\"$warehouse\",\"merchant\":\"$merchant\"}", NULL},
    {"/v1/units/{unit}/arrears-override", NULL, "{\"reason\":\"promised by ZQ\"}", "conflict"},
    {"/v1/corrective-actions", NULL,
     "{\"merchant\":\"$merchant\",\"sku\":\"ZQ-TENT\",\"action\":\"sew twice\",\"owner\":\"ZQ\"}",
     NULL},
    {"/v1/corrective-actions/{corrective}/close", NULL, "{\"result\":\"it holds\"}", NULL},
    {"/v1/articles", NULL,
     "{\"merchant\":\"$merchant\",\"name\":\"zq-$serial\",\"title_en\":\"Aurelia\",\"body_en\":"
     "\"x\"}",
     NULL},
    {"/v1/returns/{return}/complaints", NULL, "{\"about\":\"Aurelia waited\",\"owner\":\"ZQ\"}",
     NULL},
    {"/v1/complaints/{complaint}/close", NULL,
     "{\"cause\":\"a queue\",\"action\":\"a second desk\"}", NULL},
    {"/v1/returns/{return}/followup", NULL, "{\"score\":4}", "conflict"},
    {"/v1/returns/{return}/followup/consent", NULL, "{\"consent\":1}", NULL},
    {"/v1/returns/{return}/followup/comment", NULL, "{\"comment\":\"Aurelia waited\"}", NULL},
    {"/v1/blobs/units/{unit}", NULL, PHOTO_BODY, NULL},
    {"/v1/blobs/boxes/{box}", NULL, PHOTO_BODY, NULL},
    {"/v1/blobs/returns/{return}", NULL, PHOTO_BODY, NULL},
    {"/v1/plates", NULL, "{\"warehouse\":\"$warehouse\",\"kind\":\"pallet\"}", NULL},
    {"/v1/plates/{plate}/add", NULL, "{\"units\":[{\"unit\":\"$unit_received\"}]}", "conflict"},
    {"/v1/plates/{plate}/split", NULL, "{\"units\":[{\"unit\":\"$unit_received\"}]}", "conflict"},
    {"/v1/plates/{plate}/move", NULL, "{\"place\":\"A-01\"}", NULL},
    {"/v1/plates/{plate}/void", NULL, "{\"reason\":\"the wrong shelf\"}", "conflict"},
    {"/v1/plates/{plate}/take", NULL, "{\"warehouse\":\"$warehouse\"}", "conflict"},
    {"/v1/plate-merges", NULL,
     "{\"warehouse\":\"$warehouse\",\"plates\":[{\"plate\":\"$plate\"},{\"plate\":\"$plate\"}]}",
     "conflict"},
    {"/v1/removals", NULL, REMOVAL_BODY, NULL},
    {"/v1/removals/{removal}/receive", NULL, "{\"warehouse\":\"$warehouse\",\"box\":\"$box\"}",
     "conflict"},
    {"/v1/inbounds", NULL, "{\"merchant\":\"$merchant\",\"reference\":\"ZQ-IN-$serial\"}", NULL},
    {"/v1/batches", NULL,
     "{\"warehouse\":\"$warehouse\",\"disposition\":\"donate\",\"counterparty\":\"ZQ\","
     "\"currency\":\"EUR\"}",
     NULL},
    {"/v1/batches/{batch}/add", NULL, "{\"units\":[{\"unit\":\"$unit_donated\"}]}", NULL},
    {"/v1/batches/{batch}/remove", NULL, "{\"units\":[{\"unit\":\"$unit_donated\"}]}", "conflict"},
    {"/v1/batches/{batch}/close", NULL, "{}", NULL},
    {"/v1/batches/{batch}/proceeds", NULL, "{\"reference\":\"ZQ-$serial\",\"proceeds_minor\":1}",
     "conflict"},
    {"/v1/units/{unit}/repairs", "unit_to_repair", "{\"fault\":\"ZQ\",\"currency\":\"EUR\"}", NULL},
    {"/v1/repairs/{repair}/work", NULL, "{\"estimate_minor\":900}", NULL},
    {"/v1/repairs/{repair}/end", NULL, "{\"outcome\":\"no_fault_found\",\"grade\":\"good\"}", NULL},
    {"/v1/merchants/{merchant}/repair-consents", NULL, "{\"currency\":\"EUR\",\"up_to_minor\":900}",
     NULL},
    {"/v1/exchanges", NULL, "{\"return_id\":\"$return_to_exchange\"}", NULL},
    {"/v1/exchanges/{exchange}/send", NULL,
     "{\"warehouse\":\"$warehouse\",\"number\":\"ZQ-$serial\"}", "conflict"},
    {"/v1/exchanges/{exchange}/end", NULL, "{\"reason\":\"ZQ\"}", NULL},
    {"/v1/exchanges/{exchange}/paid", NULL, "{\"reference\":\"ZQ\"}", "conflict"},
    {"/v1/returns/{return}/labels", "return_to_label",
     "{\"carrier\":\"zq\",\"warehouse\":\"$warehouse\",\"weight_g\":900}", NULL},
    {"/v1/labels/{label}/void", NULL, "{\"reason\":\"ZQ\"}", NULL},
    {"/v1/labels/{label}/settle", NULL, "{\"end\":\"bought\",\"reference\":\"ZQ\"}", "conflict"},
    {"/v1/warehouse/address", NULL,
     "{\"warehouse\":\"$warehouse\",\"company\":\"ZQ\",\"street1\":\"1 Dock Road\","
     "\"city\":\"Rotterdam\",\"country\":\"NL\"}",
     NULL},
    {"/v1/stock/postings", NULL,
     "{\"warehouse\":\"$warehouse\",\"merchant\":\"$merchant\",\"sku\":\"ZQ-1\","
     "\"act\":\"import\",\"from\":\"opening\",\"to\":\"sellable\",\"pieces\":3}",
     NULL},
    {"/v1/imports/stock", NULL,
     "{\"warehouse\":\"$warehouse\",\"merchant\":\"$merchant\",\"sku\":\"ZQ-1\","
     "\"act\":\"import\",\"from\":\"opening\",\"to\":\"sellable\",\"pieces\":3,"
     "\"reference\":\"ZQ-$serial\"}",
     NULL},
    {"/v1/stock/postings/{posting}/void", NULL, "{\"warehouse\":\"$warehouse\",\"reason\":\"ZQ\"}",
     NULL},
    {"/v1/stock/counts", NULL,
     "{\"warehouse\":\"$warehouse\",\"merchant\":\"$merchant\",\"sku\":\"ZQ-2\",\"found\":2}",
     NULL},
    {"/v1/stock/bins", NULL, "{\"warehouse\":\"$warehouse\",\"bin\":\"ZQ-$serial\"}", NULL},
    {"/v1/stock/reservations", NULL,
     "{\"warehouse\":\"$warehouse\",\"merchant\":\"$merchant\",\"sku\":\"ZQ-1\","
     "\"pieces\":1,\"expires_ms\":\"2099-01-01T00:00:00Z\",\"reference\":\"ZQ\"}",
     NULL},
    {"/v1/stock/reservations/{reservation}/end", NULL, "{\"warehouse\":\"$warehouse\"}", NULL},
    {"/v1/clock/confirm", NULL, "{}", NULL},
    {"/v1/carriers/{carrier}/webhook", NULL, "{}", NULL},
    {"/v1/carriers/{carrier}/webhook/{account}", NULL, "{}", NULL},
    {"/v1/providers/{provider}/webhook", NULL, "{}", NULL},
    {"/v1/providers/{provider}/webhook/{account}", NULL, "{}", NULL},
};

/* Calls that only an admin may make need no body: the stranger ends at its role. */
static bool is_admins(const struct operation *operation)
{
    return strcmp(operation->roles, "[admin]") == 0;
}

static const struct fill_row *row_of(const struct operation *operation)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].path, operation->path) == 0) return &rows[i];
    return NULL;
}

const char *walk_ends(const struct operation *operation)
{
    const struct fill_row *row = row_of(operation);
    bool get = strcmp(operation->method, "get") == 0; /* of the same path: it shows the record */
    return row == NULL || get ? NULL : row->ends;
}

/* Replaces each word that follows the mark, up to `end` ('\0': the end of the word). */
static bool replace(struct walk_world *world, const char *from, char mark, const char *sort,
                    char *to, size_t room, bool *owned, char why[256])
{
    size_t used = 0;
    while (*from != '\0') {
        char word[64], value[WALK_VALUE_BYTES];
        size_t size = 0;
        assert_true(used + 1 < room);
        if (*from != mark) {
            to[used++] = *from++;
            to[used] = '\0';
            continue;
        }
        from++;
        while (isalnum((unsigned char)from[size]) || from[size] == '_') size++;
        snprintf(word, sizeof word, "%.*s", (int)size, from);
        from += size + (mark == '{' ? 1 : 0);
        const char *wanted = sort != NULL ? sort : word;
        if (!walk_thing(world, wanted, value, owned)) {
            snprintf(why, 256, "nothing of the sort \"%s\" is known to walk_world.c", wanted);
            return false;
        }
        used += (size_t)snprintf(to + used, room - used, "%s", value);
    }
    return true;
}

bool walk_fill(struct walk_world *world, const struct operation *operation, char path[512],
               char none[512], char body[WALK_TEXT_BYTES], bool *owned, char why[256])
{
    bool get = strcmp(operation->method, "get") == 0;
    const struct fill_row *row = get ? NULL : row_of(operation);
    *owned = false;
    path[0] = none[0] = body[0] = '\0';
    if (!get && row == NULL && !is_admins(operation)) {
        snprintf(why, 256, "no row of walk_fill.c says what its body is");
        return false;
    }
    const char *sort = row == NULL ? NULL : row->sort;
    if (get && strcmp(operation->path, "/v1/erasures/{subject}") == 0) sort = "contested";
    bool ignored;
    if (!replace(world, operation->path, '{', sort, path, 512, owned, why)) return false;
    if (!replace(world, operation->path, '{', "nothing", none, 512, &ignored, why)) return false;
    const char *text = row == NULL ? "{}" : row->body;
    return get || replace(world, text, '$', NULL, body, WALK_TEXT_BYTES, owned, why);
}

/* --- behind the '?' --------------------------------------------------------------------------- */

const char *walk_query_always(const struct operation *operation)
{
    /* A stream never ends: the walk reads pages, and a test of its own reads the stream. */
    if (strcmp(operation->path, "/v1/events") == 0) return "poll=1&after=0";
    if (strcmp(operation->path, "/v1/stock/availability") == 0) return "sku=ZQ-7";
    return strcmp(operation->path, "/v1/due") == 0 ? "what=1%20day%20after%202026-11-22%20in%20DE"
                                                   : NULL;
}

static bool fill_of_stock(const struct walk_world *world, const struct operation *operation,
                          const char *name, char text[512])
{
    bool receipts = strncmp(operation->path, "/v1/stock/receipts", 18) == 0;
    bool bin = strcmp(operation->path, "/v1/stock") == 0 && strcmp(name, "bin") == 0;
    bool since = receipts && strcmp(name, "since") == 0;
    bool postings = strcmp(operation->path, "/v1/stock/postings") == 0;
    bool always = strcmp(operation->path, "/v1/stock/availability") == 0;
    text[0] = '\0'; /* tried already, or told of a whole warehouse */
    if (always && strcmp(name, "sku") == 0) return true;
    if (postings && strcmp(name, "warehouse") == 0) return true;
    if (bin) snprintf(text, 512, "bin=&warehouse=%s", world->door.warehouse);
    if (since)
        snprintf(text, 512, "since=2026-01-01T00:00:00Z&warehouse=%s", world->door.warehouse);
    return bin || since;
}

bool walk_query(struct walk_world *world, const struct operation *operation, const char *name,
                char text[512], bool *owned)
{
    static const struct {
        const char *name, *value;
    } plain[] = {{"owner", "merchant"},
                 {"personal", "1"},
                 {"neighbours", NULL},
                 {"state", "open"},
                 {"before", "2030-01-01T00:00:00Z"},
                 {"limit", "1"},
                 {"level", "1"},
                 {"what", NULL},
                 {"verbose", "1"},
                 {"at", "2030-01-01T00:00:00Z"},
                 {"version", "1"},
                 {"poll", NULL},
                 {"after", NULL},
                 {"overdue", "1"},
                 {"from", "2026-01-01T00:00:00Z"},
                 {"to", "2030-01-01T00:00:00Z"},
                 {"late_days", "3"},
                 {"weight_g", "900"},
                 {"reason", "unwanted"},
                 {"by", "inbound"},
                 {"since", "2026-01-01T00:00:00Z"},
                 {"until", "2030-01-01T00:00:00Z"},
                 {"due", "2999-01-01T00:00:00Z"},
                 {"caption", "for%20Aurelia"},
                 {"cursor", NULL}}; /* NULL: the walk tries it by itself */
    char value[WALK_VALUE_BYTES];
    if (fill_of_stock(world, operation, name, text)) return true;
    if (strcmp(operation->path, "/v1/returns") == 0 && strcmp(name, "state") == 0) {
        snprintf(text, 512, "state=approved");
        return true;
    }
    if (strcmp(operation->path, "/v1/returns") == 0 && strcmp(name, "kind") == 0) {
        snprintf(text, 512, "kind=return");
        return true;
    }
    if (strcmp(operation->path, "/v1/followups") == 0 && strcmp(name, "state") == 0) {
        snprintf(text, 512, "state=due");
        return true;
    }
    if (strcmp(operation->path, "/v1/exchanges") == 0 && strcmp(name, "state") == 0) {
        snprintf(text, 512, "state=waiting");
        return true;
    }
    if (strcmp(operation->path, "/v1/claims") == 0 && strcmp(name, "state") == 0) {
        snprintf(text, 512, "state=filed");
        return true;
    }
    if (strcmp(operation->path, "/v1/holds") == 0 && strcmp(name, "kind") == 0) {
        snprintf(text, 512, "kind=account&warehouse=%s", world->door.warehouse);
        return true;
    }
    if (strcmp(name, "statement") == 0) { /* of one warehouse */
        snprintf(text, 512, "statement=1&warehouse=%s", world->door.warehouse);
        return true;
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(plain[i].name, name) != 0) continue;
        text[0] = '\0';
        if (plain[i].value != NULL) snprintf(text, 512, "%s=%s", name, plain[i].value);
        return true;
    }
    bool conflicts = strcmp(operation->path, "/v1/conflicts") == 0;
    const char *sort = conflicts && strcmp(name, "subject") == 0 ? "contested" : name;
    if (!walk_thing(world, sort, value, owned)) return false;
    snprintf(text, 512, "%s=%s", name, value);
    return true;
}
