package ramfs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/vm"
)

// Adopt makes n bytes of physical memory at start, which is page-aligned, the contents
// of the empty regular file i, in place. See vm.Pages.Adopt.
func Adopt(i *vfs.Inode, start mem.Frame, n uint64) {
	i.Ops.(*file).pages.Adopt(start, n)
	i.SetSize(int64(n))
}

// Fill makes what is in b the contents of the empty regular file i: ENOSPC if there is no
// room.
func Fill(i *vfs.Inode, b *vm.Buffer) error {
	n, err := i.Ops.(*file).pages.WriteAt(b, 0)
	i.SetSize(int64(n))
	return err
}
