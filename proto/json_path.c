#include "proto/json_path.h"

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

static const char *take_until(const char *at, const char *ends, struct span *taken)
{
    const char *begin = at;
    while (*at != '\0' && strchr(ends, *at) == NULL) at++;
    *taken = span_of(begin, (size_t)(at - begin));
    return at;
}

static struct step step_at(const char *path)
{
    struct step step = {.key = {NULL, 0}};
    path = take_until(path, "/[|", &step.name);
    if (*path == '[') {
        path = take_until(path + 1, "=]", &step.key);
        if (*path == '=') path = take_until(path + 1, "]", &step.value);
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
    if (!json_is_array(at)) return !holds(at, step) || walk(to, at, step->rest);
    for (const struct json *item = json_first(at); item != NULL; item = json_next(item))
        if (!walk_on(to, item, step)) return false;
    return true;
}

static bool walk(struct walk *to, const struct json *at, const char *path)
{
    if (json_is_null(at)) return true;
    if (json_is_array(at)) {
        for (const struct json *item = json_first(at); item != NULL; item = json_next(item))
            if (!walk(to, item, path)) return false;
        return true;
    }
    if (ends_here(*path)) {
        to->found = true;
        return to->visit(to->world, at);
    }
    struct step step = step_at(path);
    if (span_equal(step.name, span_text("."))) return walk_on(to, at, &step);
    if (!json_is_object(at)) return true;
    bool any = span_equal(step.name, span_text("*"));
    for (const struct json *child = json_first(at); child != NULL; child = json_next(child))
        if ((any || span_equal(json_name(child), step.name)) && !walk_on(to, child, &step))
            return false;
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
