/* A CSV file of orders as `order import` sends it, piece by piece: hands out the JSON lines of a
 * piece, remembers where each order of it stands in the file, and keeps what was refused before it
 * was sent, in the order of the file's lines, so that it is told where it belongs among the node's
 * answers. */
#ifndef NODE_SHEET_ORDER_SHEET_H
#define NODE_SHEET_ORDER_SHEET_H

#include "node/sheet/order_csv.h"

#define ORDER_SHEET_PIECE_MAX 1000u /* orders of a piece */

struct order_sheet {
    struct order_csv reader;
    struct order_csv_place places[ORDER_SHEET_PIECE_MAX];
    size_t orders; /* of the piece */
    struct order_csv_fault *faults;
    size_t faults_count, faults_room, faults_told;
};

/* A header that is not usable has left its faults, and there are no orders. */
void order_sheet_open(struct order_sheet *sheet, FILE *from, const char *merchant_or_null);
void order_sheet_close(struct order_sheet *sheet);
/* The piece was answered: the next one begins. */
void order_sheet_begin_piece(struct order_sheet *sheet);
/* The next order of the piece; an empty line stands for one that is left out. The line lives until
 * the next call. false: the file is at its end. */
bool order_sheet_next(struct order_sheet *sheet, struct span *line);
/* Of what was refused in front of that line, the next that was not told yet; NULL: none. */
const struct order_csv_fault *order_sheet_fault(struct order_sheet *sheet, uint64_t before);
/* The place of the piece's order of that number, from 1; NULL: it has none. */
const struct order_csv_place *order_sheet_place(const struct order_sheet *sheet, uint64_t number);

#endif
