// Package build makes kernel images from the source code that the cairn command
// carries, with nothing but the stock Go toolchain.
//
// [Kernel] extracts the source to the user's cache directory, compiles the main
// package of a [Config], packs the result (package image) and keeps it, so that
// the next call with the same inputs only looks it up. The inputs are the source
// code (that of the packer included), the configuration and the Go version,
// which is the one in go.mod. The same inputs give the same bytes on any host.
//
// The cache is $XDG_CACHE_HOME/cairn, by default ~/.cache/cairn:
//
//	src-HASH/          extracted source code
//	kernel-HASH        kernel images
//	lock               taken while building
//
// Files are written under a temporary name and renamed, so a reader finds all of
// a file or nothing. Several processes may build at once; one compiles while the
// others wait. What was not used for [keep] is removed after a build. It is
// always safe to delete the directory.
package build
