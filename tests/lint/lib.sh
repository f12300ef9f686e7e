# Shared by the lints; each is called as: tests/lint/NAME ROOT BUILD
# ROOT is the tree to read, BUILD a configured build folder (only some lints look into it).
# A lint prints one line "path:line: what is wrong" per finding and exits 1, or 0 without any,
# or 77 when it cannot judge here. Plain POSIX shell and awk, so that nothing need be installed.
set -eu
LC_ALL=C
export LC_ALL
lint_here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$1" && pwd)
build=${2:-}

# lint_files PATTERN...: the files of the tree with such names, relative to it, sorted.
lint_files()
{
    (
        cd "$root"
        lint_set=""
        for pattern in "$@"; do
            lint_set="$lint_set${lint_set:+ -o }-name $pattern"
        done
        set -f
        # shellcheck disable=SC2086
        find . \( -name .git -o -name .cache -o -path ./build -o -path './build-*' \) -prune -o \
            -type f \( $lint_set \) -print | sed 's|^\./||' | sort
    )
}

# lint_code FILE...: "path:line:code" of C sources without comments and without what is quoted.
lint_code()
{
    (cd "$root" && awk -f "$lint_here/code.awk" "$@")
}

# lint_end FINDINGS: prints them and leaves with the status they deserve.
lint_end()
{
    [ -n "$1" ] || exit 0
    printf '%s\n' "$1"
    exit 1
}
