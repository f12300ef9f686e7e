/* The ZAP handler (ZeroMQ RFC 27): libzmq asks it about each CURVE key that knocks, and it says yes
 * to those of a ring of keys and to nobody else. To a key it admits it gives the key itself, in
 * hex, as the user id that every message of the connection then bears. */
#ifndef NODE_MESH_ZAP_H
#define NODE_MESH_ZAP_H

#include "node/mesh/mesh.h"

#define USER_ID_BYTES (2 * KEY_BYTES + 1)

struct keyring {
    uint8_t key[MESH_MEMBERS_MAX][KEY_BYTES];
    size_t count;
};
bool keyring_has(const struct keyring *ring, const uint8_t key[KEY_BYTES]);
void keyring_add(struct keyring *ring, const uint8_t key[KEY_BYTES]); /* asserted: there is room */

struct zap {
    void *socket;
    const struct keyring *ring;
    uint8_t guest[KEY_BYTES]; /* the start-up proof's known key, while has_guest */
    bool has_guest;
    bool admits_all; /* MESH_FAULT_ADMITS_ALL */
    uint64_t admitted, refused;
};
/* Must be open before any CURVE server is bound in this context. 0, or -1 and errno. */
int zap_open(struct zap *zap, void *context, const struct keyring *ring);
/* Answers every question that waits. */
void zap_serve(struct zap *zap);
void zap_close(struct zap *zap);

void user_id_print(const uint8_t key[KEY_BYTES], char text[USER_ID_BYTES]);
/* false: NULL or not such a text. */
bool user_id_parse(const char *text, uint8_t key[KEY_BYTES]);

#endif
