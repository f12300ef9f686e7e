/* A key and a certificate for "localhost", signed by itself, made afresh for a test. */
#ifndef TESTS_NODE_HTTP_CERTIFICATE_H
#define TESTS_NODE_HTTP_CERTIFICATE_H

/* Writes DIRECTORY/localhost.pem and DIRECTORY/localhost.key. */
void certificate_create(const char *directory);

#endif
