package arch

import "sync/atomic"

// pvclock is the page in which KVM keeps its clock, seen as words: a struct pvclock_vcpu_time_info
// (Linux, Documentation/virt/kvm/x86/msr.rst, MSR_KVM_SYSTEM_TIME_NEW). The first word has the version
// in its lower half; the fourth has the multiplier, a shift and flags.
type pvclock [512]uint64

const (
	pvclockVersion = 0
	pvclockScale   = 3
)

// hz returns the rate of the time-stamp counter that the clock is computed from, 0 if the page holds none. A
// counter times the multiplier, shifted by the shift and by 32 to the right, is nanoseconds.
func (p *pvclock) hz() uint64 {
	version := uint32(atomic.LoadUint64(&p[pvclockVersion]))
	scale := atomic.LoadUint64(&p[pvclockScale])
	mul, shift := uint32(scale), int8(scale>>32)
	if version == 0 || version%2 != 0 || mul == 0 || shift < -32 || shift > 32 { // odd: it is being written
		return 0
	}
	const second = 1_000_000_000
	rate := uint64(second) << 32 / uint64(mul)
	if shift < 0 {
		return rate << -shift
	}
	return rate >> shift
}
