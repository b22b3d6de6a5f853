package syscall

import "cairn/kernel/arch"

// Arg returns argument i, 0 to 5, of the system call that trapped with the
// registers r (syscall(2), "Architecture calling conventions"). With a constant
// i it is one load.
func Arg(r *arch.Regs, i int) uintptr {
	switch i {
	case 0:
		return uintptr(r.RDI)
	case 1:
		return uintptr(r.RSI)
	case 2:
		return uintptr(r.RDX)
	case 3:
		return uintptr(r.R10)
	case 4:
		return uintptr(r.R8)
	}
	return uintptr(r.R9)
}
