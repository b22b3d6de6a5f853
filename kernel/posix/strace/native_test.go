package strace

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cairn/kernel/syscall"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// The tests in this file make system calls of the host, under the host's
// strace(1), and compare its lines with this package's for the same calls, the same memory
// and the same results.

// childEnv is set in the process that strace(1) runs; its value is the file where
// that process writes its own lines.
const childEnv = "CAIRN_STRACE_LINES"

// marker is a system call that does not exist. It stands before every call that
// is compared.
const marker = 9999

func TestAgainstStrace(t *testing.T) {
	if os.Getenv(childEnv) != "" {
		makeCalls(t)
		return
	}
	tool, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	dir := t.TempDir()
	lines, traces := filepath.Join(dir, "lines"), filepath.Join(dir, "trace")
	cmd := exec.Command(tool, "-ff", "-o", traces, os.Args[0], "-test.run=^TestAgainstStrace$")
	cmd.Env = append(os.Environ(), childEnv+"="+lines, "GODEBUG=asyncpreemptoff=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("strace: %v\n%s", err, out)
	}
	want := marked(t, traces)
	ours, err := os.ReadFile(lines)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(string(ours), "\n"), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines here, %d of strace", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("line %d\n got %s\nwant %s", i, got[i], want[i])
		}
	}
}

// marked returns the lines that follow markers in the trace files.
func marked(t *testing.T, traces string) (lines []string) {
	paths, err := filepath.Glob(traces + ".*")
	if err != nil {
		t.Fatal(err)
	}
	mark := fmt.Sprintf("syscall_0x%x(", marker)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		next := false
		for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
			if next {
				lines = append(lines, s.Text())
			}
			next = strings.HasPrefix(s.Text(), mark)
		}
	}
	return lines
}

// makeCalls makes every call, with a marker before it, and writes the lines that
// this package makes of them.
func makeCalls(t *testing.T) {
	runtime.LockOSThread()
	var b strings.Builder
	tr := &tracer{Options: Options{Output: func(line string) { b.WriteString(line + "\n") }}}
	s := &state{printer: printer{mem: ownMemory{}}}
	tr.attach(s, 1)
	var ds [500]syscall.Description
	for i, c := range nativeCalls() {
		ds[c.nr] = syscall.Description{Nr: uint16(c.nr), Name: syscall.Name(c.nr), Ret: c.ret}
		copy(ds[c.nr].Args[:], c.kinds)
		syscall.Describe(ds[c.nr : c.nr+1])
		args := c.args()
		tr.enter(s, c.nr, args)
		unix.RawSyscall(marker, uintptr(i), 0, 0)
		v, _, errno := unix.RawSyscall6(c.nr, args[0], args[1], args[2], args[3], args[4], args[5])
		var err error
		if errno != 0 {
			v, err = 0, errno
		}
		tr.leave(s, v, err)
	}
	if err := os.WriteFile(os.Getenv(childEnv), []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// ownMemory reads this process's memory; addresses may be bad.
type ownMemory struct{}

func (ownMemory) CopyIn(p []byte, a sys.Addr) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	local := []unix.Iovec{{Base: &p[0], Len: uint64(len(p))}}
	done := 0
	// Page by page, as a call that fails half way says nothing of the first half.
	for done < len(p) {
		n := min(len(p)-done, 4096-int((uint64(a)+uint64(done))%4096))
		local[0].Base, local[0].Len = &p[done], uint64(n)
		remote := []unix.RemoteIovec{{Base: uintptr(a) + uintptr(done), Len: n}}
		m, err := unix.ProcessVMReadv(os.Getpid(), local, remote, 0)
		if err != nil || m <= 0 {
			return done, unix.EFAULT
		}
		done += m
	}
	return done, nil
}

// arena is memory that the calls use, at addresses that do not change.
var arena struct {
	next int
	mem  []byte
}

// alloc returns n zero bytes and their address.
func alloc(n int) ([]byte, uintptr) {
	if arena.mem == nil {
		mem, err := unix.Mmap(-1, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
		if err != nil {
			panic(err)
		}
		arena.mem = mem
	}
	b := arena.mem[arena.next : arena.next+n : arena.next+n]
	arena.next += (n + 63) &^ 63
	return b, addressOf(b)
}

// str returns the address of a NUL-terminated string.
func str(s string) uintptr {
	b, a := alloc(len(s) + 1)
	copy(b, s)
	return a
}

// words returns the address of 64-bit numbers.
func words(v ...uint64) uintptr {
	b, a := alloc(8 * len(v))
	for i, w := range v {
		binary.LittleEndian.PutUint64(b[8*i:], w)
	}
	return a
}

// half returns the address of 32-bit numbers.
func half(v ...uint32) uintptr {
	b, a := alloc(4 * len(v))
	for i, w := range v {
		binary.LittleEndian.PutUint32(b[4*i:], w)
	}
	return a
}

// room returns the address of n zero bytes.
func room(n int) uintptr {
	_, a := alloc(n)
	return a
}
