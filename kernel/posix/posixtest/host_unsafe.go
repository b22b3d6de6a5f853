package posixtest

import (
	"fmt"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// host makes calls on the kernel that the test runs on.
type host struct{ tb testing.TB }

func newHost(tb testing.TB) kernel { return host{tb} }

func (host) call(nr uintptr, a [6]uint64) (int64, unix.Errno) {
	v, _, e := unix.Syscall6(nr, uintptr(a[0]), uintptr(a[1]), uintptr(a[2]), uintptr(a[3]), uintptr(a[4]), uintptr(a[5]))
	return int64(v), e
}

func (h host) thread() kernel { return h }

func (h host) temp(flags int) int {
	name := fmt.Sprintf("/dev/shm/cairn-posixtest-%d", unix.Getpid())
	fd, err := unix.Open(name, unix.O_CREAT|unix.O_EXCL|unix.O_RDWR|flags, 0o600)
	if err == nil {
		err = unix.Unlink(name)
	}
	if err != nil {
		h.tb.Fatalf("a temporary file: %v", err)
	}
	return fd
}

func (h host) reopen(fd, flags int) int {
	n, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", fd), flags, 0)
	if err != nil {
		h.tb.Fatalf("opening descriptor %d anew: %v", fd, err)
	}
	return n
}

// alloc maps the memory, so that it ends where nothing is mapped, as newCairn's does.
func (h host) alloc(n int) memory {
	size := (n+pageSize-1)/pageSize*pageSize + pageSize
	p, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		h.tb.Fatalf("mmap: %v", err)
	}
	if err := unix.Mprotect(p[size-pageSize:], unix.PROT_NONE); err != nil {
		h.tb.Fatalf("mprotect: %v", err)
	}
	h.tb.Cleanup(func() { _ = unix.Munmap(p) })
	return hostMemory(p[:size-pageSize])
}

type hostMemory []byte

func (m hostMemory) addr() uint64 { return uint64(uintptr(unsafe.Pointer(&m[0]))) }
func (m hostMemory) get(p []byte) { copy(p, m) }
func (m hostMemory) set(p []byte) { copy(m, p) }
