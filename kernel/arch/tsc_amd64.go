//go:build cairn

package arch

// How fast the counters run. Hypervisors say so, or give the local APIC timer a
// known rate that the time-stamp counter can be measured against.

const (
	leafTSC            = 0x15
	leafHypervisor     = 0x4000_0000
	leafHypervisorRate = 0x4000_0010

	// KVM's clock (Linux, Documentation/virt/kvm/x86/cpuid.rst, msr.rst).
	leafKVM          = 0x4000_0001 // features
	kvmFeatureClock2 = 1 << 3      // KVM_FEATURE_CLOCKSOURCE2
	msrKVMClock      = 0x4b56_4d01 // MSR_KVM_SYSTEM_TIME_NEW: address of the page, bit 0 enables
	kvmSignature     = 0x4b4d_564b // "KVMK" in EBX of leafHypervisor

	// hypervisorAPICHz is the rate of the local APIC timer under QEMU and KVM:
	// APIC_BUS_CYCLE_NS is 1.
	hypervisorAPICHz = 1_000_000_000
)

// hypervisor says whether a hypervisor's CPUID leaves reach up to leaf.
func hypervisor(leaf uint32) bool {
	_, _, ecx, _ := CPUID(1, 0)
	if ecx>>31 == 0 {
		return false
	}
	highest, _, _, _ := CPUID(leafHypervisor, 0)
	return highest >= leaf
}

func lapicFrequency() uint64 {
	if hypervisor(leafHypervisorRate) {
		if _, khz, _, _ := CPUID(leafHypervisorRate, 0); khz != 0 {
			return uint64(khz) * 1000
		}
	}
	return hypervisorAPICHz
}

// TSCFrequency returns the rate of the time-stamp counter in Hz, and how it was
// found: from CPUID or KVM's clock if they say, else measured against the local APIC timer. KVM writes
// its clock to the page, which is zero and at the physical address pa, and no longer needed
// afterwards.
func TSCFrequency(page *[512]uint64, pa uint64) (hz uint64, source string) {
	if highest, _, _, _ := CPUID(0, 0); highest >= leafTSC {
		den, num, crystal, _ := CPUID(leafTSC, 0)
		if den != 0 && num != 0 && crystal != 0 {
			return uint64(crystal) * uint64(num) / uint64(den), "CPUID leaf 0x15"
		}
	}
	if hypervisor(leafHypervisorRate) {
		if khz, _, _, _ := CPUID(leafHypervisorRate, 0); khz != 0 {
			return uint64(khz) * 1000, "hypervisor"
		}
	}
	if hz := kvmTSC((*pvclock)(page), pa); hz != 0 {
		return hz, "kvm-clock"
	}
	return measureTSC(), "local APIC timer"
}

// kvmTSC has KVM write its clock, and returns the rate that it says; 0 if there is no KVM.
func kvmTSC(page *pvclock, pa uint64) uint64 {
	if !hypervisor(leafKVM) {
		return 0
	}
	if _, signature, _, _ := CPUID(leafHypervisor, 0); signature != kvmSignature {
		return 0
	}
	if features, _, _, _ := CPUID(leafKVM, 0); features&kvmFeatureClock2 == 0 {
		return 0
	}
	WriteMSR(msrKVMClock, pa|1) // written before the next instruction runs
	hz := page.hz()
	WriteMSR(msrKVMClock, 0)
	return hz
}

// measureTSC counts time-stamp ticks while the local APIC timer counts down.
// Each end is read several times and the quickest reading kept, since an
// emulator may be held up between the two counters.
func measureTSC() uint64 {
	const ticks = 100_000 // of the undivided timer
	lvt := readLAPIC(apicLVTTimer)
	writeLAPIC(apicLVTTimer, lvtMasked)
	writeLAPIC(apicTimerDiv, timerDivideBy1)
	writeLAPIC(apicTimerInit, 1<<32-1)
	t0, c0 := readBoth()
	for c0-readLAPIC(apicTimerNow) < ticks {
	}
	t1, c1 := readBoth()
	writeLAPIC(apicTimerInit, 0)
	writeLAPIC(apicTimerDiv, timerDivideBy16)
	writeLAPIC(apicLVTTimer, lvt)
	return (t1 - t0) * lapic.hz / uint64(c0-c1)
}

func readBoth() (tsc uint64, count uint32) {
	best := ^uint64(0)
	for range 8 {
		before := ReadTSC()
		c := readLAPIC(apicTimerNow)
		if took := ReadTSC() - before; took < best {
			best, tsc, count = took, before+took/2, c
		}
	}
	return tsc, count
}
