/* What the entries of goods and parcels are called in GS1's EPCIS 2.0 and its vocabulary CBV 2.0:
 * the words of an event, and the names of things in it. Pure: entries in, words and names out; who
 * may see which entry, and how a document is put together, is the HTTP shell's.
 *
 * What has no word there is not told: a decision that nobody carried out yet, custody that passed
 * to a new log, an assignment to a return. */
#ifndef OVERSEAS_WAREHOUSE_EPCIS_H
#define OVERSEAS_WAREHOUSE_EPCIS_H

#include "proto/crypto.h"
#include "proto/records_goods.h"
#include "proto/records_inspection.h"

#define EPCIS_URI_BYTES    288 /* a name of 64 signs, each with its percent sign */
#define EPCIS_UUID_BYTES   46  /* "urn:uuid:", 36 signs, and the end */
#define EPCIS_OFFSET_BYTES 7   /* "+08:00" and the end */

/* Of an ObjectEvent. step NULL: the entry tells nothing that EPCIS has a word for. */
struct epcis_words {
    const char *step, *disposition;
    bool ends; /* action DELETE: the thing is no more. Else OBSERVE */
};

/* disposition: what was chosen to become of the unit, of which a settlement tells that it was done.
 */
struct epcis_words epcis_of_move(const struct unit_moved *moved, uint64_t disposition);
struct epcis_words epcis_of_hold(const struct unit_held *held);
struct epcis_words epcis_of_box(void);
struct epcis_words epcis_of_scan(const struct checkpoint *scan);

/* A unit with a GTIN and a serial number is that instance of GS1's Digital Link, any other one
 * urn:entrepot:unit:ID. code: as sku_form gives it. */
void epcis_name_unit(const struct id *unit, struct span code, struct span serial,
                     char uri[EPCIS_URI_BYTES]);
/* An SSCC behind its identifier 00 is one of GS1's, any other number urn:entrepot:parcel:NUMBER. */
void epcis_name_parcel(struct span number, char uri[EPCIS_URI_BYTES]);
/* urn:entrepot:SORT:ID */
void epcis_name(const char *sort, const struct id *id, char uri[EPCIS_URI_BYTES]);
/* An event's name, the same at every node: a UUID of version 8, from a hash of what it follows
 * from. That is an entry, or a scan of a parcel, however often it was told. */
void epcis_name_entry(const struct crypto *crypto, const struct id *log, uint64_t idx,
                      char uuid[EPCIS_UUID_BYTES]);
void epcis_name_scan(const struct crypto *crypto, const struct id *parcel, const struct id *dedup,
                     char uuid[EPCIS_UUID_BYTES]);
/* Where the scan's clock stood from UTC, as far as what the carrier wrote tells it: "+00:00" else.
 */
void epcis_offset(const struct checkpoint *scan, char offset[EPCIS_OFFSET_BYTES]);

#endif
