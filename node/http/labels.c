/* Return labels as they are read: the record, lists, and the files that a carrier sold with them.
 */
#include <stdio.h>

#include "overseas-warehouse/label/label.h"

#include "node/http/list_page.h"
#include "node/http/records.h"

bool label_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                      const char *key, uint64_t *version)
{
    struct label_row row;
    if (!label_load(reading->rows, id, &row) || !scope_covers(&reading->scope, &row.merchant))
        return false;
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &label_row_shape, &row);
    json_close(out, '}');
    return true;
}

void site_address_put_in(const struct reading *reading, const struct id *warehouse,
                         struct json_out *out)
{
    struct site_address_row row;
    if (!site_address_load(reading->rows, warehouse, &row)) return;
    json_open(out, "address", '{');
    json_put_shape(out, NULL, &site_address_row_shape, &row);
    json_close(out, '}');
}

/* --- lists ------------------------------------------------------------------------------------ */

bool labels_choose(struct page *page, const struct query *query)
{
    static const struct list_source of_return = {NULL, LIST_ID, VIEW_LABEL_BY_RETURN, ID_BYTES,
                                                 ID_BYTES};
    struct return_row owner;
    struct id return_id;
    (void)query;
    if (!visit_id(page->visit, 0, &return_id)) return false;
    if (!return_load(page->reading.rows, &return_id, &owner) ||
        !scope_covers(&page->reading.scope, &owner.merchant))
        return page_refuse(page, ERROR_NOT_FOUND, "no such record");
    page->source = &of_return;
    page->prefix = key_of(&return_id);
    page->covered = true;
    return true;
}

/* --- files ------------------------------------------------------------------------------------ */

/* What is wanted of a label, and where it lies if not here. */
struct sheet {
    struct hash blob;
    const char *type;
    char elsewhere[FILE_ELSEWHERE_BYTES];
};

static const char *type_of(uint64_t form)
{
    if (form == LABEL_PDF) return "application/pdf";
    return form == LABEL_ZPL ? "application/zpl" : "image/png";
}

static void say_keeper(const struct rows *rows, const struct id *node, struct sheet *sheet)
{
    char printed[ID_TEXT_BYTES];
    struct key key = key_of(node);
    struct member member;
    id_print(node, printed);
    bool known = rows_load(rows, VIEW_MEMBER, &key, &member_shape, &member);
    snprintf(sheet->elsewhere, sizeof sheet->elsewhere, "node %s%s%.*s%s has it", printed,
             known ? " (" : "", known ? (int)member.name.size : 0,
             known ? (const char *)member.name.at : "", known ? ")" : "");
}

static bool find(struct visit *visit, bool qr, struct sheet *sheet)
{
    struct store_reading reading;
    struct label_row row;
    struct id id;
    struct scope scope = visit_scope(visit);
    if (!visit_id(visit, 0, &id)) return false;
    enum error error = store_reading_begin(visit->http->store, &reading);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return false;
    }
    bool found = label_load(&reading.views, &id, &row) && scope_covers(&scope, &row.merchant);
    bool sold =
        found && (qr ? !span_is_zero(span_of(row.qr.bytes, HASH_BYTES)) : row.document_form != 0);
    if (sold) {
        sheet->blob = qr ? row.qr : row.document;
        sheet->type = qr ? type_of(LABEL_QR) : type_of(row.document_form);
        sold = label_names(&reading.views, &sheet->blob);
        say_keeper(&reading.views, &row.keeper, sheet);
    }
    store_reading_end(&reading);
    if (!sold) visit_refuse(visit, ERROR_NOT_FOUND, found ? "there is no such file of it" : NULL);
    return sold;
}

static void show(struct visit *visit, bool qr)
{
    struct sheet sheet;
    if (find(visit, qr, &sheet)) file_show(visit, &sheet.blob, sheet.type, sheet.elsewhere);
}

void label_document_handle(struct visit *visit)
{
    show(visit, false);
}

void label_qr_handle(struct visit *visit)
{
    show(visit, true);
}
