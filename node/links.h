/* Between the mesh and the engine: what peers say becomes jobs of the engine, what the engine wants
 * said goes to the mesh, and the membership as it is folded says whom to admit and whom to dial. */
#ifndef NODE_LINKS_H
#define NODE_LINKS_H

#include "node/card.h"
#include "node/config.h"
#include "node/engine.h"
#include "node/mesh/mesh.h"

struct links {
    struct engine *engine;
    struct store_lmdb *store;
    struct mesh *mesh;
    const struct card *joined;   /* the peer whose card was given by hand, see README; NULL: none */
    const struct config *config; /* its [peer NAME] stand over the membership's addresses */
    bool peers_checked, peers_used[CONFIG_PEERS_MAX];
    struct mesh_member members[MESH_MEMBERS_MAX];
};

/* The mesh's side, with the links as its world. */
struct mesh_port links_mesh_port(struct links *links);
/* The engine's: fills send, drop and members of *port. */
void links_engine_port(struct links *links, struct engine_port *port);

#endif
