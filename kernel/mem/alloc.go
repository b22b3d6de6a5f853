package mem

import (
	"sync/atomic"

	"cairn/kernel/trial"
)

// A Range is a stretch of physical memory: [Start, End), in bytes.
type Range struct {
	Start, End uint64
}

// A Purpose says who asks for memory, and so whether the reserve is open to it.
type Purpose uint8

const (
	// User memory is refused when only the reserve is left.
	User Purpose = iota
	// Kernel memory (the Go heap, page tables, rings) may use the reserve.
	Kernel
)

// maxRanges bounds the free ranges of a machine; firmware maps have a dozen.
const maxRanges = 64

// pool is all there is to know about free memory. It holds no Go pointers.
var pool struct {
	lock    atomic.Uint32
	counts  uint64 // physical address of the per-frame use counts, a uint32 each
	ranges  [maxRanges]Range
	nranges int
	freed   Frame // the list of frames that came back; noFrame ends it
	limit   uint64
	total   uint64        // frames given to the allocator
	free    atomic.Uint64 // frames nobody uses; changed under lock, read without
	reserve uint64        // of these, kept for the kernel
}

// noFrame ends the list of free frames. Frame 0 is never handed out.
const noFrame Frame = 0

// Init gives the free ranges to the allocator. The counts for every frame
// below the highest address of ranges and of also (memory that is in use now but
// is counted, as the initial RAM disk) are carved out of the first range that is
// large enough. It reports false if none is.
func Init(ranges []Range, also []Range) bool {
	pool.freed, pool.nranges, pool.total, pool.limit = noFrame, 0, 0, 0
	pool.reserve = 0
	for _, r := range ranges {
		r.Start = (r.Start + PageSize - 1) &^ (PageSize - 1)
		r.End &^= PageSize - 1
		if r.Start == 0 {
			r.Start = PageSize
		}
		if r.Start >= r.End || pool.nranges == maxRanges {
			continue
		}
		pool.ranges[pool.nranges] = r
		pool.nranges++
		pool.limit = max(pool.limit, r.End)
		pool.total += (r.End - r.Start) >> PageShift
	}
	for _, r := range also {
		pool.limit = max(pool.limit, (r.End+PageSize-1)&^(PageSize-1))
	}
	pool.free.Store(pool.total)
	size := (pool.limit>>PageShift*4 + PageSize - 1) &^ (PageSize - 1)
	for i := range pool.ranges[:pool.nranges] {
		r := &pool.ranges[i]
		if r.End-r.Start > size {
			pool.counts = r.Start
			r.Start += size
			pool.free.Store(pool.free.Load() - size>>PageShift)
			return true
		}
	}
	return false
}

// SetReserve keeps n free frames for the kernel: Alloc(User) fails when no more than n are left.
func SetReserve(n uint64) { pool.reserve = n }

// Alloc hands out a frame with a count of one; its contents are undefined. It
// reports false when memory is out, or when just the reserve is left and the
// purpose is User.
//
//go:nosplit
func Alloc(p Purpose) (Frame, bool) {
	if trial.Fail() {
		return noFrame, false
	}
	lock()
	free := pool.free.Load()
	if free == 0 || p == User && free <= pool.reserve {
		unlock()
		return noFrame, false
	}
	f := pool.freed
	if f != noFrame {
		pool.freed = Frame(f.Words()[0])
	} else {
		f = takeFresh()
	}
	pool.free.Store(free - 1)
	*f.count() = 1
	unlock()
	return f, true
}

// AllocZero is Alloc with the frame cleared.
//
//go:nosplit
func AllocZero(p Purpose) (Frame, bool) {
	f, ok := Alloc(p)
	if ok {
		f.Zero()
	}
	return f, ok
}

// takeFresh takes the lowest frame that was never handed out. There is one:
// pool.free counts it.
//
//go:nosplit
func takeFresh() Frame {
	for i := 0; i < pool.nranges; i++ {
		r := &pool.ranges[i]
		if r.Start < r.End {
			f := Frame(r.Start)
			r.Start += PageSize
			return f
		}
	}
	return noFrame
}

// AllocContiguous hands out n adjacent frames, cleared, each with a count of one, for
// devices that want their memory in one piece. It reports false if there are none;
// only memory never used before is looked at, so ask early.
func AllocContiguous(n int) (Frame, bool) {
	f, ok := takeContiguous(uint64(n))
	if !ok {
		return noFrame, false
	}
	for i := range Frame(n) {
		(f + i*PageSize).Zero()
	}
	return f, true
}

//go:nosplit
func takeContiguous(n uint64) (Frame, bool) {
	lock()
	for i := pool.nranges - 1; i >= 0; i-- {
		r := &pool.ranges[i]
		if r.End-r.Start < n<<PageShift {
			continue
		}
		r.End -= n << PageShift
		pool.free.Store(pool.free.Load() - n)
		for f := Frame(r.End); f < Frame(r.End+n<<PageShift); f += PageSize {
			*f.count() = 1
		}
		f := Frame(r.End)
		unlock()
		return f, true
	}
	unlock()
	return noFrame, false
}

// Adopt counts the frames of r, which were in use before the allocator began, once each,
// as if Alloc had returned them.
func Adopt(r Range) {
	for f := Frame(r.Start &^ (PageSize - 1)); f < Frame(r.End); f += PageSize {
		*f.count() = 1
		pool.total++
	}
}

// Get counts one more user of the frame.
//
//go:nosplit
func (f Frame) Get() {
	atomic.AddUint32(f.count(), 1)
}

// Put counts one user less, and frees the frame when that was the last.
//
//go:nosplit
func (f Frame) Put() {
	if atomic.AddUint32(f.count(), ^uint32(0)) != 0 {
		return
	}
	lock()
	f.Words()[0] = uint64(pool.freed)
	pool.freed = f
	pool.free.Store(pool.free.Load() + 1)
	unlock()
}

// Uses returns the number of users of the frame.
//
//go:nosplit
func (f Frame) Uses() uint32 {
	return atomic.LoadUint32(f.count())
}

// Free returns the number of bytes nobody uses.
func Free() uint64 { return pool.free.Load() << PageShift }

// Low says that what is free should be left to processes: a sixteenth of all, besides the reserve. Files take
// no more then, so that a full file system is no lack of memory.
func Low() bool { return pool.free.Load() <= pool.reserve+pool.total/16 }

// Critical says that the kernel itself is about to have no memory: half of the reserve is used.
func Critical() bool { return pool.free.Load() < pool.reserve/2 }

// Relieved says that the kernel will not soon be where Critical is true again.
func Relieved() bool { return pool.free.Load() >= pool.reserve/4*3 }

// Available returns the number of bytes that user memory may still take.
func Available() uint64 {
	if free := pool.free.Load(); free > pool.reserve {
		return (free - pool.reserve) << PageShift
	}
	return 0
}

// Total returns the number of bytes the allocator was given.
func Total() uint64 { return pool.total << PageShift }

// lock takes the pool. With interrupts off and no preemption inside, nobody on
// this processor can want it meanwhile.
//
//go:nosplit
func lock() {
	for !pool.lock.CompareAndSwap(0, 1) {
	}
}

//go:nosplit
func unlock() { pool.lock.Store(0) }
