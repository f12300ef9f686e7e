/* The frozen format, written down once by hand (with a script of its own that knows msgpack,
 * SHA-256 and Ed25519 from their papers and nothing of this program): one tracking entry as it
 * stands in a log, and the messages that carry it. If one of these changes, stored logs no longer
 * verify. */
#ifndef TESTS_PROTO_GOLDEN_H
#define TESTS_PROTO_GOLDEN_H

/* The log's id is 00 01 .. 0f. */
#define GOLDEN_LOG       "000102030405060708090a0b0c0d0e0f"
#define GOLDEN_DEP_LOG   "101112131415161718191a1b1c1d1e1f"
#define GOLDEN_ENTITY    "aabbccddeeff00112233445566778899"
#define GOLDEN_MOMENT_MS 1795297626123u

#define GOLDEN_PAYLOAD                                                                             \
    "87 01 a8 65617379706f7374 02 b6 39343030313130383938383235303232353739343933 03 02 04 07"     \
    "09 ce00011170 0a c410" GOLDEN_ENTITY "0b 91 88 01 c410" GOLDEN_ENTITY                         \
    "02 07 03 22 04 cf000001a20013c80b 05 b9 323032362d31312d32315431333a34373a30362d30383a3030"   \
    "06 01 09 ab 4c6f7320416e67656c6573 0a a2 5553"

#define GOLDEN_GENESIS_PREV "950fce46d551e106d6dd5f7e16c74416aa9c4605601daf21eac20312b532738d"
#define GOLDEN_PHASH        "9e824725d62706e9656762d1c892504020534362679ef242cd6de133768a8de4"
#define GOLDEN_HEADER                                                                              \
    "9d 01 c410" GOLDEN_LOG "01 00 c420" GOLDEN_GENESIS_PREV "cf01a20013c80b0005 14 01"            \
    "c410" GOLDEN_ENTITY "91 92 c410" GOLDEN_DEP_LOG "cd012c c420" GOLDEN_PHASH "cc92 00"
#define GOLDEN_HASH "becc5f17a7a254b0dcd4ed675b910f8fee7f0d92152741bb32b18de14b779c28"

/* The seal of entry 1, committed through 1, by the key whose seed is 00 01 .. 1f. */
#define GOLDEN_KEY "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
#define GOLDEN_SEAL_MESSAGE                                                                        \
    "656e747265706f742f7365616c2f31" GOLDEN_LOG "0000000000000001" GOLDEN_HASH "0000000000000001"
#define GOLDEN_SIGNATURE                                                                           \
    "51ab9c1d1509605ea87b80aeeb89c1333b1f9813b80fc331fd82ddf76de68476"                             \
    "c76f06aaaa02b080b01d28e1b6a9cfa54644a7c83e80d407ec7099cfddd7f20d"

/* PING, session 2^40, seq 300. */
#define GOLDEN_ENVELOPE "95 01 07 cf0000010000000000 cd012c 82 01 07 03 cf000001a20013c80b"
#define GOLDEN_DATA                                                                                \
    "84 01 c410" GOLDEN_LOG "02 01 03 91 92 c491" GOLDEN_HEADER "c492" GOLDEN_PAYLOAD              \
    "04 93 01 01 c440" GOLDEN_SIGNATURE

#endif
