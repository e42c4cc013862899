#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Who may include whom: nothing in lib/ points up, each third-party header has one home, cmd/ knows
# the public headers only, and the signature check is called in one place.
# shellcheck source=tests/common/lint.sh
. "${0%/*}/../common/lint.sh"
plan 24

standard=' assert.h ctype.h errno.h float.h inttypes.h limits.h locale.h math.h signal.h
    stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h time.h dirent.h
    fcntl.h fnmatch.h getopt.h langinfo.h poll.h sched.h strings.h termios.h unistd.h sys/ioctl.h sys/mman.h
    sys/personality.h sys/random.h sys/resource.h sys/sendfile.h sys/socket.h sys/stat.h sys/statfs.h
    sys/statvfs.h sys/syscall.h sys/time.h sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/wait.h '

# includes ROOT FOLDER: "file line header" for each include, header with its <> or "".
includes()
{
    project_files "$1/$2" '*.[ch]' | while read -r file; do
        sed -n 's,^[ \t]*#[ \t]*include[ \t]*\([<"][^>"]*[>"]\).*,'"${file#"$1"/}"' \1,p' "$file"
    done
}

# may_include FILE HEADER: whether the header is of C or POSIX, or at home in that file.
may_include()
{
    case $2 in
    '<sodium.h>') case $1 in lib/crypto/* | lib/sign/*) return ;; esac ;;
    '<openssl/'*)
        case $1 in
        lib/crypto/openssl_table.h | lib/crypto/openssl.c | lib/crypto/openssl_keys.c) return ;;
        lib/sign/keyfile*.c) return ;;
        esac
        ;;
    '<cJSON.h>' | '<cjson/cJSON.h>') case $1 in lib/json/doc.c) return ;; esac ;;
    '<archive.h>' | '<archive_entry.h>') case $1 in lib/artifact/tree_archive.c) return ;; esac ;;
    '<isa-l/crc.h>') case $1 in lib/artifact/crc32.c) return ;; esac ;;
    '<pthread.h>') case $1 in lib/base/pool.c) return ;; esac ;;
    '<dlfcn.h>') case $1 in lib/base/dl.c) return ;; esac ;;
    '<sys/auxv.h>') case $1 in lib/crypto/sha256_arm.c | cmd/common/*) return ;; esac ;;
    '<sys/signalfd.h>') case $1 in cmd/common/*) return ;; esac ;;
    '<cpuid.h>') case $1 in lib/crypto/sha256_x86.c | lib/gate/loader_machine.c) return ;; esac ;;
    '<immintrin.h>') case $1 in lib/crypto/sha256_x86.c) return ;; esac ;;
    '<arm_neon.h>') case $1 in lib/crypto/sha256_arm.c) return ;; esac ;;
    '<sys/prctl.h>') case $1 in lib/gate/* | cmd/enforce/keep.c) return ;; esac ;;
    '<linux/openat2.h>') case $1 in lib/base/fd.c) return ;; esac ;;
    '<linux/'*) case $1 in lib/gate/*) return ;; esac ;;
    *)
        name=${2#<}
        case $standard in *[[:space:]]"${name%>}"[[:space:]]*) return ;; esac
        ;;
    esac
    return 1
}

check_lib()
{
    includes "$1" lib | while read -r file header; do
        layer=${file#lib/}
        layer=${layer%%/*}
        rank=$(rank_of_layer "$layer")
        case $header in
        '<signet/'*)
            name=${header#<signet/}
            target=$(layer_of_header "${name%>}")
            ;;
        '"'*)
            target=${header#\"}
            target=${target%%/*}
            ;;
        *)
            may_include "$file" "$header" || printf '%s: %s is not at home here\n' "$file" "$header"
            continue
            ;;
        esac
        other=$(rank_of_layer "$target")
        if [ -z "$rank" ] || [ -z "$other" ]; then
            printf '%s: %s: no layer is known for it\n' "$file" "$header"
        elif [ "$layer" != "$target" ] && [ "$rank" -le "$other" ]; then
            printf '%s: %s: %s may not include %s\n' "$file" "$header" "$layer" "$target"
        fi
    done
}

check_public()
{
    includes "$1" include/signet | while read -r file header; do
        case $header in
        '<signet/'* | '<stdbool.h>' | '<stddef.h>' | '<stdint.h>' | '<stdarg.h>' | '<string.h>') ;;
        *) printf '%s: %s is not public\n' "$file" "$header" ;;
        esac
    done
    project_files "$1/include/signet" '*.h' | while read -r file; do
        [ "${file##*/}" = signet.h ] || [ -n "$(layer_of_header "${file##*/}")" ] ||
            printf '%s: no layer is known for it\n' "$file"
    done
}

check_cmd()
{
    includes "$1" cmd | while read -r file header; do
        case $header in
        '<signet/'*) continue ;;
        '<linux/'*) ;;
        '<'*) may_include "$file" "$header" && continue ;;
        '"'*)
            name=${header#\"}
            name=${name%\"}
            case $name in
            common/*) continue ;;
            */*) [ "cmd/${name%%/*}" = "${file%/*}" ] && [ -e "$1/cmd/$name" ] && continue ;;
            *) [ -e "$1/${file%/*}/$name" ] && continue ;;
            esac
            ;;
        esac
        printf '%s: %s: cmd includes <signet/...>, "common/..." and its own folder\n' "$file" "$header"
    done
}

# The folders that refer to the signature check, but for its own, signers.c and sign/.
check_sigcheck()
{
    project_files "$1" '*.[ch]' | xargs -r grep -nE 'signet_sigcheck(_|\b)' |
        sed "s,^$1/,," | grep -Ev '^(lib/crypto/|lib/envelope/signers\.c:|lib/sign/|tests/)'
}

# An exception to the rule of one home that came in by a .cc, a .inc or the like.
check_kinds()
{
    find "$1/lib" "$1/include" "$1/cmd" -type f 2>/dev/null |
        grep -Ev '\.(c|h|md|c\.in|cmake|cmake\.in|pc\.in|def|[17])$|/CMakeLists\.txt$'
}

none 'lib/ points down only' "$(check_lib "$SIGNET_SOURCE")"
none 'public headers include public headers' "$(check_public "$SIGNET_SOURCE")"
none 'cmd/ includes public headers and its own' "$(check_cmd "$SIGNET_SOURCE")"
none 'the signature check has one caller' "$(check_sigcheck "$SIGNET_SOURCE")"
none 'only the kinds of files that are checked' "$(check_kinds "$SIGNET_SOURCE")"

caught 'json knowing crypto' check_lib lib/json/x.c '#include "crypto/sigcheck.h"\n'
caught 'crypto knowing json by a public header' check_lib lib/crypto/x.c '#include <signet/json.h>\n'
caught 'a layer pointing up' check_lib lib/base/x.h '  #  include "verify/evidence.h"\n'
caught 'a secret key below sign' check_lib lib/verify/x.c '#include <signet/seckey.h>\n'
caught 'an unknown layer' check_lib lib/new/x.c '#include "base/fd.h"\n'
caught 'sodium.h in envelope' check_lib lib/envelope/x.c '#include <sodium.h>\n'
caught 'openssl in crypto/digest.c' check_lib lib/crypto/digest.c '#include <openssl/evp.h>\n'
caught 'cJSON.h outside of json/doc.c' check_lib lib/json/read.c '#include <cJSON.h>\n'
caught 'pthread.h outside of base/pool.c' check_lib lib/base/fd.c '#include <pthread.h>\n'
caught 'instructions of x86 outside of crypto/sha256_x86.c' check_lib lib/crypto/sha256.c '#include <immintrin.h>\n'
caught 'instructions of ARM there' check_lib lib/crypto/sha256_x86.c '#include <arm_neon.h>\n'
caught 'a header nobody knows' check_lib lib/base/x.c '#include <zlib.h>\n'
caught 'a private header in a public one' check_public include/signet/key.h '#include "base/fd.h"\n'
caught 'a public header without a layer' check_public include/signet/new.h '\n'
caught 'a private header in cmd' check_cmd cmd/sign/main.c '#include "base/fd.h"\n'
caught 'another tool in cmd' check_cmd cmd/sign/main.c '#include "../key/x.h"\n'
caught 'sodium.h in cmd' check_cmd cmd/key/main.c '#include <sodium.h>\n'
caught 'a second caller of the signature check' check_sigcheck lib/envelope/dsse.c \
    '    rc = signet_sigcheck(key, alg, m, s);\n'
caught 'C in a file of another name' check_kinds lib/json/x.inc 'int x;\n'
