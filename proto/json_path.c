#include "proto/json_path.h"

#include "proto/json_tree.h"

/* One step of a path. */
struct step {
    struct span name;
    struct span key, value; /* of a condition; key.size == 0: none; value.at == NULL: any */
    const char *rest;       /* what follows, after the slash; at the end of the path or at | */
};

struct walk {
    json_visit *visit;
    void *world;
    bool found;
};

static bool ends_here(char c)
{
    return c == '\0' || c == '|';
}

/* Paths are short, and read anew for each place: nothing is called to look at a sign. */
static const char *take_until(const char *at, const char ends[3], struct span *taken)
{
    const char *begin = at;
    while (*at != '\0' && *at != ends[0] && *at != ends[1] && *at != ends[2]) at++;
    *taken = span_of(begin, (size_t)(at - begin));
    return at;
}

static bool is_sign(struct span name, char sign)
{
    return name.size == 1 && name.at[0] == (uint8_t)sign;
}

static bool is_called(const struct json *child, struct span name)
{
    return child->name_size == name.size && name.size > 0 &&
           (uint8_t)child->name[0] == name.at[0] && memcmp(child->name, name.at, name.size) == 0;
}

static struct step step_at(const char *path)
{
    struct step step = {.key = {NULL, 0}};
    path = take_until(path, (const char[3]){'/', '[', '|'}, &step.name);
    if (*path == '[') {
        path = take_until(path + 1, (const char[3]){'=', ']', ']'}, &step.key);
        if (*path == '=') path = take_until(path + 1, (const char[3]){']', ']', ']'}, &step.value);
        if (*path == ']') path++;
    }
    step.rest = *path == '/' ? path + 1 : path;
    return step;
}

static bool walk(struct walk *to, const struct json *at, const char *path);

static bool holds(const struct json *at, const struct step *step)
{
    if (step->key.size == 0) return true;
    if (!json_is_object(at)) return false;
    for (const struct json *child = json_first(at); child != NULL; child = json_next(child)) {
        if (!span_equal(json_name(child), step->key)) continue;
        bool fits = step->value.at == NULL ? !json_is_null(child)
                                           : span_equal(json_word(child), step->value);
        if (fits) return true;
    }
    return false;
}

/* What a step leads to may be a list: then its items are meant. */
static bool walk_on(struct walk *to, const struct json *at, const struct step *step)
{
    if (at->type != JSON_ARRAY) return !holds(at, step) || walk(to, at, step->rest);
    for (const struct json *item = at->first; item != NULL; item = item->next)
        if (!walk_on(to, item, step)) return false;
    return true;
}

static bool walk(struct walk *to, const struct json *at, const char *path)
{
    if (at->type == JSON_NULL) return true;
    if (at->type == JSON_ARRAY) {
        for (const struct json *item = at->first; item != NULL; item = item->next)
            if (!walk(to, item, path)) return false;
        return true;
    }
    if (ends_here(*path)) {
        to->found = true;
        return to->visit(to->world, at);
    }
    struct step step = step_at(path);
    if (is_sign(step.name, '.')) return walk_on(to, at, &step);
    if (at->type != JSON_OBJECT) return true;
    bool any = is_sign(step.name, '*');
    for (const struct json *child = at->first; child != NULL; child = child->next)
        if ((any || is_called(child, step.name)) && !walk_on(to, child, &step)) return false;
    return true;
}

void json_each(const struct json *from, const char *path, json_visit *visit, void *world)
{
    struct walk to = {.visit = visit, .world = world};
    if (from == NULL) return;
    for (;;) {
        if (!walk(&to, from, path) || to.found) return;
        while (!ends_here(*path)) path++;
        if (*path == '\0') return;
        path++;
    }
}

static bool take_first(void *world, const struct json *found)
{
    *(const struct json **)world = found;
    return false;
}

const struct json *json_find(const struct json *from, const char *path)
{
    const struct json *found = NULL;
    json_each(from, path, take_first, &found);
    return found;
}

/* One that is empty counts as not there, so the next alternative is asked. */
struct wording {
    struct span text;
};

static bool take_word(void *world, const struct json *found)
{
    struct wording *word = world;
    word->text = json_word(json_is_object(found) ? json_get(found, "#text") : found);
    return word->text.size == 0;
}

struct span json_find_word(const struct json *from, const char *path)
{
    struct wording word = {.text = {NULL, 0}};
    struct walk to = {.visit = take_word, .world = &word};
    while (from != NULL && walk(&to, from, path) && word.text.size == 0) {
        while (!ends_here(*path)) path++;
        if (*path == '\0') break;
        path++;
    }
    return word.text;
}

const char *json_path_fault(const char *path)
{
    unsigned steps = 0;
    if (*path == '\0') return "a path is empty; a dot is the place itself";
    for (;;) {
        struct step step = step_at(path);
        if (step.name.size == 0) return "a step of the path is empty";
        if (++steps > JSON_PATH_STEPS_MAX) return "a path of more than 12 steps";
        const char *open = memchr(path, '[', (size_t)(step.rest - path));
        if (open != NULL && (step.key.size == 0 || step.rest == path ||
                             memchr(open, ']', (size_t)(step.rest - open)) == NULL))
            return "a condition is written [name] or [name=value]";
        bool cut = ends_here(*step.rest) && step.rest[-1] == '/';
        if (cut) return "a step of the path is empty";
        if (*step.rest == '\0') return NULL;
        if (*step.rest == '|') {
            path = step.rest + 1;
            steps = 0;
            if (*path == '\0') return "an alternative is empty";
            continue;
        }
        if (step.rest[-1] != '/') return "after a condition comes a slash, a bar or the end";
        path = step.rest;
    }
}
