#!/bin/sh
# Unpacks the Kconfig files of Debian's Linux sources and Linux's own conf program
# into a directory outside the repository (about 30 MB; the download is 140 MB),
# and prints the settings with which the optional tests of this package use them:
#
#     eval "$(build/kconfig/fetchtree.sh ~/.cache/cairn-kconfig)"
#     go test ./build/kconfig
#
# Needs a Debian system with apt-get and dpkg.
set -eu

version=${LINUX_VERSION:-6.1}
dir=${1:?usage: fetchtree.sh DIRECTORY}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
conf="$dir/usr/lib/linux-kbuild-$version/scripts/kconfig/conf"

if [ ! -e "$dir/linux/Kconfig" ] || [ ! -x "$conf" ]; then
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	(
		cd "$tmp"
		apt-get download "linux-source-$version" "linux-kbuild-$version" >&2
		dpkg -x linux-kbuild-*.deb "$dir"
		dpkg -x linux-source-*.deb .
		mkdir -p "$dir/linux"
		tar -xf usr/src/linux-source-*.tar.* -C "$dir/linux" --strip-components=1 \
			--wildcards '*/Kconfig*' '*/scripts/*'
	)
fi

echo "export CAIRN_KCONFIG_TREE='$dir/linux'"
echo "export CAIRN_KCONFIG_CONF='$conf'"
