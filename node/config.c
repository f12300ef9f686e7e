#include "node/config.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/carriers/adapters.h"
#include "node/config_inside.h"
#include "node/nearest.h"
#include "node/text.h"
#include "proto/utf8.h"

#define LINE_BYTES_MAX 1024

/* Where the reader stands. */
struct reading {
    struct config *config;
    struct config_fault *fault;
    const char *file; /* "": the command line */
    unsigned line;
    const char *section; /* of the table; NULL before the first */
    const char *instance;
    struct config_seen *seen;
    uint8_t *base; /* what the rows' offsets count from */
};

/* --- errors ----------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static enum error wrong(const struct reading *r,
                                                              const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    config_say(r->fault, r->file, r->line, form, arguments);
    va_end(arguments);
    return ERROR_CONFIG;
}

static void place_print(const struct reading *r, const char *key, char place[128])
{
    snprintf(place, 128, "[%s%s%s] %.40s", r->section, r->instance == NULL ? "" : " ",
             r->instance == NULL ? "" : r->instance, key);
}

/* --- values ----------------------------------------------------------------------------------- */

static bool parse_uint(const char *text, uint64_t *value)
{
    *value = 0;
    if (text[0] == '\0' || strlen(text) > 18) return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') return false;
        *value = *value * 10 + (uint64_t)(*text - '0');
    }
    return true;
}

/* The number of the word among those that are separated by |, or -1. */
static int choice_number(const char *words, const char *word)
{
    size_t size = strlen(word);
    for (int number = 0; *words != '\0'; number++) {
        size_t step = strcspn(words, "|");
        if (step == size && size > 0 && strncmp(words, word, size) == 0) return number;
        words += step + (words[step] == '|' ? 1 : 0);
    }
    return -1;
}

static bool is_endpoint(const char *text)
{
    if (text[0] == '\0') return true;
    if (strncmp(text, "tcp://", 6) != 0) return false;
    const char *port = strrchr(text, ':');
    uint64_t number = 0;
    if (port < text + 7 || strpbrk(text + 6, " \t/?#@\"") != NULL) return false;
    return strcmp(port + 1, "*") == 0 ||
           (parse_uint(port + 1, &number) && number >= 1 && number <= 65535);
}

bool config_is_dialable(const char *text)
{
    return text[0] != '\0' && is_endpoint(text) && strchr(text, '*') == NULL;
}

/* The host of a URL, or NULL when it is none that we take. */
static const char *url_host(const char *text, size_t *size)
{
    const char *host = NULL;
    if (strncmp(text, "https://", 8) == 0) host = text + 8;
    if (strncmp(text, "http://", 7) == 0) host = text + 7;
    if (host == NULL || strpbrk(text, " ?#@\"<>\\") != NULL) return NULL;
    if (host[0] == '[' && strchr(host, ']') == NULL) return NULL;
    *size = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    return *size == 0 || text[strlen(text) - 1] == '/' ? NULL : host;
}

static bool url_is_safe(const char *text)
{
    size_t size = 0;
    const char *host = url_host(text, &size);
    if (strncmp(text, "https://", 8) == 0) return true;
    static const char *const here[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < sizeof here / sizeof here[0]; i++)
        if (size == strlen(here[i]) && strncmp(host, here[i], size) == 0) return true;
    return false;
}

static bool is_address(const char *text)
{
    uint8_t bytes[16];
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static enum error take_text(const struct reading *r, const char *place, const char *text, char *to)
{
    if (text_copy(to, CONFIG_TEXT_BYTES, text)) return OK;
    return wrong(r, "%s: longer than %u bytes; shorten it", place, CONFIG_TEXT_BYTES - 1);
}

/* A relative path counts from the folder of the file that names it. */
static enum error take_path(const struct reading *r, const char *place, const char *text, char *to)
{
    const char *slash = strrchr(r->file, '/');
    int folder = slash == NULL ? 0 : (int)(slash - r->file) + 1;
    char whole[2 * CONFIG_TEXT_BYTES];
    if (text[0] == '/' || text[0] == '\0') folder = 0;
    if (strlen(text) >= CONFIG_TEXT_BYTES) return take_text(r, place, text, to);
    snprintf(whole, sizeof whole, "%.*s%s", folder, r->file, text);
    return take_text(r, place, whole, to);
}

static enum error take_number(const struct reading *r, const char *place,
                              const struct config_row *row, const char *text, uint64_t *to)
{
    uint64_t value = 0;
    if (!parse_uint(text, &value))
        return wrong(r, "%s: '%.80s' is not a whole number; write one from %llu to %llu", place,
                     text, (unsigned long long)row->min, (unsigned long long)row->max);
    if (value < row->min || value > row->max)
        return wrong(r, "%s: %llu is out of range; write a number from %llu to %llu%s%s", place,
                     (unsigned long long)value, (unsigned long long)row->min,
                     (unsigned long long)row->max, row->unit[0] != '\0' ? " " : "", row->unit);
    *to = value;
    return OK;
}

static enum error take_value(const struct reading *r, const char *place,
                             const struct config_row *row, const char *text, unsigned times)
{
    char *to_text = (char *)r->base + row->offset + times * CONFIG_TEXT_BYTES;
    uint64_t number = 0;
    size_t size = 0;
    enum error error = OK;
    bool is_number = false;
    switch (row->type) {
    case CONFIG_TEXT:
        if (strlen(text) > row->max)
            return wrong(r, "%s: longer than %llu bytes; shorten it", place,
                         (unsigned long long)row->max);
        return take_text(r, place, text, to_text);
    case CONFIG_PATH: return take_path(r, place, text, to_text);
    case CONFIG_UINT:
        error = take_number(r, place, row, text, &number);
        is_number = true;
        break;
    case CONFIG_YES_NO:
    case CONFIG_CHOICE: {
        const char *words = row->type == CONFIG_YES_NO ? "no|yes" : row->unit;
        int found = choice_number(words, text);
        if (found < 0)
            return wrong(r, "%s: '%.80s' is none of %s; write one of these", place, text, words);
        number = (uint64_t)found;
        is_number = true;
        break;
    }
    case CONFIG_URL:
        if (url_host(text, &size) == NULL)
            return wrong(r, "%s: '%.80s' is no URL; write https://host without a slash at its end",
                         place, text);
        if (!url_is_safe(text))
            return wrong(r, "%s: a secret would travel in clear; write https://", place);
        return take_text(r, place, text, to_text);
    case CONFIG_ENDPOINT:
        if (!is_endpoint(text))
            return wrong(r, "%s: '%.80s' is no endpoint; write tcp://address:port, or port *",
                         place, text);
        return take_text(r, place, text, to_text);
    case CONFIG_DIAL:
        if (!config_is_dialable(text) || strlen(text) > row->max)
            return wrong(r, "%s: '%.80s' cannot be dialled; write tcp://address:port", place, text);
        return take_text(r, place, text, to_text);
    case CONFIG_ID:
        if (id_parse(span_text(text), (struct id *)(void *)to_text) != OK)
            return wrong(r, "%s: '%.80s' is no id; `entrepot membership merchants` prints them",
                         place, text);
        return OK;
    case CONFIG_ADDRESS:
        if (!is_address(text))
            return wrong(r, "%s: '%.80s' is no IP address; write 127.0.0.1, 0.0.0.0 or ::", place,
                         text);
        return take_text(r, place, text, to_text);
    }
    if (error == OK && is_number) memcpy(r->base + row->offset, &number, sizeof number);
    return error;
}

/* --- sections and keys ------------------------------------------------------------------------ */

static bool is_plain_word(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) &&
            text[i] != '_' && text[i] != '-')
            return false;
    return size > 0 && size < CONFIG_NAME_BYTES;
}

/* A carrier's or a provider's may be followed by /account. */
static bool is_name(const char *section, const char *text)
{
    size_t size = strlen(text), word = strcspn(text, "/");
    if (word == size) return is_plain_word(text, size);
    return strcmp(section, "peer") != 0 && is_plain_word(text, word) &&
           is_plain_word(text + word + 1, size - word - 1);
}

static void standards(struct reading *r, const char *section)
{
    for (size_t i = 0; i < config_rows_count; i++) {
        const struct config_row *row = &config_rows[i];
        bool mine = section == NULL ? !row->named : strcmp(row->section, section) == 0;
        if (!mine || row->standard == NULL || row->standard[0] == '\0') continue;
        enum error error = take_value(r, row->key, row, row->standard, 0);
        (void)error; /* a test holds that every standard value is one */
    }
}

static enum error enter_carrier(struct reading *r, const char *title)
{
    struct config *config = r->config;
    struct config_carrier *found = NULL, fresh = {.line = r->line};
    const char *slash = strchr(title, '/');
    size_t name = slash == NULL ? strlen(title) : (size_t)(slash - title);
    bool begun = false;
    memcpy(fresh.title, title, strlen(title) + 1);
    memcpy(fresh.name, title, name);
    if (slash != NULL) (void)text_copy(fresh.account, sizeof fresh.account, slash + 1);
    for (size_t i = 0; i < config->carriers_count; i++)
        if (strcmp(config->carriers[i].title, title) == 0) found = &config->carriers[i];
    if (found == NULL && config->carriers_count == CONFIG_CARRIERS_MAX)
        return wrong(r, "[carrier %s]: more than %d carriers; leave one out", title,
                     CONFIG_CARRIERS_MAX);
    if (found == NULL) {
        found = &config->carriers[config->carriers_count++];
        *found = fresh;
        begun = true;
    }
    r->base = (uint8_t *)found;
    r->seen = &found->seen;
    r->instance = found->title;
    if (begun) standards(r, "carrier");
    return OK;
}

static enum error enter_provider(struct reading *r, const char *title)
{
    struct config *config = r->config;
    struct config_provider *found = NULL;
    for (size_t i = 0; i < config->providers_count; i++)
        if (strcmp(config->providers[i].title, title) == 0) found = &config->providers[i];
    bool fresh = found == NULL;
    if (fresh && config->providers_count == CONFIG_PROVIDERS_MAX)
        return wrong(r, "[provider %s]: more than %d providers; leave one out", title,
                     CONFIG_PROVIDERS_MAX);
    if (fresh) {
        found = &config->providers[config->providers_count++];
        (void)text_copy(found->title, sizeof found->title, title);
        memcpy(found->name, title, strcspn(title, "/"));
        found->line = r->line;
    }
    r->base = (uint8_t *)found;
    r->seen = &found->seen;
    r->instance = found->title;
    if (fresh) standards(r, "provider");
    return OK;
}

static enum error enter_peer(struct reading *r, const char *name)
{
    struct config *config = r->config;
    struct config_peer *found = NULL;
    for (size_t i = 0; i < config->peers_count; i++)
        if (strcmp(config->peers[i].name, name) == 0) found = &config->peers[i];
    if (found == NULL && config->peers_count == CONFIG_PEERS_MAX)
        return wrong(r, "[peer %s]: more than %d peers; leave one out", name, CONFIG_PEERS_MAX);
    if (found == NULL) {
        found = &config->peers[config->peers_count++];
        (void)text_copy(found->name, sizeof found->name, name);
        found->line = r->line;
    }
    r->base = (uint8_t *)found;
    r->seen = &found->seen;
    r->instance = found->name;
    return OK;
}

static const char *name_example(const char *section)
{
    if (strcmp(section, "carrier") == 0) return "easypost";
    return strcmp(section, "peer") == 0 ? "lax" : "stripe";
}

static enum error enter_named(struct reading *r, const char *section, const char *name)
{
    if (strcmp(section, "carrier") == 0) return enter_carrier(r, name);
    return strcmp(section, "peer") == 0 ? enter_peer(r, name) : enter_provider(r, name);
}

static enum error enter(struct reading *r, const char *section, const char *name)
{
    const struct config_row *row = NULL;
    struct nearest nearest = nearest_to(section);
    for (size_t i = 0; i < config_rows_count; i++) {
        nearest_offer(&nearest, config_rows[i].section);
        if (strcmp(config_rows[i].section, section) == 0) row = &config_rows[i];
    }
    if (row == NULL)
        return wrong(r, "[%.40s]: no such section; %s%s", section,
                     nearest.found != NULL ? "did you mean " : "`entrepot node --help` prints them",
                     nearest.found != NULL ? nearest.found : "");
    if (row->named && !is_name(section, name))
        return wrong(r, "[%s]: a name must follow, such as [%s %s]; 24 of a-z 0-9 _ - at most",
                     section, section, name_example(section));
    if (!row->named && name[0] != '\0')
        return wrong(r, "[%s]: takes no name; write [%s]", section, section);
    r->section = row->section;
    r->instance = NULL;
    r->base = (uint8_t *)r->config;
    r->seen = &r->config->seen;
    if (!row->named) return OK;
    return enter_named(r, section, name);
}

/* The row of the key in the section that is open, or an error that suggests one. */
static enum error find_row(const struct reading *r, const char *key, size_t *row)
{
    struct nearest nearest = nearest_to(key);
    for (size_t i = 0; i < config_rows_count; i++) {
        if (strcmp(config_rows[i].section, r->section) != 0) continue;
        nearest_offer(&nearest, config_rows[i].key);
        *row = i;
        if (strcmp(config_rows[i].key, key) == 0) return OK;
    }
    char place[128];
    place_print(r, key, place);
    return wrong(r, "%s: no such key; %s%s", place,
                 nearest.found != NULL ? "did you mean " : "`entrepot node --help` prints them",
                 nearest.found != NULL ? nearest.found : "");
}

static enum error take_key(struct reading *r, const char *key, const char *value, bool overrides)
{
    size_t row = 0;
    assert(r->section != NULL && r->seen != NULL && r->base != NULL);
    enum error error = find_row(r, key, &row);
    if (error != OK) return error;
    char place[128];
    place_print(r, key, place);
    unsigned times = overrides ? 0 : r->seen->times[row];
    if (times == config_rows[row].times_max)
        return wrong(r, "%s: given already on line %u; leave one of them out", place,
                     r->seen->line[row]);
    error = take_value(r, place, &config_rows[row], value, times);
    if (error != OK) return error;
    if (r->seen->line[row] == 0) r->seen->line[row] = r->line;
    r->seen->times[row] = times + 1;
    return OK;
}

/* --- lines ------------------------------------------------------------------------------------ */

static char *trimmed(char *text)
{
    while (*text == ' ' || *text == '\t') text++;
    size_t size = strlen(text);
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t')) text[--size] = '\0';
    return text;
}

static enum error take_section(struct reading *r, char *line)
{
    size_t size = strlen(line);
    if (line[size - 1] != ']') return wrong(r, "a section ends on ]; write [http]");
    line[size - 1] = '\0';
    char *section = trimmed(line + 1);
    size_t step = strcspn(section, " \t");
    char *name = section + step;
    if (*name != '\0') *name++ = '\0';
    return enter(r, section, trimmed(name));
}

static enum error take_line(struct reading *r, char *line)
{
    line = trimmed(line);
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';') return OK;
    if (line[0] == '[') return take_section(r, line);
    char *equals = strchr(line, '=');
    if (equals == NULL) return wrong(r, "'%.40s': neither [section] nor key = value", line);
    *equals = '\0';
    if (r->section == NULL)
        return wrong(r, "%.40s: stands before any section; write [http] or another above it",
                     trimmed(line));
    return take_key(r, trimmed(line), trimmed(equals + 1), false);
}

/* A line is text: no control character but a tab, and UTF-8. */
static bool is_plain(struct span line)
{
    for (size_t i = 0; i < line.size; i++)
        if ((line.at[i] < 0x20 && line.at[i] != '\t') || line.at[i] == 0x7f) return false;
    return utf8_plain(line);
}

static enum error read_lines(struct reading *r, struct span text)
{
    char line[LINE_BYTES_MAX + 1];
    for (size_t at = 0; at < text.size;) {
        const uint8_t *end = memchr(text.at + at, '\n', text.size - at);
        size_t size = end == NULL ? text.size - at : (size_t)(end - text.at) - at;
        struct span bytes = span_of(text.at + at, size);
        at += size + 1;
        r->line++;
        if (bytes.size > 0 && bytes.at[bytes.size - 1] == '\r') bytes.size--;
        if (bytes.size > LINE_BYTES_MAX)
            return wrong(r, "longer than %d bytes; shorten the line", LINE_BYTES_MAX);
        if (!is_plain(bytes))
            return wrong(r, "holds a byte that is no text; save the file as UTF-8");
        memcpy(line, bytes.at, bytes.size);
        line[bytes.size] = '\0';
        enum error error = take_line(r, line);
        if (error != OK) return error;
    }
    return OK;
}

/* --- the doors -------------------------------------------------------------------------------- */

void config_begin(struct config *config)
{
    struct config_fault fault;
    memset(config, 0, sizeof *config);
    struct reading r = {.config = config, .fault = &fault, .file = "", .base = (uint8_t *)config};
    standards(&r, NULL);
}

enum error config_read(struct config *config, const char *file, struct span text,
                       struct config_fault *fault)
{
    struct reading r = {.config = config, .fault = fault, .file = file, .base = (uint8_t *)config};
    fault->why[0] = '\0';
    if (text.size > CONFIG_FILE_BYTES_MAX) {
        r.line = 1;
        return wrong(&r, "larger than %u bytes; this is no configuration", CONFIG_FILE_BYTES_MAX);
    }
    snprintf(config->file, sizeof config->file, "%s", file);
    return read_lines(&r, text);
}

/* Some editors begin every file with this mark; in a secret it would be seen by nobody. */
static void drop_mark(char *bytes, size_t *used)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (*used < 3 || memcmp(bytes, mark, 3) != 0) return;
    *used -= 3;
    memmove(bytes, bytes + 3, *used);
}

static enum error slurp(const char *file, char *bytes, size_t size, size_t *used,
                        struct config_fault *fault, struct stat *status)
{
    /* O_NONBLOCK: a pipe laid out under this name must not make us wait. */
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool good = fd >= 0 && fstat(fd, status) == 0;
    int fault_number = errno;
    bool regular = good && S_ISREG(status->st_mode);
    ssize_t got = 1;
    *used = 0;
    while (regular && got > 0 && *used < size) {
        got = read(fd, bytes + *used, size - *used);
        if (got > 0) *used += (size_t)got;
        if (got < 0) fault_number = errno;
    }
    if (fd >= 0) close(fd);
    if (*used < size) drop_mark(bytes, used); /* what did not fit is told of as it is */
    if (regular && got >= 0) return OK;
    snprintf(fault->why, CONFIG_WHY_BYTES, "%.400s: %s", file,
             good && !regular ? "is not a regular file" : strerror(fault_number));
    return fd < 0 && fault_number == ENOENT ? ERROR_NOT_FOUND : ERROR_IO;
}

enum error config_read_file(struct config *config, const char *file, struct config_fault *fault)
{
    size_t used = 0;
    struct stat status;
    char *bytes = malloc(CONFIG_FILE_BYTES_MAX + 1);
    if (bytes == NULL) return ERROR_FULL;
    enum error error = slurp(file, bytes, CONFIG_FILE_BYTES_MAX + 1, &used, fault, &status);
    if (error == OK) error = config_read(config, file, span_of(bytes, used), fault);
    free(bytes);
    return error;
}

enum error config_set(struct config *config, const char *assignment, struct config_fault *fault)
{
    char text[LINE_BYTES_MAX + 1];
    struct reading r = {.config = config, .fault = fault, .file = "", .base = (uint8_t *)config};
    fault->why[0] = '\0';
    if (!text_copy(text, sizeof text, assignment) || !is_plain(span_text(assignment)))
        return wrong(&r, "--set: longer than %d bytes, or no text", LINE_BYTES_MAX);
    char *value = strchr(text, '=');
    if (value != NULL) *value++ = '\0';
    char *key = strrchr(text, '.');
    if (value == NULL || key == NULL)
        return wrong(&r, "--set %.80s: write section.key=value, such as http.port=0", assignment);
    *key++ = '\0';
    char *name = strchr(text, '.');
    if (name != NULL) *name++ = '\0';
    char none[] = "";
    enum error error = enter(&r, text, name == NULL ? none : name);
    if (error == OK) error = take_key(&r, key, trimmed(value), true);
    return error;
}

/* A line of 0: the section was made on the command line. */
static struct reading looking_back(const struct config *config, unsigned line,
                                   struct config_fault *fault)
{
    return (struct reading){.fault = fault, .file = line == 0 ? "" : config->file, .line = line};
}

static enum error check_given(const struct config *config, const char *section, const char *name,
                              unsigned line, const struct config_seen *seen,
                              struct config_fault *fault)
{
    struct reading r = looking_back(config, line, fault);
    for (size_t i = 0; i < config_rows_count; i++) {
        const struct config_row *row = &config_rows[i];
        if (strcmp(row->section, section) != 0 || row->standard != NULL || seen->times[i] > 0)
            continue;
        return wrong(&r, "[%s %s]: has no %s; add %s = ... below it", section, name, row->key,
                     row->key);
    }
    return OK;
}

static unsigned line_of(const struct config *config, const char *section, const char *key)
{
    for (size_t i = 0; i < config_rows_count; i++)
        if (strcmp(config_rows[i].section, section) == 0 && strcmp(config_rows[i].key, key) == 0)
            return config->seen.line[i];
    return 0;
}

static enum error check_pair(const struct config *config, struct config_fault *fault)
{
    bool certificate = config->http_certificate[0] != '\0', key = config->http_key[0] != '\0';
    if (certificate == key) return OK;
    const char *given = certificate ? "certificate" : "key",
               *other = certificate ? "key" : "certificate";
    struct reading r = looking_back(config, line_of(config, "http", given), fault);
    return wrong(&r, "[http] %s: stands without %s; give both, or neither", given, other);
}

/* Of two accounts of one provider each says whose it is, or a refund could leave from the wrong
 * one. */
static enum error check_accounts(const struct config *config, struct config_fault *fault)
{
    for (size_t i = 0; i < config->providers_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct config_provider *one = &config->providers[j], *two = &config->providers[i];
            if (strcmp(one->name, two->name) != 0) continue;
            bool says = !id_is_zero(&one->merchant) && !id_is_zero(&two->merchant);
            if (says && !id_equal(&one->merchant, &two->merchant)) continue;
            const struct config_provider *at = id_is_zero(&one->merchant) ? one : two;
            struct reading r = looking_back(config, at->line, fault);
            if (says)
                return wrong(&r,
                             "[provider %s]: serves the merchant of [provider %s]; leave one "
                             "of them out",
                             two->title, one->title);
            return wrong(&r,
                         "[provider %s]: there are several accounts of %s; add merchant = ID, "
                         "whose money this one moves",
                         at->title, at->name);
        }
    return OK;
}

enum error config_check(const struct config *config, struct config_fault *fault)
{
    enum error error = OK;
    fault->why[0] = '\0';
    for (size_t i = 0; i < config->carriers_count && error == OK; i++) {
        const struct config_carrier *it = &config->carriers[i];
        error = config_check_carrier(config, it, fault);
    }
    for (size_t i = 0; i < config->providers_count && error == OK; i++) {
        const struct config_provider *it = &config->providers[i];
        error = check_given(config, "provider", it->title, it->line, &it->seen, fault);
    }
    if (error == OK) error = check_accounts(config, fault);
    for (size_t i = 0; i < config->peers_count && error == OK; i++) {
        const struct config_peer *it = &config->peers[i];
        error = check_given(config, "peer", it->name, it->line, &it->seen, fault);
    }
    return error == OK ? check_pair(config, fault) : error;
}

/* Lower-case letters and digits stay; whatever stands between them becomes one hyphen. */
static void plain_word(struct span text, char word[CONFIG_NAME_BYTES])
{
    size_t used = 0;
    for (size_t i = 0; i < text.size && used + 2 < CONFIG_NAME_BYTES; i++) {
        unsigned char c = text.at[i];
        bool plain = c < 0x80 && isalnum(c);
        bool joined = used > 0 && i > 0 && !(text.at[i - 1] < 0x80 && isalnum(text.at[i - 1]));
        if (plain && joined) word[used++] = '-';
        if (plain) word[used++] = (char)tolower(c);
    }
    word[used] = '\0';
}

size_t config_peer_of(const struct config *config, struct span code, struct span name)
{
    const struct span said[] = {code, name};
    for (size_t s = 0; s < 2; s++) {
        char word[CONFIG_NAME_BYTES];
        plain_word(said[s], word);
        for (size_t i = 0; i < config->peers_count; i++)
            if (strcmp(config->peers[i].name, word) == 0) return i;
    }
    return config->peers_count;
}

enum error config_read_secret(const char *file, char *secret, size_t size,
                              struct config_fault *fault)
{
    struct stat status;
    size_t used = 0;
    enum error error = slurp(file, secret, size, &used, fault, &status);
    const char *what = NULL;
    if (error != OK) return error;
    while (used > 0 && (secret[used - 1] == '\n' || secret[used - 1] == '\r')) used--;
    if ((status.st_mode & 077) != 0)
        what = "may be read by others; chmod 600, and change the secret if anybody did";
    else if (used == 0)
        what = "is empty; put the secret on its first line";
    else if (used == size)
        what = "is too long for a secret";
    else if (!is_plain(span_of(secret, used)))
        what = "holds more than one line of text; keep the secret alone in it";
    if (what == NULL) {
        secret[used] = '\0';
        return OK;
    }
    memset(secret, 0, size);
    snprintf(fault->why, CONFIG_WHY_BYTES, "%.400s: %s", file, what);
    return ERROR_CONFIG;
}

enum error config_check_private(const char *file, struct config_fault *fault)
{
    struct stat status;
    const char *what = NULL;
    if (stat(file, &status) != 0 || !S_ISREG(status.st_mode))
        what = "cannot be read";
    else if ((status.st_mode & 077) != 0)
        what = "may be read by others; chmod 600, and change the key if anybody did";
    if (what == NULL) return OK;
    snprintf(fault->why, CONFIG_WHY_BYTES, "%.400s: %s", file, what);
    return ERROR_CONFIG;
}

/* --- files that are named --------------------------------------------------------------------- */

static enum error check_secret(const struct config *config, const char *section, const char *title,
                               unsigned line, const char *file, struct config_fault *fault)
{
    char secret[CONFIG_TEXT_BYTES + 1];
    struct config_fault inner;
    struct reading r = looking_back(config, line, fault);
    if (file[0] == '\0') return OK;
    enum error error = config_read_secret(file, secret, sizeof secret, &inner);
    explicit_bzero(secret, sizeof secret);
    return error == OK ? OK : wrong(&r, "[%s %s] secret_file: %.500s", section, title, inner.why);
}

static enum error check_private(const struct config *config, const struct config_provider *it,
                                struct config_fault *fault)
{
    struct config_fault inner;
    struct reading r = looking_back(config, it->line, fault);
    enum error error = config_check_private(it->secret_file, &inner);
    return error == OK ? OK : wrong(&r, "[provider %s] secret_file: %.500s", it->title, inner.why);
}

static enum error check_readable(const struct config *config, const char *key, const char *file,
                                 struct config_fault *fault)
{
    struct reading r = looking_back(config, line_of(config, "http", key), fault);
    if (file[0] == '\0' || access(file, R_OK) == 0) return OK;
    return wrong(&r, "[http] %s: %.500s: %s", key, file, strerror(errno));
}

static enum error check_adapters(const struct config *config, struct config_fault *fault)
{
    struct adapters *adapters = NULL;
    enum error error = adapters_open(config, &adapters, fault);
    adapters_free(adapters);
    return error;
}

enum error config_check_files(const struct config *config, struct config_fault *fault)
{
    enum error error = check_readable(config, "certificate", config->http_certificate, fault);
    if (error == OK) error = check_readable(config, "key", config->http_key, fault);
    for (size_t i = 0; i < config->carriers_count; i++) {
        const struct config_carrier *it = &config->carriers[i];
        for (size_t j = 0; j < CONFIG_SECRETS_MAX && error == OK; j++)
            error = check_secret(config, "carrier", it->title, it->line, it->secret_file[j], fault);
        if (error == OK)
            error = check_secret(config, "carrier", it->title, it->line, it->key_file, fault);
        if (error == OK)
            error = check_secret(config, "carrier", it->title, it->line, it->login_file, fault);
    }
    for (size_t i = 0; i < config->providers_count && error == OK; i++) {
        const struct config_provider *it = &config->providers[i];
        if (strcmp(config_provider_form(it), "alipay") == 0)
            error = check_private(config, it, fault);
        else
            error = check_secret(config, "provider", it->title, it->line, it->secret_file, fault);
    }
    return error == OK ? check_adapters(config, fault) : error;
}
