/* Country codes of carriers as the two letters of ISO 3166-1. Some carriers write three letters;
 * cutting those would name another country (CHN is China, CH is Switzerland), so they are looked
 * up, and what is not in the list is left out. */
#ifndef CARRIERS_COUNTRY_H
#define CARRIERS_COUNTRY_H

#include "proto/span.h"

/* Two letters are taken as they are, in upper case; three are looked up. false: neither. */
bool country_alpha2(struct span code, uint8_t to[2]);

/* Three capital letters for two. false: no country bears them. */
bool country_alpha3(struct span two, uint8_t to[3]);

/* Two capital letters that a country bears. */
bool country_exists(struct span two);

#endif
