#include "tests/overseas-warehouse/worth/oracle.h"

#include <ctype.h>
#include <string.h>

/* Of a code that is no trade number its form is itself in capitals, without blanks. */
static bool alike(struct span a, struct span b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.size && isspace(a.at[i])) i++;
        while (j < b.size && isspace(b.at[j])) j++;
        if (i == a.size || j == b.size) return i == a.size && j == b.size;
        if (toupper(a.at[i++]) != toupper(b.at[j++])) return false;
    }
}

static bool exactly(struct span a, struct span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

enum { COUNTRY = 1, WAREHOUSE = 2, GRADE = 4, CATEGORY = 8, SKU = 16, WAY = 32, SETS = 64 };

/* Does the row name just the things of the set, and is each of them the unit's? */
static bool names_just(const struct cost_row *row, unsigned set, const struct worth_facts *facts,
                       unsigned way)
{
    static const struct id nowhere;
    bool here = memcmp(&row->warehouse, &facts->warehouse, sizeof facts->warehouse) == 0;
    bool anywhere = memcmp(&row->warehouse, &nowhere, sizeof nowhere) == 0;
    if (set & WAY ? row->disposition != way : row->disposition != 0) return false;
    if (set & SKU ? row->sku.size == 0 || !alike(row->sku, facts->sku) : row->sku.size != 0)
        return false;
    if (set & CATEGORY ? row->category.size == 0 || !exactly(row->category, facts->category)
                       : row->category.size != 0)
        return false;
    if (set & GRADE ? row->grade != facts->grade : row->grade != 0) return false;
    if (set & WAREHOUSE ? anywhere || !here : !anywhere) return false;
    if (set & COUNTRY) return row->country.size != 0 && exactly(row->country, facts->country);
    return row->country.size == 0;
}

static const struct cost_row *nearest(const struct cost_table *table, unsigned kind,
                                      const struct worth_facts *facts, unsigned way)
{
    for (unsigned set = SETS; set-- > 0;)
        for (uint32_t i = table->rows_count; i-- > 0;)
            if (table->rows[i].kind == kind && names_just(&table->rows[i], set, facts, way))
                return &table->rows[i];
    return NULL;
}

static bool among(unsigned way, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word_of(&disposition_words, way), names[i]) == 0) return true;
    return false;
}

static void look(const struct worth_facts *facts, struct oracle_way *way)
{
    static const char *const others[] = {"restock",   "relabel", "resell",
                                         "liquidate", "donate",  "platform"};
    static const char *const gone[] = {"resell",  "liquidate", "donate", "recycle",
                                       "destroy", "vendor",    "origin", "platform"};
    way->unsellable = way->disposition == 1 && facts->grade == 6;
    way->held = facts->held && among(way->disposition, others, 6);
    way->noticed = facts->noticed && way->disposition == 10;
    way->leave = among(way->disposition, gone, 8) && facts->released != way->disposition;
}

static bool count(const struct worth_facts *facts, const struct cost_table *table,
                  struct oracle_way *way)
{
    static const int sign[] = {0, 1, -1, -1, -1, -1, 1};
    for (unsigned kind = 1; kind <= 6; kind++) {
        const struct cost_row *row = nearest(table, kind, facts, way->disposition);
        if (row == NULL && kind == 1) return false;
        if (row == NULL) continue;
        __extension__ __int128 figure = row->amount_minor;
        if (kind == 4) figure *= row->days;
        if (row->per_mille != 0) figure = 0;
        if (row->per_mille != 0 && !facts->value_known) way->unknown = true;
        if (row->per_mille != 0 && facts->value_known) {
            figure = facts->value_minor;
            figure = figure * row->per_mille / 1000;
        }
        way->figures[kind] = figure;
        way->net += sign[kind] * figure;
    }
    look(facts, way);
    return true;
}

static bool is_barred(const struct oracle_way *way)
{
    return way->unsellable || way->held || way->noticed || way->unknown;
}

/* Is way a to be told before b? place: of each disposition in the order of ties. */
static bool before(const struct oracle_way *a, const struct oracle_way *b)
{
    static const unsigned place[] = {99, 1, 2, 99, 4, 3, 7, 10, 11, 12, 13, 8, 9, 5, 6};
    if (is_barred(a) != is_barred(b)) return !is_barred(a);
    if (a->net != b->net) return a->net > b->net;
    return place[a->disposition] < place[b->disposition];
}

unsigned oracle_propose(const struct worth_facts *facts, const struct cost_table *table,
                        struct oracle_way ways[16])
{
    unsigned found = 0;
    for (unsigned way = 1; way <= 14 && facts->grade != 0; way++) {
        if (way == 3) continue;
        memset(&ways[found], 0, sizeof ways[found]);
        ways[found].disposition = way;
        if (count(facts, table, &ways[found])) found++;
    }
    for (unsigned round = 0; round < found; round++)
        for (unsigned i = 0; i + 1 < found; i++) {
            struct oracle_way swap = ways[i];
            if (!before(&ways[i + 1], &swap)) continue;
            ways[i] = ways[i + 1];
            ways[i + 1] = swap;
        }
    return found;
}
