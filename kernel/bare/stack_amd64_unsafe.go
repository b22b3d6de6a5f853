//go:build cairn

package bare

import (
	"unsafe"

	"cairn/kernel/boot"
)

var (
	kernelName = [...]byte{'c', 'a', 'i', 'r', 'n', 0}
	random     [16]byte
	// environment holds the strings of envp.
	environment [256]byte
)

// Auxiliary vector entries (getauxval(3)).
const (
	atPageSize    = 6
	atRandom      = 25
	atSysinfoEHdr = 33
)

// buildInitialStack writes what the Go runtime finds on its stack when it starts:
// argc, argv, envp and the auxiliary vector, as Linux leaves them (System V ABI,
// AMD64 supplement, section 3.4.1). They are the top of the boot stack, which becomes
// the stack of the runtime's first thread.
func buildInitialStack() {
	arguments := (*[(bootStackSize - argumentsOffset) / 8]uintptr)(unsafe.Pointer(&bootStack[argumentsOffset]))
	for i := range random {
		random[i] = byte(randomWord())
	}
	n := 0
	push := func(v uintptr) { arguments[n] = v; n++ }
	push(1)
	push(uintptr(unsafe.Pointer(&kernelName)))
	push(0)
	used := 0
	setenv := func(name string, value uint64) {
		push(uintptr(unsafe.Pointer(&environment[used])))
		used += copy(environment[used:], name)
		used += putDecimal(environment[used:], value)
		used++
	}
	setenv("GOMEMLIMIT=", boot.Machine.MemorySize()/memoryShare)
	push(0)
	push(atPageSize)
	push(4096)
	push(atRandom)
	push(uintptr(unsafe.Pointer(&random)))
	push(atSysinfoEHdr)
	push(mapVDSO())
	push(0)
	push(0)
}

// memoryShare is the part of memory above which the kernel's own heap is
// collected as hard as can be: one in so many.
const memoryShare = 4

func putDecimal(b []byte, v uint64) int {
	n := 1
	for rest := v; rest >= 10; rest /= 10 {
		n++
	}
	for i := n - 1; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return n
}
