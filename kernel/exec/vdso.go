package exec

import (
	"cairn/kernel/mem"
	"cairn/kernel/vdso"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// fixedFrame is an object of one frame that is there for good.
type fixedFrame struct {
	frame mem.Frame
	name  string
}

// Frame implements vm.Object.
func (o fixedFrame) Frame(off uint64, write bool) (mem.Frame, error) {
	if off != 0 || write {
		return 0, vm.ErrBeyondEnd
	}
	o.frame.Get()
	return o.frame, nil
}

// Mapped implements vm.Object.
func (fixedFrame) Mapped(*vm.AddressSpace) {}

// Unmapped implements vm.Object.
func (fixedFrame) Unmapped(*vm.AddressSpace) {}

// Identity implements vm.Object.
func (o fixedFrame) Identity() vm.Identity { return vm.Identity{Path: o.name} }

// mapVDSO maps the clock data and, above it, the vDSO's image, and returns where
// the image is; 0 if the kernel has none.
func mapVDSO(as *vm.AddressSpace) (vm.Addr, error) {
	if vdso.ImageFrame == 0 {
		return 0, nil
	}
	a, err := as.Map(vm.MapOpts{
		Length: 2 * mem.PageSize, Prot: unix.PROT_READ, MaxProt: unix.PROT_READ, Flags: unix.MAP_PRIVATE,
		Object: fixedFrame{vdso.DataFrame, "[vvar]"},
	})
	if err != nil {
		return 0, err
	}
	const rx = unix.PROT_READ | unix.PROT_EXEC
	return as.Map(vm.MapOpts{
		Addr: a + mem.PageSize, Length: mem.PageSize, Prot: rx, MaxProt: rx, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED,
		Object: fixedFrame{vdso.ImageFrame, "[vdso]"},
	})
}
