package process

import (
	"sync/atomic"

	"cairn/kernel/exec"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// An image is the program that processes run: shared after fork(2), and counted so that its file is
// protected from writing as long as somebody runs it.
type image struct {
	program *exec.Program
	refs    atomic.Int32
}

func newImage(p *exec.Program) *image {
	i := &image{program: p}
	i.refs.Store(1)
	return i
}

// get counts one more user. There may be no image.
func (i *image) get() *image {
	if i != nil {
		i.refs.Add(1)
	}
	return i
}

// put counts one user less.
func (i *image) put() {
	if i != nil && i.refs.Add(-1) == 0 {
		i.program.Release()
	}
}

// image returns the program that the process runs; nil if there is none, or no more.
func (p *Process) image() *image {
	tree.Lock()
	defer tree.Unlock()
	return p.program
}

// Program returns the file that the process executes, counted; the caller Puts it. It is nil if the process
// has ended (/proc/PID/exe).
func (p *Process) Program() *vfs.File {
	tree.Lock()
	defer tree.Unlock()
	if p.program == nil {
		return nil
	}
	p.program.program.File.Get()
	return p.program.program.File
}

// Strings returns where in the process's memory the arguments and the environment are
// (/proc/PID/cmdline, environ); ok is false if the process has ended.
func (p *Process) Strings() (s exec.Strings, ok bool) {
	tree.Lock()
	defer tree.Unlock()
	if p.program == nil {
		return s, false
	}
	return p.program.program.Args, true
}

func init() { exec.Committed = committed }

// committed notes that t runs the program now.
func committed(t *task.Task, program *exec.Program) {
	p := Of(t)
	tree.Lock()
	old := p.program
	p.program = newImage(program)
	p.execed = true
	tree.Unlock()
	old.put()
}

// execed adapts what the library keeps of a task to another program.
func execed(_ *task.Task, th *thread) *thread {
	th.releaseVfork()
	return th
}

// The limits of the arguments of execve(2).
const (
	maxString   = 128 << 10   // one string (MAX_ARG_STRLEN)
	minStrings  = 128 << 10   // all of them may always have (ARG_MAX)
	mostStrings = 6 << 20     // and may never have more than (three quarters of 8 MiB)
	maxPointers = 0x7fff_ffff // MAX_ARG_STRINGS
	pointerSize = 8
)

// argumentLimit returns how many bytes arguments and environment may have together, with
// their pointers: a quarter of the stack, and more of a small one, but never more than all of it
// (execve(2), "Limits on size of arguments and environment").
func argumentLimit(stack uint64) uint64 {
	return min(max(min(stack/4, mostStrings), minStrings), stack)
}

// copyStrings returns the strings of a vector in user memory, and takes their size off *left:
// E2BIG if that is not enough, EFAULT. A null vector is an empty one.
func copyStrings(t *task.Task, a vm.Addr, left *uint64) ([]string, error) {
	var list []string
	if a == 0 {
		return nil, nil
	}
	for ; len(list) < maxPointers; a += pointerSize {
		at, err := vm.Load[uint64](t.AS, a)
		if err != nil {
			return nil, err
		}
		if at == 0 {
			return list, nil
		}
		s, err := t.CopyInString(vm.Addr(at), maxString)
		if err == unix.ENAMETOOLONG {
			err = unix.E2BIG
		}
		if err != nil {
			return nil, err
		}
		size := uint64(len(s)) + 1 + pointerSize
		if size > *left {
			return nil, unix.E2BIG
		}
		*left -= size
		list = append(list, s)
	}
	return nil, unix.E2BIG
}
