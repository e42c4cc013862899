#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Code and documents say the same: the options of a tool in its table, its --help and its manual
# page; the exit statuses in <signet/err.h>, README and each page; every page is sound mdoc or man.
# shellcheck disable=SC2016 # the backquotes are of README
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"

tools=$(find "$SIGNET_SOURCE/cmd" -mindepth 2 -maxdepth 2 -name main.c | sed 's,/main\.c$,,; s,.*/,,' | sort)
plan $((13 + 6 * $(printf '%s' "$tools" | grep -c .)))

# rendered PAGE: the page as plain text.
rendered()
{
    mandoc -T ascii -O width=100 "$1" | sed 's/.\x08//g'
}

# long_options: the option names in a text, each once.
long_options()
{
    grep -Eo '(^|[^-[:alnum:]/])--[a-z][a-z0-9-]*' |
        sed 's/.*--//' | sort -u
}

# section NAME: the lines of that section of a rendered page.
section()
{
    awk -v name="$1" '/^[A-Z]/ { inside = $0 == name; next } inside'
}

# table_options FOLDER...: the names in the option tables of these folders.
table_options()
{
    find "$@" -name '*.[ch]' -exec cat {} + | tr '\n' ' ' |
        grep -Eo '\{ *[\\ ]*\.id = [A-Z_]+,[^{}]*' | grep -Eo '\.name = "[a-z0-9-]+"' |
        sed 's/.*"\(.*\)"/\1/' | sort -u
}

# help_options: the options that --help lists, one at the start of a line.
help_options()
{
    grep -E '^ +(-[[:alnum:]], +)?--[a-z]' | sed -E 's/^ +(-[[:alnum:]], +)?--([a-z0-9-]+).*/\2/' | sort -u
}

# page_options: the options that a rendered page explains: terms, each the first line after an empty
# one or a heading, anywhere but in the synopsis.
page_options()
{
    awk '/^[A-Z]/ { synopsis = $0 == "SYNOPSIS" }
        !synopsis && before !~ /^ / { print }
        { before = $0 }' | help_options
}

# statuses: exit statuses at the starts of lines, or in the first column of a table.
statuses()
{
    grep -Eo '^(\| *`?| +)[0-9]+`?( |$)' | grep -Eo '[0-9]+' | sort -nu
}

# more_help TOOL: the words of a tool that have a --help of their own, which its --help points to.
more_help()
{
    "$SIGNET_BIN/signet-$1" --help </dev/null | sed -n "s/.* see signet-$1 \([a-z]*\) --help\$/\1/p"
}

# all_help TOOL: every --help of a tool.
all_help()
{
    for word in '' $(more_help "$1"); do
        "$SIGNET_BIN/signet-$1" ${word:+"$word"} --help --verbose </dev/null
    done
}

# screens TOOL: of each --help the number of its examples and of lines too long, and whether it fits.
screens()
{
    for word in '' $(more_help "$1"); do
        "$SIGNET_BIN/signet-$1" ${word:+"$word"} --help </dev/null |
            awk '/^Examples:/ { e = NR } length($0) > 80 { wide++ }
                END { print NR - e " " wide + 0 " " (NR <= 40) }'
    done | sort -u
}

sound_page()
{
    find "$1" -name '*.[17]' -exec mandoc -T lint -W warning {} + 2>&1
}

# What README says of options, other programs' lines left out.
readme_options()
{
    grep -vE 'cmake|ctest|apt-get|npm |git |run\.sh|openssl|node |pkg-config|mandoc|rhash' "$1" 2>/dev/null | long_options
}

all_options=$(for tool in $tools; do table_options "$SIGNET_SOURCE/cmd/$tool" "$SIGNET_SOURCE/cmd/common"; done | sort -u)
codes=$(printf '0\n%s\n' "$(sed -n 's/^ *X([A-Z_]*, -[0-9]*, \([0-9]*\),.*/\1/p' \
    "$SIGNET_SOURCE/include/signet/err.h")" | sort -nu)

is 'the exit statuses are those of the contract' "$(printf '%s\n' "$codes" | tr '\n' ' ')" '0 1 2 3 4 5 6 70 '
if [ -e "$SIGNET_SOURCE/README.md" ]; then
    is 'README lists them' "$(grep -E '^\| *`?[0-9]+`? *\|' "$SIGNET_SOURCE/README.md" | statuses)" "$codes"
else
    ok 'README lists them, once there is one'
fi
none 'README names only options that exist' \
    "$(readme_options "$SIGNET_SOURCE/README.md" | grep -vxF "${all_options:-none}")"
none 'every manual page is sound' "$(sound_page "$SIGNET_SOURCE/cmd")"

for tool in $tools; do
    folder=$SIGNET_SOURCE/cmd/$tool
    page=$folder/signet-$tool.1
    help=$(all_help "$tool")
    options=$(table_options "$folder" "$SIGNET_SOURCE/cmd/common")
    if [ -e "$page" ]; then
        ok "signet-$tool has a manual page"
        rendered "$page" >page.txt
    else
        not_ok "signet-$tool has a manual page" "expected $page"
        : >page.txt
    fi
    is "signet-$tool --help lists its options" "$(printf '%s\n' "$help" | help_options)" "$options"
    is "signet-$tool(1) explains them" "$(page_options <page.txt)" "$options"
    none "signet-$tool(1) and --help name no others" \
        "$({ cat page.txt && printf '%s\n' "$help"; } | long_options | grep -vxF "${all_options:-none}")"
    is "signet-$tool(1) lists the exit statuses" "$(section 'EXIT STATUS' <page.txt | statuses)" "$codes"
    is "signet-$tool --help has three examples and fits a screen" \
        "$(screens "$tool")" '3 0 1'
done

# The readers of all this, on planted texts.
mkdir tables
cat >tables/x.c <<'C'
static const struct signet_opt_spec options[] = {
    {.id = OPT_A, .short_name = 'a', .name = "alpha", .arg = "FILE", .help = "x"},
    {.id = OPT_B,
     .name = "insecure-beta",
     .help = "y"},
    SIGNET_OPT_COMMON,
};
static const struct verb verbs[] = {{.name = "generate"}};
C
is 'options are read from a table' "$(table_options tables | tr '\n' ' ')" 'alpha insecure-beta '
is 'options are read from --help' \
    "$(printf 'usage: x [--gamma] F\n\n  -a, --alpha FILE  text --delta\n      --beta        x\n' | help_options | tr '\n' ' ')" \
    'alpha beta '
cat >x.1 <<'M'
.\" SPDX-License-Identifier: Apache-2.0
.Dd November 1, 2026
.Dt X 1
.Os
.Sh NAME
.Nm x
.Nd planted
.Sh OPTIONS
.Bl -tag -width Ds
.It Fl a , Fl -alpha Ar FILE
Text that is so long that its second line happens to begin with an option of another, which is
.Fl -gamma .
.It Fl -beta-two
Text.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
Fine, unlike the 9 of others.
.It 70
Fault.
.El
M
rendered x.1 >x.txt
is 'options are read from a page' "$(page_options <x.txt | tr '\n' ' ')" 'alpha beta-two '
is 'mentions are read from a page' "$(long_options <x.txt | tr '\n' ' ')" 'alpha beta-two gamma '
is 'exit statuses are read from a page' "$(section 'EXIT STATUS' <x.txt | statuses | tr '\n' ' ')" '0 70 '
cat >y.1 <<'M'
.TH Y 1
.SH OPTIONS
.TP
.BR \-a ", " \-\-alpha " \fIFILE\fR"
Text with \fB\-\-gamma\fR.
.TP
.B \-\-beta\-two
Text.
.SH "EXIT STATUS"
.TP
.B 0
Fine.
M
rendered y.1 >y.txt
is 'and from one written with man macros' "$(page_options <y.txt | tr '\n' ' ')$(
    section 'EXIT STATUS' <y.txt | statuses)" 'alpha beta-two 0'
is 'exit statuses are read from a README' "$(printf '| 0 | x |\n| `70` | y |\n' | statuses | tr '\n' ' ')" '0 70 '
printf 'Use --alpha.\ncmake --build x\n' >README.md
is 'options are read from a README' "$(readme_options README.md)" 'alpha'
caught 'an unsound page' sound_page cmd/x.1 '.Dd x\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n.Bl -tag\n.It a\n'
