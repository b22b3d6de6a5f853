// Package eventfd is eventfd(2): a counter that programs signal each other with.
package eventfd

import (
	"encoding/binary"
	"math"
	"strings"
	"sync"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

//go:generate go run cairn/tools/sysgen

// Eventfd2 implements eventfd2(2).
//
// Supports EFD_CLOEXEC, EFD_NONBLOCK and EFD_SEMAPHORE.
//
//cairn:syscall eventfd2
func Eventfd2(t *task.Task, count uint32, flags sys.EventfdFlags) (sys.FD, error) {
	if flags&^(unix.EFD_CLOEXEC|unix.EFD_NONBLOCK|unix.EFD_SEMAPHORE) != 0 {
		return -1, unix.EINVAL
	}
	f := New(uint64(count), int(flags))
	return fdtab.Install(t, f, flags&unix.EFD_CLOEXEC != 0)
}

// Eventfd implements eventfd(2).
//
//cairn:syscall eventfd
func Eventfd(t *task.Task, count uint32) (sys.FD, error) { return Eventfd2(t, count, 0) }

// New returns an eventfd that starts at count. flags are EFD_NONBLOCK and EFD_SEMAPHORE.
func New(count uint64, flags int) *vfs.File {
	e := &eventfd{semaphore: flags&unix.EFD_SEMAPHORE != 0, id: lastID.Add(1)}
	e.count.Store(count)
	return vfs.NewFile(e, "anon_inode:[eventfd]", unix.O_RDWR|flags&unix.O_NONBLOCK)
}

// lastID is the number of the youngest eventfd, which fdinfo shows.
var lastID atomic.Int64

// maxCount is the highest value of the counter.
const maxCount = math.MaxUint64 - 1

type eventfd struct {
	vfs.NoFile
	semaphore bool
	id        int64
	queue     wait.Queue

	mu    sync.Mutex
	count atomic.Uint64 // changes with mu held
	word  [8]byte       // scratch for copies
}

// Read takes the counter, or with EFD_SEMAPHORE one of it: EINVAL if b has no room for
// 8 bytes, EAGAIN if the counter is 0.
func (e *eventfd) Read(t *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if b.Len() < len(e.word) {
		return 0, unix.EINVAL
	}
	e.mu.Lock()
	n := e.count.Load()
	if n == 0 {
		if t != nil {
			t.Unready = e.queue.Mark()
		}
		e.mu.Unlock()
		return 0, unix.EAGAIN
	}
	if e.semaphore {
		n = 1
	}
	e.count.Add(-n)
	binary.NativeEndian.PutUint64(e.word[:], n)
	_, err := b.Write(e.word[:])
	e.mu.Unlock()
	e.queue.Wake(wait.Out)
	if err != nil {
		return 0, err // as on Linux, what was taken is gone
	}
	return len(e.word), nil
}

// Write adds to the counter: EINVAL if b holds fewer than 8 bytes or the highest
// number, EAGAIN if the sum would be beyond the highest value.
func (e *eventfd) Write(_ *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if b.Len() < len(e.word) {
		return 0, unix.EINVAL
	}
	e.mu.Lock()
	var before vm.Buffer
	if e.count.Load() != 0 { // there may be no room
		before = *b
	}
	if _, err := b.Read(e.word[:]); err != nil {
		e.mu.Unlock()
		return 0, err
	}
	n := binary.NativeEndian.Uint64(e.word[:])
	switch {
	case n == math.MaxUint64:
		e.mu.Unlock()
		return 0, unix.EINVAL
	case n >= math.MaxUint64-e.count.Load():
		e.mu.Unlock()
		*b = before // it is written again when there is room
		return 0, unix.EAGAIN
	}
	e.count.Add(n)
	e.mu.Unlock()
	e.queue.Wake(wait.In)
	return len(e.word), nil
}

// Add adds n to the counter for the kernel itself, up to the highest value.
func Add(f *vfs.File, n uint64) bool {
	e, ok := f.Ops.(*eventfd)
	if !ok {
		return false
	}
	e.mu.Lock()
	e.count.Add(min(n, math.MaxUint64-e.count.Load()))
	e.mu.Unlock()
	e.queue.Wake(wait.In)
	return true
}

// Ready says what eventfd(2) documents for poll(2).
func (e *eventfd) Ready(*vfs.File) wait.Events {
	count := e.count.Load()
	var ev wait.Events
	if count > 0 {
		ev |= wait.In
	}
	if count == math.MaxUint64 {
		ev |= wait.Err
	}
	if count < maxCount {
		ev |= wait.Out
	}
	return ev
}

// Queue returns the eventfd's queue.
func (e *eventfd) Queue(*vfs.File) *wait.Queue { return &e.queue }

// FDInfo adds the counter, as Linux's eventfd_show_fdinfo does.
func (e *eventfd) FDInfo(_ *vfs.File, w *strings.Builder) {
	e.mu.Lock()
	defer e.mu.Unlock()
	semaphore := 0
	if e.semaphore {
		semaphore = 1
	}
	kfmt.Fprintf(w, "eventfd-count: %16x\neventfd-id: %d\neventfd-semaphore: %d\n", e.count.Load(), e.id, semaphore)
}
