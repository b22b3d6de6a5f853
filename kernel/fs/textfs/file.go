package textfs

import (
	"strings"
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A File is a file whose contents are made when it is read. It is an InodeOps.
type File struct {
	vfs.NoInode
	// Text writes the contents to w. t is the reader.
	Text func(t *task.Task, w *strings.Builder) error
	// Set takes what a program wrote, without the newline at the end. Nil: EIO.
	Set func(t *task.Task, s string) error
	// Check says whether the task may open the file; nil: whoever the mode lets.
	Check func(t *task.Task) error
}

// Open opens the file.
func (n *File) Open(t *task.Task, f *vfs.File) error {
	if n.Check != nil {
		if err := n.Check(t); err != nil {
			return err
		}
	}
	f.Ops = &text{file: n}
	return nil
}

// SetAttr refuses: modes and owners do not change.
func (*File) SetAttr(*task.Task, *vfs.Inode, *vfs.SetAttr) error { return unix.EPERM }

// text is an open file: the contents as they were when it was last read from the beginning.
type text struct {
	vfs.NoFile
	file *File
	mu   sync.Mutex
	made bool
	data string
}

// Read reads at off.
func (x *text) Read(t *task.Task, _ *vfs.File, b *vm.Buffer, off int64) (int, error) {
	if x.file.Text == nil {
		return 0, unix.EINVAL
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if off == 0 || !x.made {
		var w strings.Builder
		if err := x.file.Text(t, &w); err != nil {
			return 0, err
		}
		x.data, x.made = w.String(), true
	}
	if off >= int64(len(x.data)) {
		return 0, nil
	}
	part := x.data[off:]
	return b.Write([]byte(part[:min(len(part), b.Len())]))
}

// maxWrite is how many bytes one write takes.
const maxWrite = 4096

// Write takes one value.
func (x *text) Write(t *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if x.file.Set == nil {
		return 0, unix.EIO
	}
	p := make([]byte, min(b.Len(), maxWrite))
	n, err := b.Read(p)
	if err != nil {
		return 0, err
	}
	if err := x.file.Set(t, strings.TrimSuffix(string(p[:n]), "\n")); err != nil {
		return 0, err
	}
	return n, nil
}

// Truncate lets shells write with ">".
func (*text) Truncate(*task.Task, *vfs.File, int64) error { return nil }

// Seek goes anywhere; the end is not known.
func (*text) Seek(f *vfs.File, off int64, whence int) (int64, error) {
	if whence != unix.SEEK_SET && whence != unix.SEEK_CUR {
		return 0, unix.EINVAL
	}
	return vfs.SeekSized(f, off, whence, 0)
}
