//go:build cairn

package arch

import "cairn/kernel/config"

// hwcap2FSGSBase is the bit of AT_HWCAP2 that says that user mode may use FSGSBASE (Linux's asm/hwcap2.h).
const hwcap2FSGSBase = 1 << 1

// HWCap is AT_HWCAP: CPUID leaf 1, EDX.
func HWCap() uint64 {
	_, _, _, edx := CPUID(1, 0)
	return uint64(edx)
}

// HWCap2 is AT_HWCAP2.
func HWCap2() uint64 {
	if config.X86_FSGSBASE {
		return hwcap2FSGSBase
	}
	return 0
}
