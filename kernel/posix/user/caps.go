package user

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The SECBIT_ bits of capabilities(7); each has a lock in the next higher bit.
const (
	secNoRoot      = 1 << 0
	secNoFixup     = 1 << 2
	secKeepCaps    = 1 << 4
	secNoAmbient   = 1 << 6
	secAll         = secNoRoot | secNoFixup | secKeepCaps | secNoAmbient
	secLocks       = secAll << 1
	secLockOfShift = 1
)

// fsCaps are the capabilities that follow the file system user id (capabilities(7),
// "Effect of user ID changes on capabilities").
const fsCaps = 1<<unix.CAP_CHOWN | 1<<unix.CAP_MKNOD | 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_DAC_READ_SEARCH |
	1<<unix.CAP_FOWNER | 1<<unix.CAP_FSETID | 1<<unix.CAP_LINUX_IMMUTABLE | 1<<unix.CAP_MAC_OVERRIDE

// fixCaps adapts the capabilities to user ids that changed from old's.
func (c *Cred) fixCaps(old *Cred) {
	if c.SecureBits&secNoFixup != 0 {
		return
	}
	hadRoot := old.UID == 0 || old.EUID == 0 || old.SUID == 0
	if hadRoot && c.UID != 0 && c.EUID != 0 && c.SUID != 0 {
		if c.SecureBits&secKeepCaps == 0 {
			c.Permitted, c.Effective = 0, 0
		}
		c.Ambient = 0
	}
	if old.EUID == 0 && c.EUID != 0 {
		c.Effective = 0
	}
	if old.EUID != 0 && c.EUID == 0 {
		c.Effective = c.Permitted
	}
}

// fixFSCaps adapts the capabilities to a file system user id that changed.
func (c *Cred) fixFSCaps(was uint32) {
	if c.SecureBits&secNoFixup != 0 {
		return
	}
	if was == 0 && c.FS.UID != 0 {
		c.Effective &^= fsCaps
	}
	if was != 0 && c.FS.UID == 0 {
		c.Effective |= c.Permitted & fsCaps
	}
}

// The versions of the header of capget(2).
const (
	capVersion1 = 0x19980330
	capVersion2 = 0x20071026
	capVersion3 = 0x20080522
)

// capHeader is the struct __user_cap_header_struct.
type capHeader struct {
	Version uint32
	PID     int32
}

// capData is the struct __user_cap_data_struct: 32 bits of each set.
type capData struct {
	Effective, Permitted, Inheritable uint32
}

// loadHeader reads the header, and returns how many capData there are. For a version
// that does not exist it writes the newest one back and fails with EINVAL.
func loadHeader(t *task.Task, a sys.CapHeader) (h capHeader, words int, err error) {
	if h, err = vm.Load[capHeader](t.AS, vm.Addr(a)); err != nil {
		return h, 0, err
	}
	switch h.Version {
	case capVersion1:
		return h, 1, nil
	case capVersion2, capVersion3:
		return h, 2, nil
	}
	if err := vm.Store(t.AS, vm.Addr(a), uint32(capVersion3)); err != nil {
		return h, 0, err
	}
	return h, 0, unix.EINVAL
}

// Capget implements capget(2).
//
//cairn:syscall capget
func Capget(t *task.Task, header sys.CapHeader, data sys.OutCapData) error {
	h, words, err := loadHeader(t, header)
	if data == 0 && err == unix.EINVAL {
		return nil // the caller asks which version there is
	}
	if err != nil || data == 0 {
		return err
	}
	if h.PID < 0 {
		return unix.EINVAL
	}
	of := t
	if h.PID != 0 && h.PID != t.TID {
		if of = task.Find(h.PID); of == nil {
			return unix.ESRCH
		}
	}
	c := Of(of)
	for i := range words {
		shift := 32 * i
		d := capData{uint32(c.Effective >> shift), uint32(c.Permitted >> shift), uint32(c.Inheritable >> shift)}
		if err := vm.Store(t.AS, vm.Addr(data)+vm.Addr(12*i), d); err != nil {
			return err
		}
	}
	return nil
}

// Capset implements capset(2).
//
//cairn:syscall capset
func Capset(t *task.Task, header sys.CapHeader, data sys.CapData) error {
	h, words, err := loadHeader(t, header)
	if err != nil {
		return err
	}
	if h.PID != 0 && h.PID != t.TID {
		return unix.EPERM
	}
	var effective, permitted, inheritable uint64
	for i := range words {
		d, err := vm.Load[capData](t.AS, vm.Addr(data)+vm.Addr(12*i))
		if err != nil {
			return err
		}
		shift := 32 * i
		effective |= uint64(d.Effective) << shift
		permitted |= uint64(d.Permitted) << shift
		inheritable |= uint64(d.Inheritable) << shift
	}
	old := Of(t)
	n := *old
	n.Effective, n.Permitted, n.Inheritable = effective&vfs.AllCaps, permitted&vfs.AllCaps, inheritable&vfs.AllCaps
	if !old.allows(&n) {
		return unix.EPERM
	}
	n.Ambient &= n.Permitted & n.Inheritable
	Set(t, n)
	return nil
}

// allows says whether capset(2) may change the capabilities of c to those of n.
func (c *Cred) allows(n *Cred) bool {
	if !c.Has(unix.CAP_SETPCAP) && n.Inheritable&^(c.Inheritable|c.Permitted) != 0 {
		return false
	}
	return n.Inheritable&^(c.Inheritable|c.Bounding) == 0 &&
		n.Permitted&^c.Permitted == 0 && n.Effective&^n.Permitted == 0
}
