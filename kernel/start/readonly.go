//go:build cairn

package start

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/klog"
	"cairn/kernel/param"

	"golang.org/x/sys/unix"
)

var readOnly = param.Strings("vfs.readonly", "a file or directory that programs can read only (may be given several times)")

// protect mounts what the boot parameter names once more, at the same place, so that it can be read only.
func protect(root vfs.Path) {
	for _, name := range readOnly.Value() {
		at, err := vfs.Walk(nil, root, name, vfs.Follow)
		if err == nil {
			_, err = vfs.MountAt(at, at.Mount.SB, at.Dentry, "rootfs", unix.MS_RDONLY)
		}
		if err != nil {
			klog.Errf("boot parameter vfs.readonly=%s: %v", name, err)
		}
	}
}
