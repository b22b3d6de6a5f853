package ramfs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// memfds holds the files of memfd_create(2). It is mounted nowhere.
var memfds = newFS(&vfs.FSType{Name: "tmpfs", Magic: unix.TMPFS_MAGIC}, &options{size: 1 << 62, mode: 0777})

// Memfd makes an empty file without a name (memfd_create(2)), open for reading and
// writing. name is what /proc/PID/fd shows behind "/memfd:". Without sealing, the file
// takes no seals. exec says that it may be executed.
func Memfd(t *task.Task, name string, sealing, exec bool) (*vfs.File, error) {
	fs := memfds.Root.Inode().Ops.(*dir).fs
	fs.maxInodes = int64(mem.Total() / mem.PageSize / 2)
	cred := vfs.CredOf(t)
	want := vfs.NewInode{Mode: unix.S_IFREG | 0666, UID: cred.UID, GID: cred.GID}
	if exec {
		want.Mode |= 0111
	}
	i, err := fs.newNode(&want)
	if err != nil {
		return nil, err
	}
	i.SetNlink(0)
	if sealing {
		i.Ops.(*file).seals = 0
	}
	return vfs.OpenDetached(t, i, "/memfd:"+name, unix.O_RDWR|vfs.Largefile)
}

// Seals implements vfs.Sealer.
func (*regular) Seals(f *vfs.File) int { return asFile(f).seals }

// AddSeals implements vfs.Sealer.
func (*regular) AddSeals(f *vfs.File, seals int) error {
	n := asFile(f)
	if n.seals&unix.F_SEAL_SEAL != 0 {
		return unix.EPERM
	}
	if seals&unix.F_SEAL_WRITE&^n.seals != 0 {
		for _, as := range n.pages.Mappers() {
			if as.MapsWritable(n) {
				return unix.EBUSY
			}
		}
	}
	n.seals |= seals
	return nil
}

// CheckMap implements vm.MapChecker: a file sealed against writing is not
// mapped for writing, now or later.
func (n *file) CheckMap(shared bool, prot, max vm.Prot) (vm.Prot, error) {
	switch {
	case !shared || n.seals&(unix.F_SEAL_WRITE|unix.F_SEAL_FUTURE_WRITE) == 0:
		return max, nil
	case prot&vm.ProtWrite != 0:
		return 0, unix.EPERM
	}
	return max &^ vm.ProtWrite, nil
}

// sealedWrite checks the seals for a write of b at off, and cuts b where a seal
// ends it.
func (n *file) sealedWrite(b *vm.Buffer, off int64) error {
	if n.seals&(unix.F_SEAL_WRITE|unix.F_SEAL_FUTURE_WRITE) != 0 {
		return unix.EPERM
	}
	if n.seals&unix.F_SEAL_GROW == 0 {
		return nil
	}
	room := n.inode.Size() - off
	if room <= 0 {
		return unix.EPERM
	}
	b.Limit(int(min(room, int64(b.Len()))))
	return nil
}
