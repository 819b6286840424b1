#!/bin/sh
# Creates the files of a TLS server for the tests: OUTDIR/ca.pem to trust, and OUTDIR/server.pem and OUTDIR/server.key
# for localhost and 127.0.0.1. Valid for one day.
#
# usage: make_certs.sh OUTDIR
set -eu

[ $# -eq 1 ] || { echo "usage: make_certs.sh OUTDIR" >&2; exit 2; }
mkdir -p "$1"
cd "$1"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "/CN=palabra test authority" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign" \
    -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
    -keyout server.key -out server.csr 2>/dev/null
cat > server.ext <<EXT
basicConstraints=critical,CA:FALSE
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,IP:127.0.0.1
EXT
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile server.ext \
    -out server.pem 2>/dev/null
rm -f ca.key ca.srl server.csr server.ext
