// Package cairn carries the kernel's source code, so that the cairn command can
// build kernels wherever it is installed. What the command does is in
// cairn/cmd/cairn; how the kernel is made of libraries is in ARCHITECTURE.md.
package cairn

import "embed"

// Source holds the module files and the packages that kernels are built from,
// under the names that they have in the source tree.
//
//go:embed go.mod go.sum kernel image
var Source embed.FS
