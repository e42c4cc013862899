# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# What the scripts of tests/lint share: tap.sh, which files belong to the project, and which layer
# a file is of. Each check is a function of a root folder that prints its findings; the script
# applies it to the project, and to a small folder with a planted violation of each kind.
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"

# project_files ROOT NAME-PATTERN...: the files whose base names match, without build folders.
project_files()
{
    lint_root=$1
    shift
    [ -d "$lint_root" ] || return 0
    for lint_pattern in "$@"; do
        find "$lint_root" \( -name .git -o -name build -o -name 'build-*' -o -name node_modules \) \
            -prune -o -type f -name "$lint_pattern" -print
    done | sort
}

# plant PATH TEXT: writes a file with a violation into the folder "planted".
plant()
{
    mkdir -p "$(dirname "planted/$1")"
    printf '%b' "$2" >"planted/$1"
}

# caught NAME CHECK PATH TEXT: CHECK finds the text planted at that path, and finds nothing without.
caught()
{
    rm -rf planted
    mkdir planted
    lint_clean=$("$2" planted)
    plant "$3" "$4"
    lint_found=$("$2" planted)
    if [ -n "$lint_clean" ]; then
        not_ok "$1" "found in an empty folder: $lint_clean"
    else
        some "$1" "$lint_found"
    fi
}

# The layer that a public header belongs to. A new header gets a line here.
layer_of_header()
{
    case $1 in
    api.h | buf.h | clock.h | err.h | io.h | jsonout.h | limits.h | span.h | text.h) echo base ;;
    json.h) echo json ;;
    digest.h | key.h) echo crypto ;;
    artifact.h | bind.h | part.h | usage.h) echo artifact ;;
    attest.h | envelope.h | jwk.h | statement.h | trusted_key.h) echo envelope ;;
    policy.h | root.h | trust.h) echo trust ;;
    extract.h | inspect.h | pack.h | report.h | store.h | verify.h) echo verify ;;
    embed.h | endorse.h | reuse.h | seckey.h | sign.h | system.h | timestamp.h) echo sign ;;
    closure.h | environment.h | gate.h | hold.h | probe.h | start.h | verdict.h) echo gate ;;
    esac
}

# Lower ranks may be included by higher ones; equal ranks do not know each other.
rank_of_layer()
{
    case $1 in
    base) echo 0 ;;
    json | crypto) echo 1 ;;
    artifact) echo 2 ;;
    envelope) echo 3 ;;
    trust) echo 4 ;;
    verify) echo 5 ;;
    sign | gate) echo 6 ;;
    esac
}
