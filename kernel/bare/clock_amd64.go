//go:build cairn

package bare

import (
	"math/bits"

	"cairn/kernel/arch"
	"cairn/kernel/clock"
	"cairn/kernel/mem"
	"cairn/kernel/vdso"
)

// tsc turns the time-stamp counter into nanoseconds: ns = counter * mult >> 32.
// Counter and nanoseconds both begin with the machine.
var tsc struct {
	mult uint64
	hz   uint64
	// How the frequency was found, for the log.
	source string
}

// armed is when the timer will go off.
var armed = clock.Never

// initClock starts the processor's timer and finds the counter's frequency.
func initClock() {
	arch.InitLAPIC(MapDevice(arch.LAPICBase(), 4096))
	page, ok := mem.AllocZero(mem.Kernel)
	if !ok {
		die("too little memory for the clock")
	}
	tsc.hz, tsc.source = arch.TSCFrequency(page.Words(), uint64(page))
	page.Put()
	tsc.mult = clock.Second << 32 / tsc.hz
	if !vdso.Init(tsc.mult) {
		die("too little memory for the vDSO")
	}
	clock.Source.Now = Now
	clock.Source.SetAlarm = SetAlarm
}

// TSCFrequency returns the frequency of the time-stamp counter in Hz, and how it
// was found.
func TSCFrequency() (hz uint64, source string) { return tsc.hz, tsc.source }

// Nanoseconds turns a reading of the time-stamp counter into time since the
// machine started.
//
//go:nosplit
func Nanoseconds(counter uint64) clock.Time {
	hi, lo := bits.Mul64(counter, tsc.mult)
	return clock.Time(hi<<32 | lo>>32)
}

// Now returns the time since the machine started.
//
//go:nosplit
func Now() clock.Time { return Nanoseconds(arch.ReadTSC()) }

// arm sets the timer to go off at the deadline.
func arm(deadline clock.Time) {
	armed = deadline
	arch.ArmTimer(uint64(max(0, deadline-Now())), tsc.hz)
}

// slice is how long user mode runs before others get their turn.
const slice clock.Time = 10_000_000

// ArmSlice makes sure that user mode is interrupted after its time slice (arch.CauseUnarmed). The timer may be set to
// an alarm that comes much later.
func ArmSlice() {
	arch.Boot().SetSliced(true)
	if end := min(Now()+slice, alarm); end < armed {
		arm(end)
	}
}
