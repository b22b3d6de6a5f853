package fs

import (
	"cairn/kernel/fs/ramfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// maxMemfdName is how long a name of memfd_create(2) may be, so that "memfd:" and it are a file name.
const maxMemfdName = 249

// MemfdCreate implements memfd_create(2).
//
// Supports MFD_CLOEXEC, MFD_ALLOW_SEALING, MFD_EXEC, MFD_NOEXEC_SEAL (without sealing F_SEAL_EXEC); MFD_HUGETLB fails with
// EINVAL.
//
//cairn:syscall memfd_create
func MemfdCreate(t *task.Task, name sys.String, flags sys.MemfdFlags) (sys.FD, error) {
	const known = unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING | unix.MFD_EXEC | unix.MFD_NOEXEC_SEAL
	if flags&^known != 0 || flags&(unix.MFD_EXEC|unix.MFD_NOEXEC_SEAL) == unix.MFD_EXEC|unix.MFD_NOEXEC_SEAL {
		return -1, unix.EINVAL
	}
	s, err := t.CopyInString(sys.Addr(name), maxMemfdName+1)
	if err == unix.ENAMETOOLONG {
		return -1, unix.EINVAL
	} else if err != nil {
		return -1, err
	}
	sealing := flags&(unix.MFD_ALLOW_SEALING|unix.MFD_NOEXEC_SEAL) != 0
	f, err := ramfs.Memfd(t, s, sealing, flags&unix.MFD_NOEXEC_SEAL == 0)
	if err != nil {
		return -1, err
	}
	return fdtab.Install(t, f, flags&unix.MFD_CLOEXEC != 0)
}
