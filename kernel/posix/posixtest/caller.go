package posixtest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// Bad is an address that is never mapped.
const Bad = 8

// A Caller makes system calls, and logs what they return.
type Caller struct {
	tb   testing.TB
	k    kernel
	name string
	mu   *sync.Mutex
	log  *[]string
}

// A kernel is what the calls are made on.
type kernel interface {
	// call makes a call, and returns its value or its error.
	call(nr uintptr, args [6]uint64) (int64, unix.Errno)
	// alloc returns memory of n bytes, zeroed: its address, and how to get and set it.
	alloc(n int) memory
	// thread returns what another thread of the same process makes its calls on.
	thread() kernel
	// temp opens a new regular file without a name.
	temp(flags int) int
	// reopen opens the file behind fd anew.
	reopen(fd, flags int) int
}

// memory is memory that a call can read and write.
type memory interface {
	addr() uint64
	get(p []byte)
	set(p []byte)
}

// A Mem is memory that calls can be given the address of.
type Mem struct {
	m memory
	n int
}

// Mem returns memory with the contents of p.
func (c *Caller) Mem(p []byte) Mem {
	m := Mem{c.k.alloc(max(len(p), 1)), len(p)}
	m.m.set(p)
	return m
}

// Room returns n bytes of memory.
func (c *Caller) Room(n int) Mem { return c.Mem(make([]byte, n)) }

// String returns memory that holds s and a NUL.
func (c *Caller) String(s string) Mem { return c.Mem(append([]byte(s), 0)) }

// Addr returns the address of the memory.
func (m Mem) Addr() uint64 { return m.m.addr() }

// Bytes returns the contents of the memory.
func (m Mem) Bytes() []byte {
	p := make([]byte, m.n)
	m.m.get(p)
	return p
}

// Set replaces the beginning of the contents.
func (m Mem) Set(p []byte) { m.m.set(p) }

// Call makes a call. Arguments are Mem, for its address, and integers. It
// returns the value, or -1 and the error, and logs nothing.
func (c *Caller) Call(nr uintptr, args ...any) (int64, unix.Errno) {
	var raw [6]uint64
	for i, a := range args {
		raw[i] = c.raw(a)
	}
	v, e := c.k.call(nr, raw)
	if e != 0 {
		return -1, e
	}
	return v, 0
}

func (c *Caller) raw(a any) uint64 {
	switch a := a.(type) {
	case Mem:
		return a.Addr()
	case int:
		return uint64(a)
	case int64:
		return uint64(a)
	case uint64:
		return a
	case uint32:
		return uint64(a)
	case uintptr:
		return uint64(a)
	}
	c.tb.Fatalf("posixtest: argument %v has no address", a)
	return 0
}

// Do makes a call and logs its value or its error under the label.
func (c *Caller) Do(label string, nr uintptr, args ...any) int64 {
	v, e := c.Call(nr, args...)
	if e != 0 {
		c.Log("%s: %s", label, unix.ErrnoName(e))
	} else {
		c.Log("%s: %d", label, v)
	}
	return v
}

// FD makes a call that returns a descriptor, and logs whether it did, but not which.
func (c *Caller) FD(label string, nr uintptr, args ...any) int {
	v, e := c.Call(nr, args...)
	if e != 0 {
		c.Log("%s: %s", label, unix.ErrnoName(e))
	} else {
		c.Log("%s: a descriptor", label)
	}
	return int(v)
}

// Log adds a line.
func (c *Caller) Log(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*c.log = append(*c.log, fmt.Sprintf(format, args...))
}

// Go runs f on another thread. The function returned waits for its end.
func (c *Caller) Go(f func(c *Caller)) (wait func()) {
	other := *c
	other.k = c.k.thread()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(&other)
	}()
	return func() { <-done }
}

// Compare runs script on Linux and on Cairn, and fails the test where the logs differ.
func Compare(t *testing.T, script func(c *Caller)) {
	t.Helper()
	linux := run(t, "linux", newHost(t), script)
	cairn := run(t, "cairn", newCairn(t), script)
	for i := range max(len(linux), len(cairn)) {
		if a, b := line(linux, i), line(cairn, i); a != b {
			t.Errorf("line %d differs:\n  linux: %s\n  cairn: %s", i, a, b)
		}
	}
	if t.Failed() && testing.Verbose() {
		t.Logf("linux said:\n  %s", strings.Join(linux, "\n  "))
	}
}

func line(log []string, i int) string {
	if i < len(log) {
		return log[i]
	}
	return "(nothing)"
}

func run(t *testing.T, name string, k kernel, script func(c *Caller)) []string {
	var log []string
	script(&Caller{tb: t, k: k, name: name, mu: new(sync.Mutex), log: &log})
	return log
}
