# Prints C sources as "path:line:code", with comments left out and quoted texts emptied.
FNR == 1 { in_comment = 0 }
{
    rest = $0
    code = ""
    while (rest != "") {
        if (in_comment) {
            if ((at = index(rest, "*/")) == 0) break
            rest = substr(rest, at + 2)
            in_comment = 0
        } else if (!match(rest, /\/\*|\/\/|"|'/)) {
            code = code rest
            break
        } else {
            mark = substr(rest, RSTART, RLENGTH)
            code = code substr(rest, 1, RSTART - 1)
            rest = substr(rest, RSTART + RLENGTH)
            if (mark == "//") break
            if (mark == "/*") in_comment = 1
            else rest = after_quote(rest, mark)
        }
    }
    print FILENAME ":" FNR ":" code
}

# What follows the closing mark of a quoted text that has just been opened.
function after_quote(text, mark,    i, c)
{
    code = code mark mark
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "\\") i++
        else if (c == mark) break
    }
    return substr(text, i + 1)
}
