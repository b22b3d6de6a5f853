//go:build cairn

package arch

import "cairn/kernel/config"

// The local APIC: timer and interrupt acknowledgement (Intel SDM volume 3,
// chapter 11). Registers are reached through memory, or through MSRs in x2APIC
// mode where the processor has it.
const (
	msrAPICBase    = 0x1b
	msrX2APIC      = 0x800
	msrTSCDeadline = 0x6e0

	apicBaseEnable = 1 << 11
	apicBaseX2     = 1 << 10

	apicID        = 0x20
	apicTPR       = 0x80
	apicEOI       = 0xb0
	apicSVR       = 0xf0
	apicLVTTimer  = 0x320
	apicLVTLINT0  = 0x350
	apicLVTLINT1  = 0x360
	apicLVTError  = 0x370
	apicTimerInit = 0x380
	apicTimerNow  = 0x390
	apicTimerDiv  = 0x3e0

	svrEnable      = 1 << 8
	lvtMasked      = 1 << 16
	lvtTSCDeadline = 2 << 17

	timerDivideBy16 = 3
	timerDivideBy1  = 0xb
)

// The vectors with a meaning of their own; devices get those between.
const (
	// VectorTimer is the local APIC timer's: the highest priority but one.
	VectorTimer = 0xe0
	// VectorSpurious is the local APIC's for interrupts that went away.
	VectorSpurious = 0xff
	// VectorDevices is the first vector for devices, and VectorDevicesEnd the
	// first beyond.
	VectorDevices    = 0x30
	VectorDevicesEnd = 0xe0
)

var lapic struct {
	base        uintptr // of the registers in memory
	x2          bool
	tscDeadline bool
	hz          uint64 // of the timer, undivided
}

// LAPICBase returns the physical address of the local APIC's registers.
func LAPICBase() uint64 { return ReadMSR(msrAPICBase) & 0x000f_ffff_ffff_f000 }

// InitLAPIC turns the local APIC on; its registers are mapped at base.
func InitLAPIC(base uintptr) {
	_, _, ecx, _ := CPUID(1, 0)
	lapic.base = base
	lapic.tscDeadline = ecx>>24&1 != 0
	v := ReadMSR(msrAPICBase) | apicBaseEnable
	lapic.x2 = config.X86_X2APIC && ecx>>21&1 != 0 || v&apicBaseX2 != 0 // there is no simple way back
	WriteMSR(msrAPICBase, v)
	if lapic.x2 {
		WriteMSR(msrAPICBase, v|apicBaseX2)
	}
	writeLAPIC(apicTPR, 0)
	writeLAPIC(apicLVTLINT0, lvtMasked)
	writeLAPIC(apicLVTLINT1, lvtMasked)
	writeLAPIC(apicLVTError, lvtMasked)
	writeLAPIC(apicSVR, svrEnable|VectorSpurious)
	mode := uint32(VectorTimer)
	if lapic.tscDeadline {
		mode |= lvtTSCDeadline
	}
	writeLAPIC(apicLVTTimer, mode)
	writeLAPIC(apicTimerDiv, timerDivideBy16)
	lapic.hz = lapicFrequency()
}

func readLAPIC(reg uintptr) uint32 {
	if lapic.x2 {
		return uint32(ReadMSR(msrX2APIC + uint32(reg>>4)))
	}
	return Load32(lapic.base + reg)
}

func writeLAPIC(reg uintptr, v uint32) {
	if lapic.x2 {
		WriteMSR(msrX2APIC+uint32(reg>>4), uint64(v))
		return
	}
	Store32(lapic.base+reg, v)
}

// LAPICID returns the local APIC's number, where interrupts are sent.
func LAPICID() uint32 {
	if lapic.x2 {
		return readLAPIC(apicID)
	}
	return readLAPIC(apicID) >> 24
}

// EndOfInterrupt acknowledges the interrupt of the highest priority that was
// delivered.
func EndOfInterrupt() { writeLAPIC(apicEOI, 0) }

// ArmTimer makes the timer go off in ns nanoseconds, or earlier if that is more
// than it can count. tscHz is the frequency of the time-stamp counter.
func ArmTimer(ns, tscHz uint64) {
	const second = 1_000_000_000
	ns = min(ns, 60*second)
	if lapic.tscDeadline {
		WriteMSR(msrTSCDeadline, ReadTSC()+ns*(tscHz/1000)/(second/1000))
		return
	}
	count := ns * (lapic.hz / 1000) / (16 * second / 1000)
	writeLAPIC(apicTimerInit, uint32(min(max(count, 1), 1<<32-1)))
}
