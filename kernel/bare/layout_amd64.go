//go:build cairn

package bare

// The kernel's half of the address space. Each region has top-level entries of
// its own, filled in before the first address space is made, so that all address
// spaces share what lies below.
const (
	// The memory that the Go runtime maps: its heap and its own tables. Pages
	// appear when they are touched.
	heapStart uintptr = 0xffff_c000_0000_0000
	heapEnd   uintptr = 0xffff_c100_0000_0000

	// Stacks with guard pages, and device registers.
	deviceStart uintptr = 0xffff_c100_0000_0000
	deviceEnd   uintptr = 0xffff_c180_0000_0000

	// stackSize is the size of each interrupt stack and of the host call stack.
	stackSize = 16 << 10

	// heapAlign is the alignment of large mappings: that of the runtime's heap
	// arenas, so that it need not trim them.
	heapAlign = 64 << 20
)
