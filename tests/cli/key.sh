#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# signet-key without a terminal: generate, show, passwd, each mistake and each failing file. OpenSSL
# and OpenSSH read what is written and say what it is.
# shellcheck disable=SC2016 # the inner shells expand
# shellcheck source=tests/common/tap.sh
. "${0%/*}/../common/tap.sh"
plan 174
version=$(sed -n 's/^project(signet VERSION \([0-9.]*\).*/\1/p' "$SIGNET_SOURCE/CMakeLists.txt")

# refused NAME STATUS TEXT COMMAND...: that status, nothing on stdout, TEXT as the whole stderr.
refused()
{
    refused_name=$1 refused_status=$2 refused_text=$3
    shift 3
    check_exit "$refused_name" "$refused_status" out= "$@"
    also "$refused_name: the text" "err=signet-key: $refused_text"
}

# mistake NAME TEXT COMMAND...: a mistake on the command line; the text points to --help.
mistake()
{
    mistake_name=$1 mistake_text=$2
    shift 2
    refused "$mistake_name" 2 "$mistake_text
  see signet-key --help" "$@"
}

# modes FILE...: their permissions.
modes()
{
    stat -c %a "$@" | tr '\n' ' '
}

# No terminal: setsid makes a session without one, whoever runs the tests.
alone()
{
    setsid --wait "$@"
}

# generate.
umask 022
check_exit 'a plain key' 0 'err=signet-key: wrote plain.key, to be kept secret, and plain.pub, to be given away
signet-key: plain.key has no passphrase; whoever reads it can sign' \
    signet-key generate --no-passphrase -o plain
fingerprint=$(cat "$tap_out")
is 'a plain key: two files, nothing else' "$(ls -A)" 'plain.key
plain.pub'
is 'a plain key: their modes' "$(modes plain.key plain.pub)" '600 644 '
is 'a plain key: OpenSSL reads the secret half and derives the public one' \
    "$(openssl pkey -in plain.key -pubout)" "$(cat plain.pub)"
is 'a plain key: OpenSSL calls it Ed25519' "$(openssl pkey -in plain.key -noout -text | head -n 1)" \
    'ED25519 Private-Key:'
signet-key show --as ssh plain.pub >plain.ssh
is 'a plain key: the fingerprint is that of ssh-keygen' "$fingerprint" \
    "$(ssh-keygen -lf plain.ssh | cut -d' ' -f2)"
check_exit 'another key' 0 err= signet-key generate -q --no-passphrase --output=other
if [ "$(cat "$tap_out")" != "$fingerprint" ]; then
    ok 'another key is another key'
else
    not_ok 'another key is another key' "$fingerprint twice"
fi
umask 000
check_exit 'a key under a careless umask' 0 err= signet-key generate -q --no-passphrase -o careless
is 'a key under a careless umask: the modes' "$(modes careless.key careless.pub)" '600 644 '
umask 077
check_exit 'a key under a strict umask' 0 err= signet-key generate -q --no-passphrase -o strict
is 'a key under a strict umask: the modes' "$(modes strict.key strict.pub)" '600 600 '
umask 022
mkdir folder
(cd folder && signet-key generate -q --no-passphrase >/dev/null)
is 'the default name' "$(ls -A folder)" 'signet.key
signet.pub'
rm -r folder other.* careless.* strict.*

printf 'correct horse\n' >pass
chmod 600 pass
check_exit 'an encrypted key' 0 'err=signet-key: wrote sealed.key, to be kept secret, and sealed.pub, to be given away' \
    signet-key generate -o sealed --passphrase-file pass
is 'an encrypted key: its label' "$(head -n 1 sealed.key)" '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----'
is 'an encrypted key: scrypt with the parameters of the contract' \
    "$(sed '1d;$d' sealed.key | base64 -d | jq -cS '[.kdf.name, .kdf.params]')" \
    '["scrypt",{"N":65536,"p":1,"r":8}]'
sealed=$(cat "$tap_out")
check_exit 'its passphrase opens it' 0 "out=$sealed" signet-key show --passphrase-file pass sealed.key
check_exit 'the public file is its own' 0 "out=$sealed" signet-key show sealed.pub
printf 'correct horsf\n' >wrong
chmod 600 wrong
check_exit 'another passphrase does not open it' 3 'err~sealed.key: ' \
    signet-key show --passphrase-file wrong sealed.key
also 'another passphrase: nothing is printed' out=

# Where a passphrase may come from, and what is one.
check_exit 'from a descriptor' 0 "out=$sealed" \
    sh -c 'exec signet-key show --passphrase-fd 3 sealed.key 3<pass'
tap_in=pass
check_exit 'from standard input by number' 0 "out=$sealed" signet-key show --passphrase-fd 0 sealed.key
check_exit 'from standard input by dash' 0 "out=$sealed" signet-key show --passphrase-file - sealed.key
tap_in=
check_exit 'from the environment' 0 "out=$sealed" \
    env SIGNET_PASSPHRASE='correct horse' signet-key show sealed.key
check_exit 'from a FIFO' 0 "out=$sealed" \
    sh -c 'mkfifo f; cat pass >f & signet-key show --passphrase-file f sealed.key; rm f'
check_exit 'an option wins over the environment' 0 "out=$sealed" \
    env SIGNET_PASSPHRASE=wrong signet-key show --passphrase-file pass sealed.key
check_exit 'the environment is named in the report' 0 'out~"environment":["SIGNET_PASSPHRASE"]' \
    env SIGNET_PASSPHRASE='correct horse' signet-key show --json sealed.key
check_exit 'but not if an option won' 0 'out~"environment":[]' \
    env SIGNET_PASSPHRASE=wrong signet-key show --json --passphrase-file pass sealed.key
for ending in '' '\n' '\r\n'; do
    # shellcheck disable=SC2059 # the endings are escapes
    printf "correct horse$ending" >ended
    chmod 600 ended
    check_exit "a file that ends with \"$ending\"" 0 "out=$sealed" \
        signet-key show --passphrase-file ended sealed.key
done
printf 'correct horse\nmore\n' >two
chmod 600 two
refused 'a line too many' 3 'option --passphrase-file: expected fewer lines than it holds' \
    signet-key show --passphrase-file two sealed.key
printf 'correct horse\n\n' >ended
refused 'an empty line too many' 3 'option --passphrase-file: expected fewer lines than it holds' \
    signet-key show --passphrase-file ended sealed.key
: >ended
refused 'an empty passphrase' 3 'option --passphrase-file: the passphrase is empty' \
    signet-key generate -o new --passphrase-file ended
head -c 1024 /dev/zero | tr '\0' x >ended
check_exit 'the longest passphrase' 0 err= signet-key generate -q -o long --passphrase-file ended
check_exit 'the longest passphrase opens it' 0 err= signet-key show --passphrase-file ended long.key
rm long.*
printf x >>ended
refused 'a passphrase that is too long' 3 \
    'option --passphrase-file: a passphrase of more than 1024 bytes' \
    signet-key generate -o new --passphrase-file ended
head -c 5000 /dev/zero >ended
check_exit 'a file that is no passphrase' 3 'err~option --passphrase-file' \
    signet-key generate -o new --passphrase-file ended
rm ended
chmod 644 pass
check_exit 'a passphrase that others may read' 0 \
    'err=signet-key: pass: others than its owner may use this file; chmod 600 ends that' \
    signet-key show --passphrase-file pass sealed.key
chmod 600 pass
refused 'a passphrase file that is missing' 3 'none: cannot open: No such file or directory' \
    signet-key show --passphrase-file none sealed.key
check_exit 'a passphrase file that is a directory' 3 'err~Is a directory' \
    signet-key show --passphrase-file . sealed.key
mistake 'a descriptor that is closed' 'option --passphrase-fd: descriptor 9 is not open' \
    signet-key show --passphrase-fd 9 sealed.key
mistake 'a descriptor that is no number' 'option --passphrase-fd: expected a number, found "x"' \
    signet-key show --passphrase-fd x sealed.key
mistake 'both options' 'options --passphrase-file and --passphrase-fd exclude each other' \
    signet-key show --passphrase-fd 0 --passphrase-file pass sealed.key
mistake 'a passphrase and none' 'options --passphrase-file and --no-passphrase exclude each other' \
    signet-key generate -o new --no-passphrase --passphrase-file pass
hint='pass --passphrase-file FILE or --passphrase-fd N, or set SIGNET_PASSPHRASE'
refused 'no terminal to ask for a passphrase' 2 \
    "sealed.key: its passphrase is needed and there is no terminal to ask at
  $hint" alone signet-key show sealed.key
refused 'no terminal to ask for a new passphrase' 2 \
    "new.key: a new passphrase is needed and there is no terminal to ask at
  $hint; --no-passphrase does without" alone signet-key generate -o new
check_exit 'an empty variable is none' 2 'err~there is no terminal' \
    alone env SIGNET_PASSPHRASE= signet-key show sealed.key

# Files that exist.
refused 'a secret key that exists' 3 'plain.key: exists
  --force replaces both files; a key that is replaced is gone' \
    signet-key generate --no-passphrase -o plain
mv plain.key kept
refused 'a public key that exists' 3 'plain.pub: exists
  --force replaces both files; a key that is replaced is gone' \
    signet-key generate --no-passphrase -o plain
mv kept plain.key
ln -s nowhere dangling.pub
check_exit 'a public key that is a dangling link' 3 'err~dangling.pub: exists' \
    signet-key generate --no-passphrase -o dangling
rm dangling.pub
refused 'it is said before a passphrase is asked for' 3 'plain.key: exists
  --force replaces both files; a key that is replaced is gone' alone signet-key generate -o plain
cp plain.key forced.key
cp plain.pub forced.pub
chmod 666 forced.*
check_exit '--force replaces' 0 err= signet-key generate -q --no-passphrase --force -o forced
forced=$(cat "$tap_out")
check_exit '--force: the new pair' 0 "out=$forced" signet-key show forced.pub
is '--force: the modes of new files' "$(modes forced.key forced.pub)" '600 644 '
rm forced.*
mkdir new.pub
check_exit 'a public path that is a directory: no secret key stays' 2 'err~new.pub: ' \
    signet-key generate --no-passphrase --force -o new
rmdir new.pub
refused 'a missing folder' 3 'none/x.key: cannot open its folder: No such file or directory' \
    signet-key generate --no-passphrase -o none/x
mistake 'a base with .key' 'option --output: expected BASE without .key or .pub, which are added' \
    signet-key generate --no-passphrase -o new.key
mistake 'a base with .pub' 'option --output: expected BASE without .key or .pub, which are added' \
    signet-key generate --no-passphrase -o new.pub
mistake 'a base that is a folder' 'option --output: expected BASE, to write BASE.key and BASE.pub' \
    signet-key generate --no-passphrase -o new/
mistake 'a base that is a stream' 'option --output: expected BASE, to write BASE.key and BASE.pub' \
    signet-key generate --no-passphrase -o -

# show.
check_exit 'show: fingerprint by default' 0 "out=$fingerprint" signet-key show plain.pub
check_exit 'show --as fingerprint' 0 "out=$fingerprint" signet-key show --as fingerprint plain.key
check_exit 'show --as pem' 0 "out=$(cat plain.pub)" signet-key show --as=pem plain.key
check_exit 'show --as raw' 0 err= signet-key show --as raw plain.pub
openssl pkey -pubin -in plain.pub -outform DER | tail -c 32 >raw
same_bytes 'show --as raw: the bytes of OpenSSL' "$tap_out" raw
check_exit 'show --as jwk' 0 err= signet-key show --as jwk plain.pub
is 'show --as jwk: RFC 8037' "$(jq -cS . "$tap_out")" \
    "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"$(base64 raw | tr '+/' '-_' | tr -d '=')\"}"
check_exit 'show --as ssh' 0 "out=$(cat plain.ssh)" signet-key show --as ssh plain.key
openssl pkey -pubin -in plain.pub -outform DER -out plain.der
check_exit 'show reads DER' 0 "out=$fingerprint" signet-key show plain.der
openssl pkey -in plain.key -outform DER -out secret.der
chmod 600 secret.der
check_exit 'show reads secret DER' 0 "out=$fingerprint" signet-key show secret.der
openssl genpkey -algorithm ed25519 -out theirs.key 2>/dev/null
chmod 600 theirs.key
check_exit 'show reads the key of OpenSSL' 0 "out=$(openssl pkey -in theirs.key -pubout)" \
    signet-key show --as pem theirs.key
tap_in=plain.pub
check_exit 'show reads standard input' 0 "out=$fingerprint" signet-key show -
tap_in=
check_exit 'show --json' 0 err= signet-key show --json --as raw plain.key
is 'show --json: its members' \
    "$(jq -cS 'del(.version)' "$tap_out")" \
    "{\"algorithm\":\"ed25519\",\"encrypted\":false,\"environment\":[],\"errors\":[],\"fingerprint\":\"$fingerprint\",\"form\":\"raw\",\"kind\":\"secret\",\"path\":\"plain.key\",\"result\":\"pass\",\"schema\":\"signet-key/1\",\"tool\":\"signet-key\",\"value\":\"$(od -An -v -tx1 raw | tr -d ' \n')\"}"
chmod 640 plain.key
check_exit 'a secret key that others may read' 0 \
    'err=signet-key: plain.key: others than its owner may use this file; chmod 600 ends that' \
    signet-key show plain.key
chmod 600 plain.key
refused 'a missing key' 3 'none: cannot open: No such file or directory' signet-key show none
mkfifo pipe
refused 'a FIFO' 3 'pipe: expected a regular file' timeout 10 signet-key show pipe
refused 'a directory' 3 '.: expected a regular file' signet-key show .
refused 'a device' 3 '/dev/zero: expected a regular file' timeout 10 signet-key show /dev/zero
rm pipe
check_exit 'what is no key' 3 'err~pass: ' signet-key show pass
check_exit 'an empty file' 3 'err~/dev/fd/3: ' sh -c 'exec signet-key show /dev/fd/3 3</dev/null'
# Public keys of other types, of which signet makes no signatures: named and written as others do.
types=$SIGNET_SOURCE/tests/vectors/crypto/signatures
for key in p256-a:ECDSA:ecdsa-p256 p384-a:ECDSA:ecdsa-p384 p521-a:ECDSA:ecdsa-p521 rsa-odd:RSA:rsa; do
    algorithm=${key##*:} key=${key%%:*}
    ssh-keygen -i -m PKCS8 -f "$types/$key.pem" >theirs.ssh
    check_exit "$key: its fingerprint" 0 "out=$(ssh-keygen -lf theirs.ssh | cut -d' ' -f2)" \
        signet-key show "$types/$key.pem"
    check_exit "$key: --as ssh" 0 "out=$(cat theirs.ssh)" signet-key show --as ssh "$types/$key.pem"
    check_exit "$key: --as pem" 0 "out=$(cat "$types/$key.pem")" \
        signet-key show --as pem "$types/$key.pem"
    is "$key: --json" "$(signet-key show --json --as raw "$types/$key.pem" | jq -r '.algorithm, .value')" \
        "$algorithm
$(openssl pkey -pubin -in "$types/$key.pem" -outform DER | tail -c "$(
            signet-key show --as raw "$types/$key.pem" | wc -c
        )" | od -An -v -tx1 | tr -d ' \n')"
done
is 'rsa-8192: --as jwk has its modulus' "$(
    signet-key show --as jwk "${types%/*}/spki/rsa-8192.pem" | jq -r .n | tr -d '\n' | wc -c
)" 1366
check_exit 'an RSA key that is too short' 3 \
    'err~rsa-1024.pem: expected an RSA key of 2048 to 8192 bits, found one of 1024 bits' \
    signet-key show "${types%/*}/spki/rsa-1024.pem"
openssl genpkey -algorithm rsa -out rsa.key 2>/dev/null
chmod 600 rsa.key
check_exit 'an RSA key' 3 'err~rsa.key: ' signet-key show rsa.key
head -c 70000 /dev/zero >huge
check_exit 'a file that is too big for a key' 3 'err~huge: ' signet-key show huge
rm huge rsa.key
mistake 'show without a file' 'expected a key FILE, found nothing' signet-key show
mistake 'show with two files' 'expected no more operands, found "plain.pub"' \
    signet-key show plain.pub plain.pub
mistake 'an unknown form' 'option --as: expected fingerprint, pem, ssh, jwk or raw, found "der"' \
    signet-key show --as der plain.pub

# passwd.
cp sealed.key changed.key
printf 'correct horse\nbattery staple\n' >change
chmod 600 change
check_exit 'passwd' 0 'err=signet-key: changed.key: written under the new passphrase' \
    signet-key passwd --passphrase-file change changed.key
is 'passwd: the mode' "$(modes changed.key)" '600 '
printf 'battery staple\n' >new
chmod 600 new
check_exit 'passwd: the new passphrase opens it' 0 "out=$sealed" \
    signet-key show --passphrase-file new changed.key
check_exit 'passwd: the old one does not' 3 out= signet-key show --passphrase-file pass changed.key
check_exit 'passwd: a wrong passphrase changes nothing' 3 'err~changed.key: ' \
    signet-key passwd --passphrase-file change changed.key
check_exit 'passwd --no-passphrase' 0 \
    'err=signet-key: changed.key: written without a passphrase; whoever reads it can sign' \
    signet-key passwd --no-passphrase --passphrase-file new changed.key
is 'passwd --no-passphrase: OpenSSL reads it' "$(openssl pkey -in changed.key -pubout)" "$(cat sealed.pub)"
check_exit 'passwd of a plain key' 0 err= signet-key passwd -q --passphrase-file pass changed.key
check_exit 'passwd of a plain key: the passphrase opens it' 0 "out=$sealed" \
    signet-key show --passphrase-file pass changed.key
check_exit 'passwd --json' 0 'out~"encrypted":true' \
    signet-key passwd --json --passphrase-file change changed.key
refused 'passwd with one line and no terminal' 2 \
    "sealed.key: a new passphrase is needed and there is no terminal to ask at
  $hint; --no-passphrase does without" \
    alone signet-key passwd --passphrase-file pass sealed.key
printf 'correct horse\na\nb\n' >three
chmod 600 three
refused 'passwd with three lines' 3 'option --passphrase-file: expected fewer lines than it holds' \
    signet-key passwd --passphrase-file three sealed.key
ln -s sealed.key link.key
refused 'passwd of a link' 3 'link.key: is a link; name the key file itself' \
    signet-key passwd --passphrase-file change link.key
refused 'passwd of a public key' 3 'sealed.pub: expected a secret key, found a public one' \
    signet-key passwd --passphrase-file change sealed.pub
mistake 'passwd of standard input' 'passwd: expected a key FILE that can be replaced, found "-"' \
    signet-key passwd -
refused 'passwd of a missing key' 3 'none: cannot open: No such file or directory' \
    signet-key passwd --passphrase-file change none

# Mistakes with verbs, and the options of every tool.
mistake 'no verb' 'expected generate, show, passwd or, before all options, root, found nothing' signet-key
mistake 'an unknown verb' 'expected generate, show, passwd or, before all options, root, found "sign"' signet-key sign
mistake 'generate with an operand' 'expected no more operands, found "x"' signet-key generate x
mistake 'an option of another verb' 'option --force does not go with "show"' \
    signet-key show --force plain.pub
mistake 'another one' 'option --as does not go with "generate"' signet-key generate --as pem
mistake 'a misspelt option' 'unknown option --no-pasphrase; the nearest one is --no-passphrase' \
    signet-key generate --no-pasphrase
check_exit '--version' 0 "out=signet-key $version" signet-key --version
check_exit '--help' 0 'out~usage: signet-key generate' signet-key --help
is '--help fits 80 columns and 40 lines' \
    "$(awk 'length($0) > 80 { wide++ } END { print wide + 0, (NR <= 40) }' "$tap_out")" '0 1'
check_exit '--json on a failure' 3 'out~"result":"error","path":"none"' signet-key show --json none

# Failing outputs.
check_exit 'a full standard output' 3 'err~standard output: cannot write: No space left on device' \
    sh -c 'exec signet-key show plain.pub >/dev/full'
disk=$tap_dir/disk
mkdir "$disk"
check_exit 'a full disk leaves no half of a pair' 3 'err~cannot write: No space left on device' \
    unshare -m sh -c 'mount -t tmpfs -o size=4k none "$0" && cd "$0" || exit 90
        signet-key generate --no-passphrase -o new; status=$?; ls -A; exit $status' "$disk"
also 'a full disk: nothing is there' out=

# Nothing secret is printed: neither a passphrase nor the secret half, in any of these ways.
openssl pkey -in plain.key -outform DER | tail -c 32 | base64 | cut -c 1-40 >secrets
printf 'correct horse\n' >>secrets
env SIGNET_PASSPHRASE='correct horse' signet-key show -v --json sealed.key >said 2>&1
signet-key show -v --json plain.key >>said 2>&1
signet-key passwd -v --json --passphrase-file wrong sealed.key >>said 2>&1
none 'nothing secret is printed' "$(grep -F -f secrets said)"
some 'what was printed is not nothing' "$(grep -F "$fingerprint" said)"
