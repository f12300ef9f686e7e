/* What the files of the loader of declared carriers share: where it stands, how it complains, the
 * table of keys, and what is looked at when a section is whole. For carriers/declared*.c only. */
#ifndef CARRIERS_DECLARED_INSIDE_H
#define CARRIERS_DECLARED_INSIDE_H

#include "carriers/declared.h"

enum section {
    SECTION_CARRIER,
    SECTION_PROOF,
    SECTION_FORM,
    SECTION_CODES,
    SECTION_WORDS,
    SECTION_REPLIES,
    SECTION_ACCESS,
    SECTION_ACCESS_SIGN,
    SECTION_POLL,
    SECTION_POLL_SIGN,
    SECTIONS
};
struct section_row {
    const char *word, *rest; /* "[poll sign]" is poll and sign */
    bool named;              /* a name of one's own stands in the place of the rest */
};
extern const struct section_row declared_sections[SECTIONS];

enum key_type {
    KEY_TEXT,     /* as it is, not empty */
    KEY_ANY_TEXT, /* it may be empty: "" */
    KEY_NAME,     /* of the carrier */
    KEY_URL,
    KEY_PATH,  /* proto/json_path.h */
    KEY_CLOCK, /* forms of carriers/clock.h */
    KEY_ZONE,  /* Z, +08:00 */
    KEY_SIGN,  /* one character */
    KEY_YES_NO,
    KEY_UINT16,
    KEY_UINT32,
    KEY_CHOICE, /* of an enum: the place among the words */
    KEY_METHOD, /* one of the words, as a text */
    KEY_LOWER,  /* names of headers, lower case */
    KEY_PLACE,  /* "form:NAME" or "json:PATH" */
    KEY_SAYS,   /* what is signed: {body}, {secret} and so on */
    KEY_WHEN,   /* one of them alone */
    KEY_TEMPLATE,
    KEY_HEADER, /* "Name: template"; may be given INQUIRY_HEADERS_MAX times */
    KEY_TABLE,  /* the name of a section; the offset is the place among the references */
};

struct key {
    enum section section;
    const char *name;
    enum key_type type;
    size_t offset; /* in what the section fills */
    uint32_t min, max;
    const char *words; /* of a choice, separated by | */
};
#define DECLARED_KEYS_MAX 96
extern const struct key declared_keys[];
extern const size_t declared_keys_count;

struct loading {
    struct declared *declared;
    struct declared_fault *fault;
    unsigned line;
    const char *begin; /* of the line */
    bool inside;       /* of a section: */
    enum section section;
    unsigned section_line;
    unsigned of_section[SECTIONS]; /* the line of each that is no named one; 0: not there */
    unsigned of_form[DECLARED_FORMS_MAX];
    unsigned seen[DECLARED_KEYS_MAX]; /* by place in the table: its line in this section */
};

/* Fill the fault with texts one after the other, and answer false. The first is at a place in the
 * present line, the other about a section. */
#define DECLARED_WRONG(loading, at, ...)                                                           \
    declared_wrong(loading, at, (const char *const[]){__VA_ARGS__, NULL})
#define DECLARED_LACKS(loading, line, ...)                                                         \
    declared_lacks(loading, line, (const char *const[]){__VA_ARGS__, NULL})
bool declared_wrong(struct loading *loading, const char *at, const char *const *parts);
bool declared_lacks(struct loading *loading, unsigned line, const char *const *parts);

/* Quotes keep the blanks between them; there is nothing to be escaped. */
char *declared_unquoted(char *text);
/* 24 of a-z 0-9 _ - at most. */
bool declared_is_name(const char *text);
/* One value, checked and put in its place; base is what the section fills. */
bool declared_value(struct loading *loading, const struct key *key, void *base, char *text);
/* One row of the table that is open. */
bool declared_row(struct loading *loading, char *code, char *text);

/* What no single line can tell, once all is read; sets the row together. */
bool declared_whole(struct loading *loading);

#endif
