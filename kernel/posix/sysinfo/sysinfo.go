package sysinfo

import (
	"cairn/kernel/clock"
	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Shared returns how many bytes of memory are in memory file systems and shared
// segments. The library that counts them replaces it.
var Shared = func() uint64 { return 0 }

// Sysinfo implements sysinfo(2).
//
// There is no swap and no buffer memory, and loads are measured as [Loads] says.
//
//cairn:syscall sysinfo
func Sysinfo(t *task.Task, info sys.OutSysinfo) error {
	s := unix.Sysinfo_t{
		Uptime:    int64(clock.Now() / clock.Second),
		Totalram:  mem.Total(),
		Freeram:   mem.Free(),
		Sharedram: Shared(),
		Procs:     uint16(len(task.All())),
		Unit:      1,
	}
	for i, l := range Loads() {
		s.Loads[i] = l << (siLoadShift - loadShift)
	}
	return vm.Store(t.AS, vm.Addr(info), s)
}
