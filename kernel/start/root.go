//go:build cairn

package start

import (
	"errors"

	"cairn/kernel/boot"
	"cairn/kernel/fs/initrd"
	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/klog"

	"golang.org/x/sys/unix"
)

// mounts are the file systems that a program expects, mounted if the image has
// them. Their directories are made if need be.
var mounts = []struct {
	fs, path string
	mode     uint32
	flags    uint64
}{
	{"devtmpfs", "/dev", 0o755, unix.MS_NOSUID},
	{"devpts", "/dev/pts", 0o755, unix.MS_NOSUID | unix.MS_NOEXEC},
	{"proc", "/proc", 0o555, unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC},
	{"sysfs", "/sys", 0o555, unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC},
}

// mountRoot makes the root file system from the initial RAM disk, and mounts the others.
func mountRoot() error {
	sb, err := ramfs.New("mode=0755,size=90%")
	if err != nil {
		return err
	}
	root := vfs.MountRoot(sb, "rootfs")
	if r := boot.Machine.Initrd; r.Start < r.End {
		if err := initrd.Unpack(r); err != nil {
			return err
		}
	}
	for _, m := range mounts {
		typ := vfs.LookupFS(m.fs)
		if typ == nil {
			continue
		}
		if err := mount(root, typ, m.path, m.mode, m.flags); err != nil {
			klog.Warnf("%s on %s: %v", m.fs, m.path, err)
		}
	}
	protect(root)
	return nil
}

func mount(root vfs.Path, typ *vfs.FSType, path string, mode uint32, flags uint64) error {
	if err := vfs.Mkdir(nil, root, path, mode); err != nil && !errors.Is(err, unix.EEXIST) {
		return err
	}
	at, err := vfs.Walk(nil, root, path, vfs.Follow)
	if err != nil {
		return err
	}
	sb, err := typ.Mount(typ.Name, "")
	if err != nil {
		return err
	}
	_, err = vfs.MountAt(at, sb, sb.Root, typ.Name, flags)
	return err
}
