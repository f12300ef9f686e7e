#include "overseas-warehouse/policy/policy.h"

/* ISO 3166-1 alpha-2, ascending, so that they can be searched by halves. */
/* clang-format off */
static const char codes[] =
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBG"
    "BHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCI"
    "CKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEH"
    "ERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQ"
    "GRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISIT"
    "JEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLS"
    "LTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMU"
    "MVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPG"
    "PHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESG"
    "SHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTK"
    "TLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVU"
    "WFWSYEYTZAZMZW";

/* The Union since 1 February 2020, ascending. */
static const char members[] =
    "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK";
/* clang-format on */

static bool is_among(const char *list, size_t count, struct span code)
{
    size_t low = 0, high = count;
    if (code.size != COUNTRY_BYTES) return false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int differs = memcmp(code.at, list + middle * COUNTRY_BYTES, COUNTRY_BYTES);
        if (differs == 0) return true;
        if (differs < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool country_is_known(struct span code)
{
    return is_among(codes, (sizeof codes - 1) / COUNTRY_BYTES, code);
}

bool country_is_member(struct span code)
{
    return is_among(members, (sizeof members - 1) / COUNTRY_BYTES, code);
}

struct span country_member(size_t n)
{
    if (n >= (sizeof members - 1) / COUNTRY_BYTES) return (struct span){0};
    return span_of(members + n * COUNTRY_BYTES, COUNTRY_BYTES);
}
