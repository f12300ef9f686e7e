#include "tests/node/http/openapi_schemas.h"

#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/label/lane.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/repair/repair.h"
#include "overseas-warehouse/worth/rows.h"

#include "node/http/admin.h"
#include "node/http/body.h"
#include "node/http/door.h"
#include "node/http/records.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define NAMES_MAX 240

struct telling {
    char *text;
    size_t used, room;
    char done[NAMES_MAX][48]; /* schemas written already */
    size_t done_count;
};

__attribute__((format(printf, 2, 3))) static void say(struct telling *telling, const char *format,
                                                      ...)
{
    va_list arguments;
    if (telling->room - telling->used < 4096) {
        telling->room = telling->room * 2 + 65536;
        telling->text = realloc(telling->text, telling->room);
        assert(telling->text != NULL);
    }
    va_start(arguments, format);
    telling->used += (size_t)vsnprintf(telling->text + telling->used, telling->room - telling->used,
                                       format, arguments);
    va_end(arguments);
}

/* "order_import" and "Body" give "OrderImportBody". */
static void name_of(const char *shape, const char *suffix, char name[48])
{
    size_t used = 0;
    bool upper = true;
    for (const char *c = shape; *c != '\0' && used < 32; c++) {
        if (*c != '_') name[used++] = upper && *c >= 'a' ? (char)(*c - 32) : *c;
        upper = *c == '_';
    }
    strcpy(name + used, suffix);
}

static void say_choices(struct telling *telling, const struct words *words)
{
    bool first = true;
    say(telling, "{enum: [");
    for (size_t i = 0; i < words->count; i++) {
        if (words->name[i] == NULL) continue;
        say(telling, "%s%s", first ? "" : ", ", words->name[i]);
        first = false;
    }
    say(telling, "]}");
}

static void say_type(struct telling *telling, const struct field *field)
{
    char name[48] = "";
    unsigned long long max = (unsigned long long)field->max;
    if (field->item != NULL) name_of(field->item->name, "", name);
    switch (field->type) {
    case FIELD_uint: say(telling, "{type: integer, minimum: 0, maximum: %llu}", max); break;
    case FIELD_sint:
        say(telling, "{type: integer, minimum: -%llu, maximum: %llu}", max, max);
        break;
    case FIELD_time: say(telling, "{type: string, format: date-time}"); break;
    case FIELD_currency: say(telling, "{type: string, pattern: '^[A-Z]{3}$'}"); break;
    case FIELD_choice: say_choices(telling, field->words); break;
    case FIELD_id: say(telling, "{$ref: '#/components/schemas/Id'}"); break;
    case FIELD_hash: say(telling, "{type: string, pattern: '^[0-9a-f]{64}$'}"); break;
    case FIELD_bin: say(telling, "{type: string, pattern: '^([0-9a-f]{2})*$'}"); break;
    case FIELD_text: say(telling, "{type: string, maxLength: %llu}", max); break;
    case FIELD_one: say(telling, "{$ref: '#/components/schemas/%s'}", name); break;
    case FIELD_list:
        say(telling, "{type: array, maxItems: %llu, items: {$ref: '#/components/schemas/%s'}}", max,
            name);
        break;
    }
    say(telling, "\n");
}

static void say_required(struct telling *telling, const struct shape *shape)
{
    bool first = true;
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].need != REQUIRED) continue;
        say(telling, "%s%s", first ? "      required: [" : ", ", shape->fields[i].name);
        first = false;
    }
    if (!first) say(telling, "]\n");
}

static bool is_done(struct telling *telling, const char *name)
{
    for (size_t i = 0; i < telling->done_count; i++)
        if (strcmp(telling->done[i], name) == 0) return true;
    assert(telling->done_count < NAMES_MAX);
    strcpy(telling->done[telling->done_count++], name);
    return false;
}

static void say_shape(struct telling *telling, const struct shape *shape, const char *suffix,
                      bool closed)
{
    char name[48];
    name_of(shape->name, suffix, name);
    if (is_done(telling, name)) return;
    say(telling, "    %s:\n      type: object\n", name);
    if (closed) say(telling, "      additionalProperties: false\n");
    say_required(telling, shape);
    say(telling, "      properties:\n");
    for (size_t i = 0; i < shape->count; i++) {
        say(telling, "        %s: ", shape->fields[i].name);
        say_type(telling, &shape->fields[i]);
    }
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].item != NULL) say_shape(telling, shape->fields[i].item, "", false);
}

char *openapi_schemas(void)
{
    static const struct shape *const rows[] = {
        &order_row_shape,         &payment_row_shape,
        &return_row_shape,        &return_line_row_shape,
        &refund_row_shape,        &box_row_shape,
        &box_claim_row_shape,     &unit_row_shape,
        &assigned_row_shape,      &parcel_row_shape,
        &scan_row_shape,          &conflict_row_shape,
        &warehouse_row_shape,     &book_row_shape,
        &order_version_row_shape, &sku_row_shape,
        &elsewhere_row_shape,     &preset_row_shape,
        &webhook_row_shape,       &link_row_shape,
        &grant_row_shape,         &compensation_row_shape,
        &corrective_row_shape,    &article_row_shape,
        &complaint_row_shape,     &followup_row_shape,
        &scorecard_shape,         &carriers_report_shape,
        &warehouses_report_shape, &causes_report_shape,
        &effect_report_shape,     &worth_shape,
        &unit_lock_row_shape,     &unit_ask_row_shape,
        &plate_row_shape,         &removal_row_shape,
        &match_row_shape,         &inbound_row_shape,
        &batch_row_shape,         &batch_line_row_shape,
        &photo_attached_shape,    &repair_row_shape,
        &exchange_row_shape,      &exchange_answer_row_shape,
        &hold_row_shape,          &recall_row_shape,
        &inspectors_report_shape, &finding_row_shape,
        &answers_row_shape,       &second_row_shape,
        &checklist_set_shape,     &scale_set_shape,
        &contents_line_shape,     &unknown_code_row_shape,
        &contents_line_shape,     &label_row_shape,
        &site_address_row_shape,  &lane_row_shape,
    };
    static const struct shape *const bodies[] = {&book_handover_shape, &book_recover_shape,
                                                 &backup_wish_shape, &token_wish_shape};
    struct telling telling = {0};
    struct body_shape loose;
    for (size_t i = 0; i < routes_count; i++) {
        if (routes[i].command == 0) continue;
        body_shape(&loose, command_by_kind(routes[i].command)->shape, routes[i].fill);
        say_shape(&telling, &loose.shape, "Body", true);
    }
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        say_shape(&telling, bodies[i], "", true);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        say_shape(&telling, rows[i], "", false);
    say_shape(&telling, &member_shape, "Record", false);
    say_shape(&telling, &merchant_shape, "Record", false);
    return telling.text;
}
