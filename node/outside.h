/* What every call to the outside has, whoever makes it: no redirect is followed, TLS is verified,
 * no proxy of the environment is used (a secret would go through it), no signal is raised. */
#ifndef NODE_OUTSIDE_H
#define NODE_OUTSIDE_H

#include <curl/curl.h>
#include <stdbool.h>

/* http: plain HTTP may be called as well, which the configuration allows on this very machine. */
static inline void outside_guard(CURL *easy, bool http)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, http ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

#endif
