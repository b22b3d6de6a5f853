//go:build !cairn

package arch

// OnMetal says that this is a kernel: the code runs on a bare machine.
const OnMetal = false

// DirectMap is the address at which the simulated physical memory begins.
// mem.InitHosted sets it.
var DirectMap uintptr
