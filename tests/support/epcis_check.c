#include "tests/support/epcis_check.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>

static const char *const steps[] = {"accepting",
                                    "arriving",
                                    "assembling",
                                    "collecting",
                                    "commissioning",
                                    "consigning",
                                    "creating_class_instance",
                                    "cycle_counting",
                                    "decommissioning",
                                    "departing",
                                    "destroying",
                                    "disassembling",
                                    "dispensing",
                                    "encoding",
                                    "entering_exiting",
                                    "holding",
                                    "inspecting",
                                    "installing",
                                    "killing",
                                    "loading",
                                    "other",
                                    "packing",
                                    "picking",
                                    "receiving",
                                    "removing",
                                    "repackaging",
                                    "repairing",
                                    "replacing",
                                    "reserving",
                                    "retail_selling",
                                    "sampling",
                                    "sensor_reporting",
                                    "shipping",
                                    "staging_outbound",
                                    "stock_taking",
                                    "stocking",
                                    "storing",
                                    "transporting",
                                    "unloading",
                                    "unpacking",
                                    "void_shipping",
                                    NULL};
static const char *const dispositions[] = {"active",
                                           "available",
                                           "completeness_inferred",
                                           "completeness_verified",
                                           "conformant",
                                           "container_closed",
                                           "container_open",
                                           "damaged",
                                           "destroyed",
                                           "dispensed",
                                           "disposed",
                                           "encoded",
                                           "expired",
                                           "in_progress",
                                           "in_transit",
                                           "inactive",
                                           "mismatch_class",
                                           "mismatch_instance",
                                           "mismatch_quantity",
                                           "needs_replacement",
                                           "no_pedigree_match",
                                           "non_conformant",
                                           "non_sellable_other",
                                           "partially_dispensed",
                                           "recalled",
                                           "reserved",
                                           "retail_sold",
                                           "returned",
                                           "sellable_accessible",
                                           "sellable_not_accessible",
                                           "stolen",
                                           "unavailable",
                                           "unknown",
                                           NULL};
static const char *const transactions[] = {"bol",     "cert",    "desadv",    "inv",    "pedigree",
                                           "po",      "poc",     "prodorder", "recadv", "rma",
                                           "testprd", "testres", "upevt",     NULL};
static const char *const parties[] = {"owning_party", "possessing_party", "location", NULL};
static const char *const actions[] = {"ADD", "OBSERVE", "DELETE", NULL};
static const char *const reasons[] = {"did_not_occur", "incorrect_data", NULL};

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool is_among(const char *const *list, const char *word)
{
    for (size_t i = 0; word != NULL && list[i] != NULL; i++)
        if (strcmp(list[i], word) == 0) return true;
    return false;
}

/* A scheme, a colon, and something without blanks. */
static bool is_uri(const char *text)
{
    if (text == NULL || !isalpha((unsigned char)text[0])) return false;
    size_t size = strcspn(text, ":");
    for (size_t i = 0; text[i] != '\0'; i++)
        if (isspace((unsigned char)text[i]) || (unsigned char)text[i] > 126) return false;
    return text[size] == ':' && text[size + 1] != '\0';
}

static bool is_word(const char *const *list, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    const char *word = json_string_value(value);
    return value == NULL || is_among(list, word) || is_uri(word);
}

/* Against a pattern in which 0 is any digit. */
static size_t fits(const char *text, const char *pattern)
{
    size_t i = 0;
    for (; pattern[i] != '\0'; i++) {
        bool same = pattern[i] == '0' ? isdigit((unsigned char)text[i]) : text[i] == pattern[i];
        if (!same) return 0;
    }
    return i;
}

static bool is_offset(const char *text)
{
    if (text == NULL || (text[0] != '+' && text[0] != '-')) return false;
    if (fits(text + 1, "00:00") == 0 || text[6] != '\0') return false;
    int hours = 10 * (text[1] - '0') + text[2] - '0';
    return text[4] < '6' && (hours < 14 || strcmp(text + 1, "14:00") == 0);
}

static bool is_stamp(const char *text)
{
    size_t at = text == NULL ? 0 : fits(text, "0000-00-00T00:00:00");
    if (at == 0) return false;
    if (text[at] == '.') at += 1 + strspn(text + at + 1, "0123456789");
    return strcmp(text + at, "Z") == 0 || is_offset(text + at);
}

static bool are_uris(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!is_uri(json_string_value(json_array_get(list, i)))) return false;
    return list == NULL || json_is_array(list);
}

static bool are_quantities(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i), *quantity = json_object_get(one, "quantity");
        if (!is_uri(text_at(one, "epcClass"))) return false;
        if (quantity != NULL && !json_is_number(quantity)) return false;
    }
    return list == NULL || json_is_array(list);
}

static bool are_typed(const json_t *list, const char *key, const char *const *types)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        if (!is_uri(text_at(one, key)) || !is_word(types, one, "type")) return false;
    }
    return list == NULL || json_is_array(list);
}

static bool is_place(const json_t *event, const char *key)
{
    const json_t *place = json_object_get(event, key);
    return place == NULL || is_uri(text_at(place, "id"));
}

static size_t count_of(const json_t *event, const char *key)
{
    return json_array_size(json_object_get(event, key));
}

static const char *identifier_fault(const json_t *event, const char *type)
{
    bool some = true;
    if (strcmp(type, "ObjectEvent") == 0)
        some = count_of(event, "epcList") + count_of(event, "quantityList") > 0;
    if (strcmp(type, "TransactionEvent") == 0) some = count_of(event, "bizTransactionList") > 0;
    if (strcmp(type, "TransformationEvent") == 0)
        some = count_of(event, "inputEPCList") + count_of(event, "inputQuantityList") > 0 &&
               count_of(event, "outputEPCList") + count_of(event, "outputQuantityList") > 0;
    if (!some) return "it names nothing";
    static const char *const lists[] = {"epcList", "childEPCs", "inputEPCList", "outputEPCList"};
    static const char *const amounts[] = {"quantityList", "childQuantityList", "inputQuantityList",
                                          "outputQuantityList"};
    for (size_t i = 0; i < 4; i++) {
        if (!are_uris(json_object_get(event, lists[i]))) return lists[i];
        if (!are_quantities(json_object_get(event, amounts[i]))) return amounts[i];
    }
    return NULL;
}

static const char *error_fault(const json_t *event)
{
    const json_t *error = json_object_get(event, "errorDeclaration");
    if (error == NULL) return NULL;
    if (!is_stamp(text_at(error, "declarationTime"))) return "declarationTime";
    if (!is_word(reasons, error, "reason")) return "reason";
    return are_uris(json_object_get(error, "correctiveEventIDs")) ? NULL : "correctiveEventIDs";
}

static const char *event_fault(const json_t *event)
{
    static const char *const types[] = {"ObjectEvent",         "AggregationEvent",
                                        "AssociationEvent",    "TransactionEvent",
                                        "TransformationEvent", NULL};
    const char *type = text_at(event, "type"), *id = text_at(event, "eventID");
    if (!is_among(types, type)) return "type";
    if (!is_stamp(text_at(event, "eventTime"))) return "eventTime";
    if (!is_offset(text_at(event, "eventTimeZoneOffset"))) return "eventTimeZoneOffset";
    if (json_object_get(event, "recordTime") != NULL && !is_stamp(text_at(event, "recordTime")))
        return "recordTime";
    if (json_object_get(event, "eventID") != NULL && !is_uri(id)) return "eventID";
    bool acts = strcmp(type, "TransformationEvent") != 0;
    if (acts && !is_among(actions, text_at(event, "action"))) return "action";
    if (!is_word(steps, event, "bizStep")) return "bizStep";
    if (!is_word(dispositions, event, "disposition")) return "disposition";
    if (!is_place(event, "readPoint")) return "readPoint";
    if (!is_place(event, "bizLocation")) return "bizLocation";
    if (!are_typed(json_object_get(event, "bizTransactionList"), "bizTransaction", transactions))
        return "bizTransactionList";
    if (!are_typed(json_object_get(event, "sourceList"), "source", parties)) return "sourceList";
    if (!are_typed(json_object_get(event, "destinationList"), "destination", parties))
        return "destinationList";
    const char *fault = identifier_fault(event, type);
    return fault != NULL ? fault : error_fault(event);
}

static const char *document_fault(const json_t *document)
{
    const json_t *events = json_object_get(json_object_get(document, "epcisBody"), "eventList");
    const char *type = text_at(document, "type"), *version = text_at(document, "schemaVersion");
    if (type == NULL || strcmp(type, "EPCISDocument") != 0) return "type";
    if (version == NULL || strcmp(version, "2.0") != 0) return "schemaVersion";
    if (!is_stamp(text_at(document, "creationDate"))) return "creationDate";
    if (json_array_size(json_object_get(document, "@context")) == 0) return "@context";
    if (!json_is_array(events)) return "eventList";
    for (size_t i = 0; i < json_array_size(events); i++) {
        const char *fault = event_fault(json_array_get(events, i));
        if (fault != NULL) return fault;
    }
    return NULL;
}

const char *epcis_fault(const char *text, size_t size)
{
    json_t *document = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    if (document == NULL) return "it is no JSON";
    const char *fault = document_fault(document);
    json_decref(document);
    return fault;
}
