package vdso

// codePCs returns where the functions are in the kernel's text: the first, the end of the last, and each.
func codePCs() (start, end uintptr, entries [numFunctions]uintptr)
