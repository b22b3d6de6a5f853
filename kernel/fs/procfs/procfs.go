// Package procfs is /proc (proc(5)): the files of every process, and what the machine
// tells about itself.
//
// Contents are made when a file is read from its beginning, and stay until it is read from
// there again. Other libraries add files, and what they know of processes, through package
// facts.
package procfs

import (
	"sync"

	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/textfs"
	"cairn/kernel/fs/vfs"

	"golang.org/x/sys/unix"
)

// Type is the file system "proc" of mount(2). There is one, however often it is mounted.
var Type = &vfs.FSType{Name: "proc", Magic: unix.PROC_SUPER_MAGIC}

var proc struct {
	sync.Mutex
	sb *vfs.SuperBlock
}

func init() {
	Type.Mount = mount
	vfs.RegisterFS(Type)
}

func mount(_, _ string) (*vfs.SuperBlock, error) {
	proc.Lock()
	defer proc.Unlock()
	if proc.sb == nil {
		sb := vfs.NewSuperBlock(Type)
		sb.SetNoAtime()
		i := textfs.NewInode(sb, &rootDir{}, unix.S_IFDIR|0555)
		i.SetNlink(3)
		sb.SetRoot(i)
		proc.sb = sb
		facts.Files(func(f facts.File) { add(sb, f) })
	}
	return proc.sb, nil
}

// add puts a registered file into the tree.
func add(sb *vfs.SuperBlock, f facts.File) {
	if f.Target != "" {
		textfs.Add(sb, f.Path, textfs.NewInode(sb, &textfs.Link{Target: f.Target}, unix.S_IFLNK|0777))
		return
	}
	ops := &textfs.File{Text: f.Read, Set: f.Write}
	textfs.Add(sb, f.Path, textfs.NewInode(sb, ops, unix.S_IFREG|f.Perm))
}
