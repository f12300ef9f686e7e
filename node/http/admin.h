/* Bodies of the administrator's calls that are no commands of the business. */
#ifndef NODE_HTTP_ADMIN_H
#define NODE_HTTP_ADMIN_H

#include "proto/records_mesh.h"

#define BOOK_HANDOVER_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, leader, none, 0) /* the node it goes to                                  \
                                            */
SHAPE_DECLARE(book_handover, BOOK_HANDOVER_FIELDS)

/* lost: nodes that could not be asked what they hold of the book, and are given up. */
#define BOOK_RECOVER_FIELDS(F, S) F(S, 1, OPTIONAL, list, lost, voter, VOTERS_MAX)
SHAPE_DECLARE(book_recover, BOOK_RECOVER_FIELDS)

/* The copy is a new directory of this name where backups are kept. */
#define BACKUP_WISH_FIELDS(F, S) F(S, 1, REQUIRED, text, name, none, 64)
SHAPE_DECLARE(backup_wish, BACKUP_WISH_FIELDS)

#endif
