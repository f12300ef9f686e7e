#include "node/store/inside.h"

#include <stdlib.h>

/* Seats kept for readings to come; more at a time are opened and closed. */
#define SEATS_KEPT_MAX 64

void seat_bind(struct store_lmdb *store, struct seat *seat)
{
    tables_txn_init(&seat->truth, store->truth, &seat->error);
    tables_txn_init(&seat->views, store->views, &seat->error);
    if (store->views != NULL) store->views->users++;
}

/* With the mutex held, or before and after there are threads. */
void seat_unbind(struct seat *seat)
{
    struct tables *views = seat->views.tables;
    tables_txn_free(&seat->truth);
    tables_txn_free(&seat->views);
    if (views != NULL && --views->users == 0) tables_close(views);
}

void seats_drop_resting(struct store_lmdb *store)
{
    while (store->seats != NULL) {
        struct seat *seat = store->seats;
        store->seats = seat->next;
        seat_unbind(seat);
        free(seat);
    }
    store->seats_count = 0;
}

static struct seat *take_seat(struct store_lmdb *store)
{
    (void)pthread_mutex_lock(&store->mutex);
    struct seat *seat = store->seats;
    if (seat != NULL) {
        store->seats = seat->next;
        store->seats_count--;
    } else {
        seat = calloc(1, sizeof *seat);
        if (seat != NULL) seat_bind(store, seat);
    }
    if (seat != NULL) store->readings++;
    (void)pthread_mutex_unlock(&store->mutex);
    return seat;
}

static void return_seat(struct store_lmdb *store, struct seat *seat)
{
    (void)pthread_mutex_lock(&store->mutex);
    store->readings--;
    if (seat->views.tables == store->views && store->seats_count < SEATS_KEPT_MAX) {
        seat->next = store->seats;
        store->seats = seat;
        store->seats_count++;
    } else {
        seat_unbind(seat);
        free(seat);
    }
    (void)pthread_mutex_unlock(&store->mutex);
}

void seat_end(struct seat *seat)
{
    tables_txn_end(&seat->truth);
    tables_txn_end(&seat->views);
}

/* Views first: the truth is then as new as they are or newer, so that what they name is held. */
enum error seat_begin_reading(struct seat *seat)
{
    seat->error = OK;
    enum error error = tables_txn_begin(&seat->views, false);
    if (error == OK) error = tables_txn_begin(&seat->truth, false);
    if (error != OK) seat_end(seat);
    return error;
}

enum error store_reading_begin(struct store_lmdb *store, struct store_reading *reading)
{
    *reading = (struct store_reading){0};
    struct seat *seat = take_seat(store);
    if (seat == NULL) return ERROR_BUSY;
    enum error error = seat_begin_reading(seat);
    if (error != OK) {
        return_seat(store, seat);
        return error;
    }
    reading->store = store;
    reading->txn[0] = seat;
    reading->truth = (struct rows){&seat->truth, &tables_rows_port};
    reading->views = (struct rows){&seat->views, &tables_rows_port};
    return OK;
}

void store_reading_end(struct store_reading *reading)
{
    struct seat *seat = reading->txn[0];
    if (seat == NULL) return;
    seat_end(seat);
    return_seat(reading->store, seat);
    *reading = (struct store_reading){0};
}
