//go:build cairn

package bare

import (
	"runtime"
	"unsafe"

	"cairn/kernel/plat"
)

// printCallers prints the functions that the frame pointers lead through.
func printCallers(pc, bp, sp uint64) {
	const most = 32
	for range most {
		plat.Write("  ")
		plat.WriteHex(pc)
		if fn := runtime.FuncForPC(uintptr(pc)); fn != nil {
			plat.Write(" ")
			plat.Write(fn.Name())
		}
		plat.Write("\r\n")
		// Frames lie above the stack pointer, not far, and go up.
		if bp <= sp || bp-sp > 1<<20 || bp%8 != 0 {
			return
		}
		frame := (*[2]uint64)(unsafe.Pointer(uintptr(bp)))
		sp, bp, pc = bp, frame[0], frame[1]
	}
}
