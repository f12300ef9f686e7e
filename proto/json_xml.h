/* XML as the same tree that JSON becomes, so that one reader walks both. An element is a member of
 * the one that it stands in: a text when it holds nothing else, else an object, in which attributes
 * are members named "@name", elements come in their order (a name may repeat), and a text beside
 * them is "#text". Prefixes of namespaces are left out, and so are xmlns and xsi attributes; blanks
 * around a text are cut. The root is an object with the outermost element as its one member.
 *
 * A document type is refused: with it fall all entities but XML's own five. */
#ifndef PROTO_JSON_XML_H
#define PROTO_JSON_XML_H

#include "proto/json.h"

/* UTF-8, UTF-16, ISO-8859-1 or ASCII, as the document says. NULL on error, with *fault filled. Free
 * with json_free. */
struct json *json_from_xml(struct span text, struct json_fault *fault);

#endif
