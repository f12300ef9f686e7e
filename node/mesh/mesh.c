#include "node/mesh/mesh.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/mesh/inner.h"

void mesh_count(atomic_uint_least64_t *count)
{
    atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
}

void mesh_note(struct mesh *mesh, enum error error, const char *what)
{
    if (mesh->port.note != NULL) mesh->port.note(mesh->port.world, error, what);
}

static uint32_t or_else(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

static struct mesh *mesh_new(const struct mesh_options *options, const struct mesh_port *port)
{
    struct mesh *mesh = calloc(1, sizeof *mesh);
    if (mesh == NULL) return NULL;
    mesh->port = *port;
    mesh->faults = options->faults;
    mesh->proof_ms = or_else(options->proof_ms, 10000);
    mesh->links_enough = or_else(options->links_enough, MESH_LINKS_ENOUGH);
    mesh->look_ms = or_else(options->look_ms, MESH_LOOK_MS);
    mesh->settings.reconnect_ms = or_else(options->reconnect_ms, 500);
    mesh->settings.reconnect_max_ms = or_else(options->reconnect_max_ms, 30000);
    mesh->settings.heartbeat_ms = or_else(options->heartbeat_ms, 15000);
    mesh->settings.enforce_zap = !(options->faults & MESH_FAULT_NOT_ENFORCED);
    memcpy(mesh->settings.curve_public, options->curve_public, KEY_BYTES);
    memcpy(mesh->settings.curve_secret, options->curve_secret, KEY_BYTES);
    pthread_mutex_init(&mesh->begun.mutex, NULL);
    pthread_cond_init(&mesh->begun.changed, NULL);
    return mesh;
}

static void mesh_free(struct mesh *mesh)
{
    queue_close(&mesh->queue);
    pthread_cond_destroy(&mesh->begun.changed);
    pthread_mutex_destroy(&mesh->begun.mutex);
    explicit_bzero(mesh->settings.curve_secret, sizeof mesh->settings.curve_secret);
    free(mesh);
}

/* Starts the thread and waits for its word: it proves and binds before it gives it. */
static enum error begin_thread(struct mesh *mesh, char why[MESH_WHY_BYTES])
{
    if (queue_open(&mesh->queue) != 0 ||
        pthread_create(&mesh->thread, NULL, mesh_thread, mesh) != 0) {
        snprintf(why, MESH_WHY_BYTES, "the mesh: no descriptor or no thread: %s", strerror(errno));
        return ERROR_IO;
    }
    pthread_mutex_lock(&mesh->begun.mutex);
    while (!mesh->begun.ready) pthread_cond_wait(&mesh->begun.changed, &mesh->begun.mutex);
    enum error error = mesh->begun.error;
    pthread_mutex_unlock(&mesh->begun.mutex);
    if (error == OK) return OK;
    pthread_join(mesh->thread, NULL);
    memcpy(why, mesh->begun.why, MESH_WHY_BYTES);
    return error;
}

enum error mesh_start(const struct mesh_options *options, const struct mesh_port *port,
                      struct mesh **mesh, char why[MESH_WHY_BYTES])
{
    *mesh = NULL;
    why[0] = '\0';
    const char *bind = options->bind != NULL ? options->bind : "";
    if (strlen(bind) >= MESH_ENDPOINT_BYTES) {
        snprintf(why, MESH_WHY_BYTES, "the mesh: the address to bind is too long");
        return ERROR_CONFIG;
    }
    struct mesh *made = mesh_new(options, port);
    if (made == NULL) {
        snprintf(why, MESH_WHY_BYTES, "the mesh: no memory");
        return ERROR_FULL;
    }
    memcpy(made->bind, bind, strlen(bind) + 1);
    enum error error = begin_thread(made, why);
    if (error == OK)
        *mesh = made;
    else
        mesh_free(made);
    return error;
}

enum error mesh_set_members(struct mesh *mesh, const struct mesh_member *members, size_t count)
{
    if (count > MESH_MEMBERS_MAX) return ERROR_TOO_LARGE;
    queue_members(&mesh->queue, members, count);
    return OK;
}

void mesh_send(struct mesh *mesh, uint32_t link, struct span message)
{
    /* A larger one would cost the connection at the far end, every time again. */
    assert(message.size <= MESSAGE_BYTES_MAX);
    queue_send(&mesh->queue, link, message);
}

void mesh_drop(struct mesh *mesh, uint32_t link)
{
    queue_drop(&mesh->queue, link);
}

void mesh_stop(struct mesh *mesh)
{
    if (mesh == NULL) return;
    queue_stop(&mesh->queue);
    pthread_join(mesh->thread, NULL);
    mesh_free(mesh);
}

const char *mesh_endpoint(const struct mesh *mesh)
{
    return mesh->endpoint;
}

const struct mesh_counts *mesh_counts(const struct mesh *mesh)
{
    return &mesh->counts;
}
