/* The start-up proof: CURVE without a running ZAP handler lets every key in, and nothing tells. So
 * before the real port opens, a throw-away server with the very same options is knocked at on
 * loopback: by one without any key and by one whose key nobody knows, who must both be turned away,
 * and by one whose key the handler was told, who must come in and be named by that key. */
#ifndef NODE_MESH_PROOF_H
#define NODE_MESH_PROOF_H

#include "node/mesh/sockets.h"
#include "node/mesh/zap.h"

/* Serves zap meanwhile. ERROR_FORBIDDEN: the node must not open its port; why says what was seen.
 */
enum error proof_run(void *context, struct zap *zap, const struct socket_settings *settings,
                     uint32_t patience_ms, char why[MESH_WHY_BYTES]) MUST_USE;

#endif
