//go:build !cairn

package arch

// HWCap is AT_HWCAP. Hosted: nothing.
func HWCap() uint64 { return 0 }

// HWCap2 is AT_HWCAP2. Hosted: nothing.
func HWCap2() uint64 { return 0 }
