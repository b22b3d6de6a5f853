package exec

import (
	"cairn/kernel/arch"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// mapped says where the segments of a file went.
type mapped struct {
	bias uint64 // added to the file's addresses
	end  uint64 // end of the last segment, rounded to a page
	data uint64 // bytes of writable segments
}

// extent checks the loadable segments, and returns the pages that they span and
// the largest alignment they ask for.
func (h *elfHeader) extent() (low, high, align uint64, err error) {
	low, align = ^uint64(0), mem.PageSize
	for _, p := range h.programs {
		if p.typ != ptLoad {
			continue
		}
		switch {
		case p.filesz > p.memsz, p.memsz > arch.UserEnd, p.vaddr > arch.UserEnd-p.memsz:
			return 0, 0, 0, unix.EINVAL
		case p.offset%mem.PageSize != p.vaddr%mem.PageSize, int64(p.offset) < 0, int64(p.offset+p.filesz) < 0:
			return 0, 0, 0, unix.EINVAL
		}
		low = min(low, pageFloor(p.vaddr))
		high = max(high, pageCeil(p.vaddr+p.memsz))
		if p.alignment&(p.alignment-1) == 0 && p.alignment <= arch.UserEnd {
			align = max(align, p.alignment)
		}
	}
	if high == 0 {
		return 0, 0, 0, unix.ENOEXEC
	}
	return low, high, align, nil
}

// load maps the loadable segments. A position-independent file goes to base, or
// where there is room if base is 0.
func (h *elfHeader) load(as *vm.AddressSpace, f *vfs.File, base uint64) (mapped, error) {
	low, high, align, err := h.extent()
	if err != nil {
		return mapped{}, err
	}
	m := mapped{end: high}
	if h.typ == typeDyn {
		if m.bias, err = reserve(as, base, high-low, align); err != nil {
			return mapped{}, err
		}
		m.bias -= low
		m.end += m.bias
	}
	first := h.typ == typeExec
	for _, p := range h.programs {
		if p.typ != ptLoad || p.memsz == 0 {
			continue
		}
		if err := p.load(as, f, m.bias, first); err != nil {
			return mapped{}, err
		}
		first = false
		if p.flags&flagWrite != 0 {
			m.data += p.memsz
		}
	}
	if m.bias != 0 {
		err = h.unmapGaps(as, m.bias)
	}
	return m, err
}

// reserve finds room for size bytes at an address that is a multiple of align.
func reserve(as *vm.AddressSpace, base, size, align uint64) (uint64, error) {
	o := vm.MapOpts{Length: size, Flags: unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_NORESERVE}
	if base != 0 {
		base &^= align - 1
		o.Addr, o.Flags = vm.Addr(base), o.Flags|unix.MAP_FIXED_NOREPLACE
		a, err := as.Map(o)
		return uint64(a), err
	}
	o.Length += align - mem.PageSize
	a, err := as.Map(o)
	if err != nil {
		return 0, err
	}
	at := (uint64(a) + align - 1) &^ (align - 1)
	if at > uint64(a) {
		if err := as.Unmap(a, at-uint64(a)); err != nil {
			return 0, err
		}
	}
	if end := uint64(a) + o.Length; end > at+size {
		err = as.Unmap(vm.Addr(at+size), end-at-size)
	}
	return at, err
}

// unmapGaps removes what was reserved between segments.
func (h *elfHeader) unmapGaps(as *vm.AddressSpace, bias uint64) error {
	at := uint64(0)
	for _, p := range h.programs {
		if p.typ != ptLoad {
			continue
		}
		if start := pageFloor(p.vaddr); at != 0 && start > at {
			if err := as.Unmap(vm.Addr(bias+at), start-at); err != nil {
				return err
			}
		}
		at = max(at, pageCeil(p.vaddr+p.memsz))
	}
	return nil
}

// load maps one segment: what the file has of it, then zeros.
func (p *programHeader) load(as *vm.AddressSpace, f *vfs.File, bias uint64, noReplace bool) error {
	prot := p.prot()
	start := pageFloor(bias + p.vaddr)
	fileEnd := bias + p.vaddr + p.filesz
	memEnd := pageCeil(bias + p.vaddr + p.memsz)
	flags := vm.MapFlags(unix.MAP_PRIVATE | unix.MAP_FIXED)
	if noReplace {
		flags = unix.MAP_PRIVATE | unix.MAP_FIXED_NOREPLACE
	}
	zeros := start
	if p.filesz > 0 {
		obj, err := f.Map(int(prot), false)
		if err != nil {
			return err
		}
		zeros = pageCeil(fileEnd)
		if _, err := as.Map(vm.MapOpts{
			Addr: vm.Addr(start), Length: zeros - start, Prot: prot, Flags: flags,
			Object: obj, Offset: pageFloor(p.offset),
		}); err != nil {
			return err
		}
	}
	if zeros < memEnd {
		if _, err := as.Map(vm.MapOpts{
			Addr: vm.Addr(zeros), Length: memEnd - zeros, Prot: prot, Flags: flags | unix.MAP_ANONYMOUS,
		}); err != nil {
			return err
		}
	}
	return p.clearTail(as, fileEnd, zeros)
}

// clearTail zeroes the last file page from the file's end on, if bss follows: all of it, since
// ld.so's first allocations come from there. As under Linux a read-only segment keeps
// what the file has there.
func (p *programHeader) clearTail(as *vm.AddressSpace, from, to uint64) error {
	if p.filesz == 0 || p.memsz == p.filesz || p.flags&flagWrite == 0 || from >= to {
		return nil
	}
	_, err := as.Clear(vm.Addr(from), to-from)
	return err
}

func (p *programHeader) prot() vm.Prot {
	var prot vm.Prot
	if p.flags&flagRead != 0 {
		prot |= unix.PROT_READ
	}
	if p.flags&flagWrite != 0 {
		prot |= unix.PROT_WRITE
	}
	if p.flags&flagExec != 0 {
		prot |= unix.PROT_EXEC
	}
	return prot
}
