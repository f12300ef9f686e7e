/* Payloads of the plates room: what a plate of goods went through, a merchant's removal orders and
 * what came of them, and a merchant's inbound shipments. Plates and receipts stand in node logs,
 * the merchant's records in its book. */
#ifndef PROTO_RECORDS_PLATES_H
#define PROTO_RECORDS_PLATES_H

#include "proto/records_master.h"

#define PLATE_KIND_LIST(X)                                                                         \
    X(PLATE_GOODS, 1, "plate") /* units of one SKU and grade */                                    \
    X(PLATE_CARTON, 2, "carton")                                                                   \
    X(PLATE_TOTE, 3, "tote")                                                                       \
    X(PLATE_PALLET, 4, "pallet")
#define PLATE_ACT_LIST(X)                                                                          \
    X(PLATE_MAKE, 1, "make")                                                                       \
    X(PLATE_ADD, 2, "add")                                                                         \
    X(PLATE_SPLIT, 3, "split")                                                                     \
    X(PLATE_MERGE, 4, "merge")                                                                     \
    X(PLATE_NEST, 5, "nest") /* without a parent: taken out */                                     \
    X(PLATE_MOVE, 6, "move")                                                                       \
    X(PLATE_VOID, 7, "void")                                                                       \
    X(PLATE_SHIP, 8, "ship")                                                                       \
    X(PLATE_TAKE, 9, "take")
#define PLATE_STATE_LIST(X)                                                                        \
    X(PLATE_STANDING, 1, "standing")                                                               \
    X(PLATE_WAS_SPLIT, 2, "split")                                                                 \
    X(PLATE_MERGED, 3, "merged")                                                                   \
    X(PLATE_SHIPPED, 4, "shipped")
#define IMPORTER_LIST(X)                                                                           \
    X(IMPORTER_MERCHANT, 1, "merchant")                                                            \
    X(IMPORTER_WAREHOUSE, 2, "warehouse")                                                          \
    X(IMPORTER_PLATFORM, 3, "platform")                                                            \
    X(IMPORTER_AGENT, 4, "agent")                                                                  \
    X(IMPORTER_BUYER, 5, "buyer")
#define DUTY_PART_LIST(X)                                                                          \
    X(DUTY_BASE, 1, "base")                                                                        \
    X(DUTY_ADDITIONAL, 2, "additional") /* by country of origin */                                 \
    X(DUTY_ANTIDUMPING, 3, "antidumping")                                                          \
    X(DUTY_COUNTERVAILING, 4, "countervailing")                                                    \
    X(DUTY_SAFEGUARD, 5, "safeguard")                                                              \
    X(DUTY_EXCISE, 6, "excise")                                                                    \
    X(DUTY_FEE, 7, "fee")                                                                          \
    X(DUTY_OTHER, 8, "other")
/* As the Chinese customs number the modes of supervision. */
#define EXPORT_MODE_LIST(X)                                                                        \
    X(EXPORT_0110, 1, "mode_0110")                                                                 \
    X(EXPORT_1039, 2, "mode_1039")                                                                 \
    X(EXPORT_1210, 3, "mode_1210")                                                                 \
    X(EXPORT_9610, 4, "mode_9610")                                                                 \
    X(EXPORT_9710, 5, "mode_9710")                                                                 \
    X(EXPORT_9810, 6, "mode_9810")
#define PLATES_ENUM(name, number, word) name = number,
enum plate_kind { PLATE_KIND_LIST(PLATES_ENUM) };
enum plate_act { PLATE_ACT_LIST(PLATES_ENUM) };
enum plate_state { PLATE_STATE_LIST(PLATES_ENUM) };
enum importer { IMPORTER_LIST(PLATES_ENUM) };
enum duty_part { DUTY_PART_LIST(PLATES_ENUM) };
enum export_mode { EXPORT_MODE_LIST(PLATES_ENUM) };
#undef PLATES_ENUM
extern const struct words plate_kind_words, plate_act_words, plate_state_words, importer_words,
    duty_part_words, export_mode_words;

/* On one plate; and in all that a pallet holds, since what is shipped is shipped in one decision.
 */
#define PLATE_UNITS_MAX     32
#define PLATE_MERGED_MAX    8
#define PLACE_BYTES_MAX     32
#define REMOVAL_LINES_MAX   64
#define REMOVAL_CARTONS_MAX 32
#define REMOVAL_UNITS_MAX   32
#define DUTY_PARTS_MAX      8
#define INBOUND_SKUS_MAX    64
#define ENTRY_BYTES_MAX     24

#define PLATE_UNIT_FIELDS(F, S) F(S, 1, REQUIRED, id, unit, none, 0)
SHAPE_DECLARE(plate_unit, PLATE_UNIT_FIELDS)
#define PLATE_NAME_FIELDS(F, S) F(S, 1, REQUIRED, id, plate, none, 0)
SHAPE_DECLARE(plate_name, PLATE_NAME_FIELDS)

/* A step of a plate, decided by the warehouse that holds it. units: of make and take all that is on
 * it, of add what comes on. became: what the one that was split or merged is now. */
#define PLATE_MOVED_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, plate, none, 0)                                                          \
    F(S, 2, REQUIRED, uint, hop, none, HOP_MAX) /* from 1: custody of the n-th warehouse */        \
    F(S, 3, REQUIRED, choice, act, plate_act, 0)                                                   \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, id, warehouse, none, 0) /* who holds it; on ship: where to */                \
    F(S, 7, OPTIONAL, choice, kind, plate_kind, 0)                                                 \
    F(S, 8, OPTIONAL, list, units, plate_unit, PLATE_UNITS_MAX)                                    \
    F(S, 9, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 10, OPTIONAL, choice, grade, grade, 0)                                                    \
    F(S, 11, OPTIONAL, id, parent, none, 0)                                                        \
    F(S, 12, OPTIONAL, text, place, none, PLACE_BYTES_MAX)                                         \
    F(S, 13, OPTIONAL, list, became, plate_name, 2)                                                \
    F(S, 14, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(plate_moved, PLATE_MOVED_FIELDS)

/* One thing that a platform is to send: by the merchant's SKU, the platform's label of it, or the
 * sticker of a single unit. */
#define REMOVAL_LINE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 2, OPTIONAL, text, fnsku, none, SKU_BYTES_MAX)                                            \
    F(S, 3, OPTIONAL, text, lpn, none, SKU_BYTES_MAX)                                              \
    F(S, 4, REQUIRED, uint, quantity, none, QUANTITY_MAX)
SHAPE_DECLARE(removal_line, REMOVAL_LINE_FIELDS)
#define REMOVAL_CARTON_FIELDS(F, S) F(S, 1, REQUIRED, text, number, none, TRACKING_NUMBER_BYTES_MAX)
SHAPE_DECLARE(removal_carton, REMOVAL_CARTON_FIELDS)

/* What a removal order says, whole in each version. */
#define REMOVAL_FACT_FIELDS(F, S)                                                                  \
    F(S, 10, OPTIONAL, text, platform, none, 24)                                                   \
    F(S, 11, REQUIRED, list, lines, removal_line, REMOVAL_LINES_MAX)                               \
    F(S, 12, OPTIONAL, list, cartons, removal_carton, REMOVAL_CARTONS_MAX)
#define REMOVAL_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, removal, none, 0)                                                        \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 4, REQUIRED, uint, version, none, UINT32_MAX)                                             \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    REMOVAL_FACT_FIELDS(F, S)
SHAPE_DECLARE(removal, REMOVAL_FIELDS)

/* A unit of a carton that came by a removal order: which SKU of the merchant's it is, or none. */
#define REMOVED_UNIT_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, uint, foreign, none, 1)
SHAPE_DECLARE(removed_unit, REMOVED_UNIT_FIELDS)
#define REMOVAL_RECEIVED_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, removal, none, 0)                                                        \
    F(S, 2, REQUIRED, id, box, none, 0)                                                            \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, REQUIRED, list, units, removed_unit, REMOVAL_UNITS_MAX)
SHAPE_DECLARE(removal_received, REMOVAL_RECEIVED_FIELDS)

/* A part of the duty that was paid for the whole shipment. */
#define DUTY_FIELDS(F, S)                                                                          \
    F(S, 1, REQUIRED, choice, part, duty_part, 0)                                                  \
    F(S, 2, REQUIRED, sint, amount_minor, none, 1000000000000000)
SHAPE_DECLARE(duty, DUTY_FIELDS)
#define INBOUND_SKU_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 2, OPTIONAL, uint, quantity, none, QUANTITY_MAX)
SHAPE_DECLARE(inbound_sku, INBOUND_SKU_FIELDS)

/* What customs know of an inbound shipment. All of it may be unknown. */
#define INBOUND_FACT_FIELDS(F, S)                                                                  \
    F(S, 10, OPTIONAL, text, country, none, 2) /* of import */                                     \
    F(S, 11, OPTIONAL, text, entry, none, ENTRY_BYTES_MAX)                                         \
    F(S, 12, OPTIONAL, uint, entry_line, none, 9999)                                               \
    F(S, 13, OPTIONAL, choice, importer, importer, 0)                                              \
    F(S, 14, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 15, OPTIONAL, list, duties, duty, DUTY_PARTS_MAX)                                         \
    F(S, 16, OPTIONAL, sint, import_vat_minor, none, 1000000000000000)                             \
    F(S, 17, OPTIONAL, time, imported_ms, none, 0)                                                 \
    F(S, 18, OPTIONAL, choice, export_mode, export_mode, 0)                                        \
    F(S, 19, OPTIONAL, time, exported_ms, none, 0)                                                 \
    F(S, 20, OPTIONAL, list, skus, inbound_sku, INBOUND_SKUS_MAX)
#define INBOUND_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, inbound, none, 0)                                                        \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 4, REQUIRED, uint, version, none, UINT32_MAX)                                             \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    INBOUND_FACT_FIELDS(F, S)
SHAPE_DECLARE(inbound, INBOUND_FIELDS)

/* --- what is asked ---------------------------------------------------------------------------- */

#define PLATE_MAKE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, choice, kind, plate_kind, 0)                                                 \
    F(S, 3, OPTIONAL, list, units, plate_unit, PLATE_UNITS_MAX)                                    \
    F(S, 4, OPTIONAL, text, place, none, PLACE_BYTES_MAX)
SHAPE_DECLARE(plate_make, PLATE_MAKE_FIELDS)
/* Body of add and split; the verb is the command's. */
#define PLATE_CHANGE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, plate, none, 0)                                                          \
    F(S, 2, REQUIRED, list, units, plate_unit, PLATE_UNITS_MAX)
SHAPE_DECLARE(plate_change, PLATE_CHANGE_FIELDS)
#define PLATE_MERGE_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, list, plates, plate_name, PLATE_MERGED_MAX)
SHAPE_DECLARE(plate_merge, PLATE_MERGE_FIELDS)
/* Exactly one of into, place and to; or out. */
#define PLATE_MOVE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, plate, none, 0)                                                          \
    F(S, 2, OPTIONAL, id, into, none, 0) /* a larger container */                                  \
    F(S, 3, OPTIONAL, uint, out, none, 1)                                                          \
    F(S, 4, OPTIONAL, text, place, none, PLACE_BYTES_MAX)                                          \
    F(S, 5, OPTIONAL, id, to, none, 0) /* a warehouse */
SHAPE_DECLARE(plate_move, PLATE_MOVE_FIELDS)
#define PLATE_VOID_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, plate, none, 0)                                                          \
    F(S, 2, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(plate_void, PLATE_VOID_FIELDS)
#define PLATE_TAKE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, plate, none, 0)                                                          \
    F(S, 2, REQUIRED, id, warehouse, none, 0)
SHAPE_DECLARE(plate_take, PLATE_TAKE_FIELDS)
#define REMOVAL_PUT_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    REMOVAL_FACT_FIELDS(F, S)
SHAPE_DECLARE(removal_put, REMOVAL_PUT_FIELDS)
#define REMOVAL_RECEIVE_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, id, removal, none, 0)                                                        \
    F(S, 2, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 3, REQUIRED, id, box, none, 0)
SHAPE_DECLARE(removal_receive, REMOVAL_RECEIVE_FIELDS)
#define INBOUND_PUT_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    INBOUND_FACT_FIELDS(F, S)
SHAPE_DECLARE(inbound_put, INBOUND_PUT_FIELDS)

#endif
