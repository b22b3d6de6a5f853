//go:build cairn

package arch

// HWCap is AT_HWCAP: CPUID leaf 1, EDX.
func HWCap() uint64 {
	_, _, _, edx := CPUID(1, 0)
	return uint64(edx)
}

// HWCap2 is AT_HWCAP2: bit 1 says that user mode may use FSGSBASE.
func HWCap2() uint64 { return 1 << 1 }
