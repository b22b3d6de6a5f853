// Package kconfig reads option trees written in the Kconfig language, solves
// them as Linux does, and reads and writes .config and defconfig files.
//
// # Language
//
// The language is that of Linux's Documentation/kbuild/kconfig-language.rst and
// kconfig-macro-language.rst: config, menuconfig, choice, menu, comment, if,
// source and mainmenu; the types bool, tristate, int, hex and string; prompts,
// defaults, depends on, select, imply, range, visible if and help; variables
// and the functions $(info,…), $(warning-if,…), $(error-if,…), $(filename),
// $(lineno) and, where the caller allows it, $(shell,…). Three statements come
// from Kconfiglib: rsource (relative to the file that says it), osource (no
// error when the file is missing) and orsource (both). All four accept the
// patterns of [path.Match]; files are read in sorted order.
//
// Older trees are understood too: option env="NAME", ---help--- and unquoted
// file names.
//
// There are no loadable modules. Without [Options].Modules, m is an error
// wherever it is written; with it, m means what it means to Linux when
// CONFIG_MODULES is n, which is how Linux's own tree can be read.
//
// # Solver
//
// [Load] gives a [Tree], which never changes afterwards. [Tree.NewConfig] gives
// a [Config]: what the user asked for, and the value of every symbol that
// follows from it. The rules are Linux's:
//
//   - A symbol is visible when one of its prompts is, and a prompt is visible
//     when its condition, the symbol's dependencies and those of every menu
//     and if block around it hold.
//   - The user's value counts only while the symbol is visible. Otherwise the
//     first default whose condition holds counts, or what an imply says.
//   - select raises a symbol whatever its dependencies say.
//   - A range confines int and hex values.
//   - Of a visible choice exactly one member is y.
//
// Linux stays silent, or only warns, where a wish cannot be met. Here
// [Config.Set], [Config.Apply] and [Config.Check] return errors that name the
// whole chain of reasons, and [Config.Explain] says why a symbol has its value.
// Dependency loops are found by Load, which names every link.
//
// # Files
//
// [Config.ReadDotConfig] reads .config and defconfig files (the formats are the
// same). [Config.WriteDotConfig] and [Config.WriteDefconfig] write what Linux's
// conf --olddefconfig and conf --savedefconfig write for the same tree and
// input, byte for byte.
package kconfig
