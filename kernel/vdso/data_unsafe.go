package vdso

import (
	"sync/atomic"
	"unsafe"

	"cairn/kernel/mem"
)

// clockData is the page that the functions read. The assembly knows the layout
// through go_asm.h.
type clockData struct {
	seq    uint32 // odd while the rest changes
	_      uint32
	mult   uint64 // nanoseconds = counter * mult >> 32
	offset uint64 // wall time minus monotonic time, in nanoseconds
}

// Pages of the vDSO: the clock data and, right above it in every address space,
// the image.
var (
	DataFrame  mem.Frame
	ImageFrame mem.Frame
)

// Init makes both pages. mult is the factor that turns the time-stamp counter into
// nanoseconds, times 2^32. It reports false if there is no memory.
func Init(mult uint64) bool {
	var ok1, ok2 bool
	DataFrame, ok1 = mem.AllocZero(mem.Kernel)
	ImageFrame, ok2 = mem.AllocZero(mem.Kernel)
	if !ok1 || !ok2 {
		return false
	}
	data().mult = mult
	build(ImageFrame.Bytes()[:], code())
	return true
}

func data() *clockData { return (*clockData)(unsafe.Pointer(DataFrame.Bytes())) }

// SetWallOffset tells the functions what wall time minus monotonic time is, in
// nanoseconds. Calls must not overlap.
func SetWallOffset(ns int64) {
	d := data()
	atomic.AddUint32(&d.seq, 1)
	atomic.StoreUint64(&d.offset, uint64(ns))
	atomic.AddUint32(&d.seq, 1)
}

// code returns the machine code of the functions, with the places of each.
func code() machineCode {
	start, end, entries := codePCs()
	c := machineCode{text: unsafe.Slice((*byte)(unsafe.Pointer(start)), end-start)}
	for i, pc := range entries {
		c.entries[i] = int(pc - start)
	}
	return c
}
