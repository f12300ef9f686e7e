/* Which URLs and which addresses may be called: what a stranger wishes is called from inside the
 * network of the warehouse, so everything that is not a public address is barred. */
#include "overseas-warehouse/hook.h"

#define LABEL_BYTES_MAX 63
#define HOST_BYTES_MAX  253

/* --- addresses ---------------------------------------------------------------------------------
 */

struct range {
    uint8_t bytes[8];
    uint8_t bits;
    enum hook_address is;
};

/* clang-format off */
static const struct range ranges_of_4[] = {
    {{0}, 8, HOOK_BARRED},                    /* this network */
    {{10}, 8, HOOK_BARRED},                   /* private */
    {{100, 64}, 10, HOOK_BARRED},             /* shared by carriers */
    {{127}, 8, HOOK_LOOPBACK},
    {{169, 254}, 16, HOOK_BARRED},            /* link-local; clouds tell secrets at 169.254.169.254 */
    {{172, 16}, 12, HOOK_BARRED},             /* private */
    {{192, 0, 0}, 24, HOOK_BARRED},           /* of protocols */
    {{192, 0, 2}, 24, HOOK_BARRED},           /* documentation */
    {{192, 88, 99}, 24, HOOK_BARRED},         /* relays of 6to4 */
    {{192, 168}, 16, HOOK_BARRED},            /* private */
    {{198, 18}, 15, HOOK_BARRED},             /* benchmarks */
    {{198, 51, 100}, 24, HOOK_BARRED},        /* documentation */
    {{203, 0, 113}, 24, HOOK_BARRED},         /* documentation */
    {{224}, 4, HOOK_BARRED},                  /* multicast */
    {{240}, 4, HOOK_BARRED},                  /* reserved, and broadcast */
};
/* Within 2000::/3; beyond it nothing is global unicast. */
static const struct range ranges_of_6[] = {
    {{0x20, 0x01, 0x00}, 23, HOOK_BARRED},       /* of protocols; Teredo wraps an IPv4 address */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, HOOK_BARRED}, /* documentation */
    {{0x20, 0x02}, 16, HOOK_BARRED},             /* 6to4 wraps an IPv4 address */
    {{0x3f, 0xff}, 20, HOOK_BARRED},             /* documentation */
};
/* clang-format on */

static bool is_within(const struct range *range, const uint8_t *bytes)
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;
    if (memcmp(range->bytes, bytes, whole) != 0) return false;
    return rest == 0 || (range->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

static enum hook_address look_up(const struct range *ranges, size_t count, const uint8_t *bytes)
{
    for (size_t i = 0; i < count; i++)
        if (is_within(&ranges[i], bytes)) return ranges[i].is;
    return HOOK_PUBLIC;
}

enum hook_address hook_address_judge(const uint8_t *bytes, size_t size)
{
    static const uint8_t loopback[16] = {[15] = 1};
    if (size == 4) return look_up(ranges_of_4, sizeof ranges_of_4 / sizeof ranges_of_4[0], bytes);
    if (size != 16) return HOOK_BARRED;
    if (memcmp(bytes, loopback, sizeof loopback) == 0) return HOOK_LOOPBACK;
    if (bytes[0] >> 5 != 1) return HOOK_BARRED;
    return look_up(ranges_of_6, sizeof ranges_of_6 / sizeof ranges_of_6[0], bytes);
}

/* --- addresses as text -------------------------------------------------------------------------
 */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static int hex_of(uint8_t c)
{
    if (is_digit(c)) return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four numbers without leading zeros, and nothing else. */
static bool read_quad(struct span text, uint8_t quad[4])
{
    size_t at = 0;
    for (unsigned part = 0; part < 4; part++) {
        unsigned value = 0;
        size_t begin = at;
        while (at < text.size && is_digit(text.at[at]) && at - begin < 3)
            value = value * 10 + (text.at[at++] - (unsigned)'0');
        if (at == begin || value > 255 || (at - begin > 1 && text.at[begin] == '0')) return false;
        quad[part] = (uint8_t)value;
        if (part < 3 && (at == text.size || text.at[at++] != '.')) return false;
    }
    return at == text.size;
}

/* Where the text of an IPv6 address is read: groups before the double colon, and behind it. */
struct six {
    uint8_t bytes[16];
    unsigned used;
    unsigned gap; /* place of the double colon; 17: none */
};

static bool add_group(struct six *six, struct span text, size_t *at)
{
    unsigned value = 0;
    size_t begin = *at;
    while (*at < text.size && hex_of(text.at[*at]) >= 0 && *at - begin < 4)
        value = value << 4 | (unsigned)hex_of(text.at[(*at)++]);
    if (*at == begin || six->used > 14) return false;
    if (*at < text.size && text.at[*at] == '.') {
        if (six->used > 12) return false;
        if (!read_quad(span_of(text.at + begin, text.size - begin), six->bytes + six->used))
            return false;
        six->used += 4;
        *at = text.size;
        return true;
    }
    six->bytes[six->used++] = (uint8_t)(value >> 8);
    six->bytes[six->used++] = (uint8_t)value;
    return true;
}

static bool read_groups(struct six *six, struct span text)
{
    size_t at = 0;
    while (at < text.size) {
        bool twice = at + 1 < text.size && text.at[at] == ':' && text.at[at + 1] == ':';
        if (twice) {
            if (six->gap != 17) return false;
            six->gap = six->used;
            at += 2;
            continue;
        }
        if (text.at[at] == ':') {
            if (at == 0 || text.at[at - 1] == ':' || at + 1 == text.size) return false;
            at++;
        }
        if (!add_group(six, text, &at)) return false;
        if (at < text.size && text.at[at] != ':') return false;
    }
    return true;
}

static bool read_six(struct span text, uint8_t address[16])
{
    struct six six = {.gap = 17};
    if (!read_groups(&six, text)) return false;
    if ((six.gap == 17) != (six.used == 16)) return false;
    if (six.gap == 17) six.gap = 16;
    memset(address, 0, 16);
    unsigned behind = six.used - (six.gap < six.used ? six.gap : six.used);
    memcpy(address, six.bytes, six.used - behind);
    memcpy(address + 16 - behind, six.bytes + six.used - behind, behind);
    return true;
}

/* --- hosts -------------------------------------------------------------------------------------
 */

static bool is_of_name(uint8_t c)
{
    return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '_';
}

static bool is_name(struct span host)
{
    size_t label = 0;
    if (host.size == 0 || host.size > HOST_BYTES_MAX) return false;
    for (size_t i = 0; i < host.size; i++) {
        if (host.at[i] == '.' && label == 0) return false;
        label = host.at[i] == '.' ? 0 : label + 1;
        if (host.at[i] != '.' && !is_of_name(host.at[i])) return false;
        if (label > LABEL_BYTES_MAX) return false;
    }
    return label > 0;
}

static struct span last_label(struct span host)
{
    size_t at = host.size;
    while (at > 0 && host.at[at - 1] != '.') at--;
    return span_of(host.at + at, host.size - at);
}

/* Resolvers take 2130706433, 0x7f.1 and 0177.0.0.1 for addresses. */
static bool is_number(struct span label)
{
    bool digits = label.size > 0;
    for (size_t i = 0; i < label.size; i++) digits = digits && is_digit(label.at[i]);
    bool hex = label.size >= 2 && label.at[0] == '0' && (label.at[1] | 32) == 'x';
    return digits || hex;
}

static bool is_local_name(struct span label)
{
    static const char local[] = "localhost";
    if (label.size != sizeof local - 1) return false;
    for (size_t i = 0; i < label.size; i++)
        if ((label.at[i] | 32) != (uint8_t)local[i]) return false;
    return true;
}

static const char *judge(const uint8_t *bytes, size_t size, struct hook_url *url)
{
    enum hook_address is = hook_address_judge(bytes, size);
    url->loopback = is == HOOK_LOOPBACK;
    if (is != HOOK_BARRED) return NULL;
    return "url: this address is private or reserved; give one that is public";
}

static const char *judge_host(struct hook_url *url, bool bracketed)
{
    uint8_t bytes[16];
    if (bracketed)
        return read_six(url->host, bytes) ? judge(bytes, 16, url)
                                          : "url: no IPv6 address between the brackets";
    if (read_quad(url->host, bytes)) return judge(bytes, 4, url);
    if (!is_name(url->host)) return "url: the host is no name; write international ones as xn--...";
    if (is_number(last_label(url->host))) return "url: write an IPv4 address as 203.0.112.7";
    url->loopback = is_local_name(last_label(url->host));
    return NULL;
}

/* --- URLs --------------------------------------------------------------------------------------
 */

static bool take(struct span *text, const char *head)
{
    struct span wanted = span_text(head);
    if (text->size < wanted.size || memcmp(text->at, wanted.at, wanted.size) != 0) return false;
    *text = span_of(text->at + wanted.size, text->size - wanted.size);
    return true;
}

static bool is_plain(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.at[i];
        if (c < 0x21 || c > 0x7e || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^')
            return false;
        if (c == '`' || c == '{' || c == '|' || c == '}' || c == '#') return false;
    }
    return true;
}

static struct span take_authority(struct span text)
{
    size_t size = 0;
    while (size < text.size && text.at[size] != '/' && text.at[size] != '?') size++;
    return span_of(text.at, size);
}

static bool read_port(struct span text, uint64_t *port)
{
    *port = 0;
    if (text.size == 0 || text.size > 5) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.at[i])) return false;
        *port = *port * 10 + (uint64_t)(text.at[i] - '0');
    }
    return *port > 0 && *port <= 65535;
}

/* Host and port, of which the first may stand in brackets. */
static const char *read_authority(struct span authority, struct hook_url *url)
{
    size_t size = 0;
    bool bracketed = authority.size > 0 && authority.at[0] == '[';
    for (size_t i = 0; i < authority.size; i++)
        if (authority.at[i] == '@') return "url: no user name or password may stand in it";
    uint8_t mark = bracketed ? ']' : ':';
    while (size < authority.size && authority.at[size] != mark) size++;
    if (bracketed && size == authority.size) return "url: the bracket is not closed";
    url->host = bracketed ? span_of(authority.at + 1, size - 1) : span_of(authority.at, size);
    if (bracketed) size++;
    url->port = url->https ? 443 : 80;
    if (size < authority.size) {
        struct span port = span_of(authority.at + size + 1, authority.size - size - 1);
        if (authority.at[size] != ':' || !read_port(port, &url->port))
            return "url: the port is a number of 1 to 65535";
    }
    return judge_host(url, bracketed);
}

const char *hook_url_read(struct span text, struct hook_url *url)
{
    *url = (struct hook_url){.https = true};
    if (text.size > HOOK_URL_BYTES_MAX) return "url: longer than 512 bytes";
    if (!is_plain(text)) return "url: plain ASCII without blanks and #; escape what else is in it";
    if (!take(&text, "https://")) {
        url->https = false;
        if (!take(&text, "http://")) return "url: begins with https://";
    }
    const char *why = read_authority(take_authority(text), url);
    if (why == NULL && !url->https && !url->loopback) why = "url: https only";
    return why;
}
