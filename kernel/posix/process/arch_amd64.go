package process

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The operations of arch_prctl(2) (Linux's arch/x86/include/uapi/asm/prctl.h).
const (
	archSetGS    = 0x1001
	archSetFS    = 0x1002
	archGetFS    = 0x1003
	archGetGS    = 0x1004
	archGetCPUID = 0x1011
	archSetCPUID = 0x1012
)

// ArchPrctl implements arch_prctl(2).
//
// Supports ARCH_SET_FS, ARCH_GET_FS, ARCH_SET_GS, ARCH_GET_GS, ARCH_GET_CPUID. The CPUID instruction cannot be made to
// fault: ARCH_SET_CPUID fails with ENODEV.
//
//cairn:syscall arch_prctl
func ArchPrctl(t *task.Task, op sys.ArchPrctlOp, a vm.Addr) (int, error) {
	switch op {
	case archSetFS, archSetGS:
		if a >= vm.UserEnd {
			return 0, unix.EPERM
		}
		if op == archSetFS {
			t.Regs.FSBase = uint64(a)
		} else {
			t.FPU.SetGSBase(uint64(a))
		}
		return 0, nil
	case archGetFS:
		return 0, vm.Store(t.AS, a, t.Regs.FSBase)
	case archGetGS:
		return 0, vm.Store(t.AS, a, t.FPU.GSBase())
	case archGetCPUID:
		return 1, nil
	case archSetCPUID:
		return 0, unix.ENODEV
	}
	return 0, unix.EINVAL
}
