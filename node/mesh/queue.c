#include "node/mesh/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

int queue_open(struct queue *queue)
{
    *queue = (struct queue){.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    queue->last = &queue->first;
    pthread_mutex_init(&queue->mutex, NULL);
    return queue->wake < 0 ? -1 : 0;
}

void queue_close(struct queue *queue)
{
    struct order *next = queue->first;
    while (next != NULL) {
        struct order *order = next;
        next = order->next;
        order_free(order);
    }
    if (queue->wake >= 0) close(queue->wake);
    pthread_mutex_destroy(&queue->mutex);
}

static struct order *order_new(enum order_kind kind, uint32_t link)
{
    struct order *order = calloc(1, sizeof *order);
    assert(order != NULL); /* a node without memory for a list item cannot go on */
    order->kind = kind;
    order->link = link;
    zmq_msg_init(&order->message);
    return order;
}

void order_free(struct order *order)
{
    zmq_msg_close(&order->message);
    free(order->members);
    free(order);
}

/* Under the mutex. Only the first order of a heap needs to wake the taker. */
static void append(struct queue *queue, struct order *order)
{
    const bool was_empty = queue->first == NULL;
    *queue->last = order;
    queue->last = &order->next;
    if (was_empty) (void)eventfd_write(queue->wake, 1);
}

static void put(struct queue *queue, struct order *order)
{
    pthread_mutex_lock(&queue->mutex);
    append(queue, order);
    pthread_mutex_unlock(&queue->mutex);
}

void queue_send(struct queue *queue, uint32_t link, struct span message)
{
    struct order *order = order_new(ORDER_SEND, link);
    bool copied = zmq_msg_init_size(&order->message, message.size) == 0;
    if (copied && message.size > 0) memcpy(zmq_msg_data(&order->message), message.at, message.size);
    pthread_mutex_lock(&queue->mutex);
    const size_t bytes = message.size + sizeof *order;
    if (copied && queue->bytes + bytes <= MESH_QUEUE_BYTES_MAX)
        queue->bytes += bytes;
    else
        order->kind = ORDER_OVERFLOW;
    append(queue, order);
    pthread_mutex_unlock(&queue->mutex);
}

void queue_drop(struct queue *queue, uint32_t link)
{
    put(queue, order_new(ORDER_DROP, link));
}

void queue_members(struct queue *queue, const struct mesh_member *members, size_t count)
{
    struct order *order = order_new(ORDER_MEMBERS, 0);
    order->members = calloc(count > 0 ? count : 1, sizeof *members);
    assert(order->members != NULL);
    if (count > 0) memcpy(order->members, members, count * sizeof *members);
    order->count = count;
    put(queue, order);
}

void queue_stop(struct queue *queue)
{
    put(queue, order_new(ORDER_STOP, 0));
}

struct order *queue_take(struct queue *queue)
{
    eventfd_t count;
    pthread_mutex_lock(&queue->mutex);
    (void)eventfd_read(queue->wake, &count);
    struct order *first = queue->first;
    queue->first = NULL;
    queue->last = &queue->first;
    queue->bytes = 0;
    pthread_mutex_unlock(&queue->mutex);
    return first;
}
