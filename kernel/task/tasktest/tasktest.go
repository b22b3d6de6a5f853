// Package tasktest makes tasks for tests on a developer's machine: with an
// address space on simulated memory, and ways to put things into it.
package tasktest

import (
	"runtime"
	"sync"
	"testing"

	"cairn/kernel/mem"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// memorySize is how much physical memory the tests of a package share.
const memorySize = 128 << 20

// InitMemory gives the package's tests their simulated memory, once.
var InitMemory = sync.OnceFunc(func() { mem.InitHosted(memorySize) })

// A Task is a task that is never started: the test makes system calls in its name, from
// one goroutine at a time.
type Task struct {
	*task.Task
	tb testing.TB
}

// New returns a task in a process of its own, which goes when the test ends.
func New(tb testing.TB) *Task {
	tb.Helper()
	InitMemory()
	t, err := task.New("test")
	if err != nil {
		tb.Fatalf("task.New: %v", err)
	}
	tb.Cleanup(t.Abandon)
	return &Task{t, tb}
}

// Clone returns another task, as clone(2) with the flags makes it; CLONE_VM is
// heeded, too. It goes when the test ends.
func (t *Task) Clone(flags uint64) *Task {
	t.tb.Helper()
	as := t.AS
	var err error
	if flags&unix.CLONE_VM != 0 {
		as.Get()
	} else if as, err = as.Fork(); err != nil {
		t.tb.Fatalf("Fork: %v", err)
	}
	c, err := t.Task.Clone(flags, as)
	if err != nil {
		as.Put()
		t.tb.Fatalf("Clone: %v", err)
	}
	t.tb.Cleanup(c.Abandon)
	return &Task{c, t.tb}
}

// Map returns the address of n fresh bytes of user memory, page-aligned; what
// follows the pages is not mapped.
func (t *Task) Map(n int) vm.Addr {
	t.tb.Helper()
	pages := uint64(n+mem.PageSize-1) / mem.PageSize
	size := (pages + 1) * mem.PageSize // one page to spare, unmapped again
	a, err := t.AS.Map(vm.MapOpts{Length: size, Prot: unix.PROT_READ | unix.PROT_WRITE,
		Flags: unix.MAP_PRIVATE | unix.MAP_ANONYMOUS})
	if err != nil {
		t.tb.Fatalf("Map of %d bytes: %v", n, err)
	}
	if err := t.AS.Unmap(a+vm.Addr(pages*mem.PageSize), mem.PageSize); err != nil {
		t.tb.Fatalf("Unmap: %v", err)
	}
	return a
}

// Put places p in fresh user memory and returns its address.
func (t *Task) Put(p []byte) vm.Addr {
	t.tb.Helper()
	a := t.Map(max(len(p), 1))
	t.Set(a, p)
	return a
}

// PutString places s, with a NUL, in fresh user memory and returns its address.
func (t *Task) PutString(s string) vm.Addr {
	t.tb.Helper()
	return t.Put(append([]byte(s), 0))
}

// Set places p at a.
func (t *Task) Set(a vm.Addr, p []byte) {
	t.tb.Helper()
	if _, err := t.CopyOut(a, p); err != nil {
		t.tb.Errorf("%d bytes to user address %#x: %v", len(p), uint64(a), err)
	}
}

// Bytes returns n bytes at a.
func (t *Task) Bytes(a vm.Addr, n int) []byte {
	t.tb.Helper()
	p := make([]byte, n)
	if _, err := t.CopyIn(p, a); err != nil {
		t.tb.Errorf("%d bytes at user address %#x: %v", n, uint64(a), err)
	}
	return p
}

// Go runs f on a goroutine of its own, and returns a function that waits for its end.
func Go(f func()) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	runtime.Gosched()
	return func() { <-done }
}
