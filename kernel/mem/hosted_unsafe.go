//go:build !cairn

package mem

import (
	"fmt"
	"unsafe"

	"cairn/kernel/arch"

	"golang.org/x/sys/unix"
)

// InitHosted gives the allocator size bytes of simulated physical memory, for
// tests on a developer's machine. Physical address 0 is the memory's first
// byte. What was allocated before is gone.
func InitHosted(size int) {
	m, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		panic(fmt.Sprintf("mem: no %d bytes for the simulated memory: %v", size, err))
	}
	arch.DirectMap = uintptr(unsafe.Pointer(&m[0]))
	if !Init([]Range{{0, uint64(size)}}, nil) {
		panic("mem: simulated memory is too small for its own counts")
	}
}
