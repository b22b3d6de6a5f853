package vm

import (
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// A Layout says where in user space things go. The exec code sets it for each
// program. The numbers are those of Linux on x86_64.
type Layout struct {
	// StackTop is the end of the stack.
	StackTop Addr
	// MmapBase is where mmap(2) begins to look for space, downwards.
	MmapBase Addr
	// PIEBase is where a position-independent program is loaded.
	PIEBase Addr
	// BrkGap is the distance in bytes between the end of the program and its heap.
	BrkGap uint64
	// Low32 is where MAP_32BIT begins to look for space, upwards.
	Low32 Addr
}

// The bounds of the layout's random parts (Linux's arch/x86/include/asm/elf.h, mmap.c).
const (
	pieBase         = UserEnd / 3 * 2 &^ pageMask
	stackRandom     = 1 << 34 // bytes
	mmapRandom      = 1 << 40
	pieRandom       = 1 << 40
	brkRandom       = 1 << 25
	low32Random     = 1 << 25
	low32, low32End = 0x4000_0000, 0x8000_0000
	minStackGap     = 128 << 20
	maxStackGap     = UserEnd / 6 * 5
)

// FixedLayout is the layout without randomness (boot parameter aslr=off,
// personality ADDR_NO_RANDOMIZE), for a stack of 8 MiB.
func FixedLayout() Layout {
	return NewLayout(noLimits.Stack, func() uint64 { return 0 })
}

// NewLayout returns a layout for a stack limit of that many bytes, with its random
// parts taken from random.
func NewLayout(stackLimit uint64, random func() uint64) Layout {
	below := func(n uint64) uint64 { return random() % n &^ pageMask }
	gap := uint64(minStackGap)
	if stackLimit != unix.RLIM_INFINITY {
		gap = min(max(pageUp(stackLimit), minStackGap), maxStackGap)
	}
	if gap < maxStackGap {
		gap += StackGuard + stackRandom
	}
	return Layout{
		StackTop: Addr(UserEnd - below(stackRandom)),
		MmapBase: Addr((UserEnd - gap - below(mmapRandom)) &^ pageMask),
		PIEBase:  Addr(pieBase + below(pieRandom)),
		BrkGap:   below(brkRandom),
		Low32:    Addr(low32 + below(low32Random)),
	}
}

// SetLayout sets where mappings go from now on.
func (as *AddressSpace) SetLayout(l Layout) {
	as.mu.Lock()
	defer as.mu.Unlock()
	as.setLayout(l)
}

func (as *AddressSpace) setLayout(l Layout) {
	as.layout = l
	as.search = search{top: uint64(l.MmapBase)}
}

// Layout returns what SetLayout set.
func (as *AddressSpace) Layout() Layout {
	as.mu.Lock()
	defer as.mu.Unlock()
	return as.layout
}

// A search remembers where the last search downwards ended: every hole between
// top and the base is at most bound bytes long, so a search for more may begin at top.
type search struct {
	top, bound uint64
}

// holeFreed is told that the regions before the one at i went.
func (as *AddressSpace) holeFreed(i int) {
	end := uint64(as.layout.MmapBase)
	if i < len(as.regions) {
		end = min(end, as.regions[i].start)
	}
	as.search.top = max(as.search.top, end)
}

// isFree says whether n bytes at a are free, and far enough from regions that grow down.
func (as *AddressSpace) isFree(a, n uint64) bool {
	if n > UserEnd || a > UserEnd-n || a < MinAddr {
		return false
	}
	i := as.index(a)
	return i == len(as.regions) || a+n <= as.regions[i].lowest()
}

// findSpace returns where n bytes go that the program did not place: at the
// hint if that is free, else as high as possible below the base, else
// anywhere. It fails with ENOMEM.
func (as *AddressSpace) findSpace(hint, n uint64, low bool) (uint64, error) {
	if hint = pageUp(hint); hint != 0 && as.isFree(hint, n) && (!low || hint+n <= low32End) {
		return hint, nil
	}
	if low {
		return as.bottomUp(uint64(as.layout.Low32), low32End, n)
	}
	if a, ok := as.topDown(n); ok {
		return a, nil
	}
	return as.bottomUp(UserEnd/3&^pageMask, UserEnd, n)
}

// topDown looks for the highest hole of n bytes below the base.
func (as *AddressSpace) topDown(n uint64) (uint64, bool) {
	if n <= as.search.bound {
		as.search = search{top: uint64(as.layout.MmapBase)}
	}
	high := as.search.top
	i := as.index(high)
	if i < len(as.regions) {
		high = min(high, as.regions[i].lowest())
	}
	for i--; ; i-- {
		low := uint64(MinAddr)
		if i >= 0 {
			low = max(low, as.regions[i].end)
		}
		if high >= low && high-low >= n {
			as.search.top = high - n
			return high - n, true
		}
		if i < 0 {
			return 0, false
		}
		if high > low {
			as.search.bound = max(as.search.bound, high-low)
		}
		high = min(high, as.regions[i].lowest())
	}
}

// bottomUp looks for the lowest hole of n bytes in [low, high).
func (as *AddressSpace) bottomUp(low, high, n uint64) (uint64, error) {
	for i := as.index(low); ; i++ {
		end := high
		if i < len(as.regions) {
			end = min(end, as.regions[i].lowest())
		}
		if end >= low && end-low >= n {
			return low, nil
		}
		if i == len(as.regions) || as.regions[i].end >= high {
			return 0, unix.ENOMEM
		}
		low = as.regions[i].end
	}
}

// mappedIn returns how many bytes of [start, end) regions cover.
func (as *AddressSpace) mappedIn(start, end uint64) (n uint64) {
	for i := as.index(start); i < len(as.regions) && as.regions[i].start < end; i++ {
		n += min(end, as.regions[i].end) - max(start, as.regions[i].start)
	}
	return n
}

// pages converts bytes to pages.
func pages(bytes uint64) uint64 { return bytes >> mem.PageShift }
