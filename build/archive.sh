#!/usr/bin/env bash
# Makes target/replicator-VERSION.tar.gz: the server as it is installed (docs/OPERATIONS.md), to be unpacked anywhere.
# Builds it first, without running tests.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

mvn -q -B -ntp -DskipTests -pl replicator-server -am package >&2
jars=(replicator-server/target/replicator-server-*.jar)
name=replicator-${jars[0]#replicator-server/target/replicator-server-}
name=${name%.jar}

staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
mkdir -p "$staged/$name/lib" target
rm -f target/replicator-*.tar.gz
cp -R bin dist docs README.md CHANGELOG.md LICENSE "$staged/$name/"
cp "${jars[0]}" replicator-server/target/lib/*.jar "$staged/$name/lib/"
# Most of it is compressed already: a harder try would take longer for nothing.
tar -C "$staged" -cf - "$name" | gzip -1 >"target/$name.tar.gz"
echo "target/$name.tar.gz"
