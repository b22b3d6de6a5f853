package mmap

import (
	"math"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Mmap implements mmap(2).
//
// Supports MAP_SHARED, MAP_SHARED_VALIDATE, MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_32BIT,
// MAP_GROWSDOWN, MAP_LOCKED, MAP_NORESERVE, MAP_POPULATE, MAP_NONBLOCK. MAP_HUGETLB fails with ENOMEM, as on
// a Linux that has no huge pages reserved; MAP_SYNC is not supported; other flags are ignored, as by Linux.
//
//cairn:syscall mmap
func Mmap(t *task.Task, addr vm.Addr, length sys.Size, prot sys.Prot, flags sys.MapFlags, fd sys.FD, offset sys.MapOff) (vm.Addr, error) {
	if offset%mem.PageSize != 0 {
		return 0, unix.EINVAL
	}
	o := vm.MapOpts{Addr: addr, Length: uint64(length), Prot: prot, Flags: flags, Offset: uint64(offset)}
	if flags&unix.MAP_ANONYMOUS == 0 {
		if err := mapFile(t, fd, &o); err != nil {
			return 0, err
		}
	} else if flags&unix.MAP_HUGETLB != 0 {
		return 0, hugePages(flags)
	}
	if o.Object != nil {
		defer o.Object.Unmapped(t.AS)
	}
	if flags&unix.MAP_LOCKED != 0 {
		setLockPrivilege(t)
	}
	return t.AS.Map(o)
}

// hugePages is the error for MAP_HUGETLB: EINVAL for a size that the processor does not have.
func hugePages(flags sys.MapFlags) error {
	switch flags >> unix.MAP_HUGE_SHIFT & unix.MAP_HUGE_MASK {
	case 0, 21, 30: // the default, 2 MiB, 1 GiB
		return unix.ENOMEM
	}
	return unix.EINVAL
}

// mapFile sets the object of o to what the file maps, which is told that it is
// mapped: so it stays when the descriptor is closed meanwhile. No object means anonymous memory.
func mapFile(t *task.Task, fd sys.FD, o *vm.MapOpts) error {
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	kind := o.Flags & unix.MAP_TYPE
	shared := kind == unix.MAP_SHARED || kind == unix.MAP_SHARED_VALIDATE
	if o.Length == 0 || !shared && kind != unix.MAP_PRIVATE || o.Flags&unix.MAP_HUGETLB != 0 {
		return unix.EINVAL
	}
	if o.Length <= vm.UserEnd && o.Offset > math.MaxInt64-o.Length {
		return unix.EOVERFLOW
	}
	if o.Object, err = f.Map(int(o.Prot), shared); err != nil {
		return err
	}
	o.MaxProt = vm.Prot(f.MaxProt(shared))
	if o.Object != nil {
		o.Object.Mapped(t.AS)
	}
	return nil
}

// setLockPrivilege tells the address space whether the task may lock what it likes.
func setLockPrivilege(t *task.Task) { t.AS.SetIPCLock(vfs.CredOf(t).Has(unix.CAP_IPC_LOCK)) }

// Munmap implements munmap(2).
//
//cairn:syscall munmap
func Munmap(t *task.Task, addr vm.Addr, length sys.Size) error {
	return t.AS.Unmap(addr, uint64(length))
}

// Mprotect implements mprotect(2).
//
// Supports PROT_GROWSDOWN and PROT_SEM. PROT_GROWSUP fails with EINVAL: nothing grows up.
//
//cairn:syscall mprotect
func Mprotect(t *task.Task, addr vm.Addr, length sys.Size, prot sys.Prot) error {
	return t.AS.Protect(addr, uint64(length), prot)
}

// Mremap implements mremap(2).
//
// Supports MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP.
//
//cairn:syscall mremap
func Mremap(t *task.Task, old vm.Addr, oldSize, newSize sys.Size, flags sys.MremapFlags, to vm.Addr) (vm.Addr, error) {
	return t.AS.Remap(old, uint64(oldSize), uint64(newSize), flags, to)
}

// Brk implements brk(2).
//
// Returns where the end of the heap is then, which is the old end if it could not be moved.
//
//cairn:syscall brk
func Brk(t *task.Task, addr vm.Addr) (vm.Addr, error) {
	return t.AS.Brk(addr), nil
}
