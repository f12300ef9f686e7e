/* What this program calls itself, to people and to peers. ENTREPOT_VERSION comes from the project's
 * version in CMakeLists.txt. */
#ifndef NODE_VERSION_H
#define NODE_VERSION_H

#ifndef ENTREPOT_VERSION
#define ENTREPOT_VERSION "0"
#endif
#define ENTREPOT_BUILD "entrepot " ENTREPOT_VERSION

#endif
