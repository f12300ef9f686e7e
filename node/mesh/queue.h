/* What other threads hand to the mesh's thread: messages to send, links to drop, a new membership,
 * the wish to stop; in order, bounded, and with a descriptor that becomes readable. */
#ifndef NODE_MESH_QUEUE_H
#define NODE_MESH_QUEUE_H

#include <pthread.h>
#include <zmq.h>

#include "node/mesh/mesh.h"

enum order_kind { ORDER_SEND, ORDER_DROP, ORDER_OVERFLOW, ORDER_MEMBERS, ORDER_STOP };

struct order {
    struct order *next;
    enum order_kind kind;
    uint32_t link;
    zmq_msg_t message;           /* SEND */
    struct mesh_member *members; /* MEMBERS: count of them */
    size_t count;
};

struct queue {
    pthread_mutex_t mutex;
    struct order *first, **last;
    size_t bytes; /* of messages */
    int wake;     /* eventfd: readable while something is queued */
};
/* 0, or -1 and errno. */
int queue_open(struct queue *queue);
void queue_close(struct queue *queue); /* frees what is left */
/* Copies the message. Beyond MESH_QUEUE_BYTES_MAX it queues ORDER_OVERFLOW for the link instead. */
void queue_send(struct queue *queue, uint32_t link, struct span message);
void queue_drop(struct queue *queue, uint32_t link);
void queue_members(struct queue *queue, const struct mesh_member *members, size_t count);
void queue_stop(struct queue *queue);
/* All that is there, first to last, NULL: nothing. The taker frees each with order_free. */
struct order *queue_take(struct queue *queue);
void order_free(struct order *order);

#endif
