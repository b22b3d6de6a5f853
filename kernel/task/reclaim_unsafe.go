package task

import (
	_ "unsafe" // for go:linkname

	"cairn/kernel/clock"
)

// Reclaim gives back what the kernel itself holds but does not need: garbage, free pages of its heap, and idle goroutines. It takes a few
// milliseconds, so it reports false, and does nothing, if it was done less than a second ago.
func Reclaim() bool {
	oom.Lock()
	now := clock.Now()
	late := oom.reclaimed == 0 || now >= oom.reclaimed+clock.Second
	if late {
		oom.reclaimed = now
	}
	oom.Unlock()
	if late {
		DropCaches()
	}
	return late
}

// DropCaches is Reclaim whenever that was done last (proc_sys_vm(5), drop_caches).
func DropCaches() {
	dismiss()
	freeOSMemory()
}

// freeOSMemory is what debug.FreeOSMemory does; package runtime/debug would bring package os into the image.
//
//go:linkname freeOSMemory runtime/debug.freeOSMemory
func freeOSMemory()
