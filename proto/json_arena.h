/* Memory of one parsed tree: taken in chunks, given back whole. A tree of the JSON library is never
 * changed after it was parsed, so nothing in it is freed by itself; that saves an allocation and a
 * release for every value on the busiest path of the node. */
#ifndef PROTO_JSON_ARENA_H
#define PROTO_JSON_ARENA_H

/* Makes the library allocate through the arena; any thread, any number of times. */
void json_arena_install(void);
/* From here to json_arena_end this thread's allocations belong to a new arena. */
void json_arena_begin(void);
/* keep: something allocated in between, by which the arena is found again; NULL gives all back. */
void json_arena_end(void *keep);
void json_arena_free(void *keep);

#endif
