package strace

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"cairn/kernel/syscall"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

func init() {
	syscall.Describe([]syscall.Description{
		{Nr: unix.SYS_PREAD64, Name: "pread64", Args: [6]sys.Kind{sys.KindFD, sys.KindOutBuf, sys.KindSize, sys.KindOff}, Ret: sys.KindPlainInt64},
		{Nr: unix.SYS_FSYNC, Name: "fsync", Args: [6]sys.Kind{sys.KindFD}, Ret: sys.KindPlainInt32},
		{Nr: unix.SYS_EXIT_GROUP, Name: "exit_group", Args: [6]sys.Kind{sys.KindExitCode}, Ret: sys.KindPlainInt32},
		{Nr: unix.SYS_TKILL, Name: "tkill", Args: [6]sys.Kind{sys.KindPid, sys.KindSignal}, Ret: sys.KindPlainInt32},
	})
}

// fakeMemory is user memory that begins at address 0x1000.
type fakeMemory []byte

const fakeBase = 0x1000

func (m fakeMemory) CopyIn(p []byte, a sys.Addr) (int, error) {
	if a < fakeBase || a-fakeBase > sys.Addr(len(m)) {
		return 0, unix.EFAULT
	}
	n := copy(p, m[a-fakeBase:])
	if n < len(p) {
		return n, unix.EFAULT
	}
	return n, nil
}

// trace returns a tracer that collects lines, and n tasks.
func trace(file bool, n int) (tr *tracer, tasks []*state, lines *[]string) {
	lines = new([]string)
	tr = &tracer{Options: Options{File: file, Output: func(line string) { *lines = append(*lines, line) }}}
	for i := range n {
		s := &state{printer: printer{mem: fakeMemory("hello, world\x00")}}
		tr.attach(s, int32(10+i))
		tasks = append(tasks, s)
	}
	return tr, tasks, lines
}

func pread(tr *tracer, s *state) { tr.enter(s, unix.SYS_PREAD64, [6]uintptr{3, fakeBase, 100}) }
func fsync(tr *tracer, s *state) { tr.enter(s, unix.SYS_FSYNC, [6]uintptr{5}) }

func TestTracerLines(t *testing.T) {
	tests := []struct {
		name  string
		file  bool
		tasks int
		do    func(tr *tracer, s []*state)
		want  string
	}{
		{"one task", false, 1, func(tr *tracer, s []*state) {
			pread(tr, s[0])
			tr.leave(s[0], 5, nil)
			fsync(tr, s[0])
			tr.leave(s[0], 0, unix.EIO)
		}, `
pread64(3, "hello", 100, 0)             = 5
fsync(5)                                = -1 EIO (Input/output error)`},
		{"interleaved", true, 2, func(tr *tracer, s []*state) {
			pread(tr, s[0])
			fsync(tr, s[1])
			tr.leave(s[0], 2, nil)
			tr.leave(s[1], 0, nil)
		}, `
10    pread64(3,  <unfinished ...>
11    fsync(5 <unfinished ...>
10    <... pread64 resumed>"he", 100, 0) = 2
11    <... fsync resumed>)              = 0`},
		{"attached", false, 2, func(tr *tracer, s []*state) {
			fsync(tr, s[1])
			tr.leave(s[1], 0, nil)
			tr.detach(s[1], s[1].ending(task.Exited(3)))
			fsync(tr, s[0])
			tr.leave(s[0], 0, nil)
		}, `
strace: Process 11 attached
[pid    11] fsync(5)                    = 0
[pid    11] +++ exited with 3 +++
fsync(5)                                = 0`},
		{"exit", false, 1, func(tr *tracer, s []*state) {
			tr.enter(s[0], unix.SYS_EXIT_GROUP, [6]uintptr{0x101})
			tr.detach(s[0], s[0].ending(task.Exited(7)))
		}, `
exit_group(257)                         = ?
+++ exited with 1 +++`},
		{"killed in a call", false, 1, func(tr *tracer, s []*state) {
			pread(tr, s[0])
			tr.detach(s[0], s[0].ending(task.Killed(9)))
		}, `
pread64(3,  <unfinished ...>)           = ?
+++ killed by SIGKILL +++`},
		{"kills itself", false, 1, func(tr *tracer, s []*state) {
			tr.enter(s[0], unix.SYS_TKILL, [6]uintptr{10, 6})
			tr.detach(s[0], s[0].ending(task.Killed(0x80|6)))
		}, `
tkill(10, SIGABRT)                      = ?
+++ killed by SIGABRT +++`},
		{"signal", false, 1, func(tr *tracer, s []*state) {
			pread(tr, s[0])
			tr.leave(s[0], 0, sys.ERESTARTSYS)
			tr.event(10, "--- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---")
		}, `
pread64(3, 0x1000, 100, 0)              = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
--- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---`},
		{"unknown call", false, 1, func(tr *tracer, s []*state) {
			tr.enter(s[0], unix.SYS_LANDLOCK_CREATE_RULESET, [6]uintptr{0, 0, 1})
			tr.leave(s[0], 0, unix.ENOSYS)
			tr.enter(s[0], 3000, [6]uintptr{})
			tr.leave(s[0], 0, unix.ENOSYS)
		}, `
landlock_create_ruleset(0, 0, 0x1, 0, 0, 0) = -1 ENOSYS (Function not implemented)
syscall_0xbb8(0, 0, 0, 0, 0, 0)         = -1 ENOSYS (Function not implemented)`},
		{"error without number", false, 1, func(tr *tracer, s []*state) {
			fsync(tr, s[0])
			tr.leave(s[0], 0, errors.New("no number"))
		}, `
fsync(5)                                = -1 EIO (Input/output error)`},
		{"negative result", false, 1, func(tr *tracer, s []*state) {
			fsync(tr, s[0])
			tr.leave(s[0], minus(4), nil)
		}, `
fsync(5)                                = -1 EINTR (Interrupted system call)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tr, s, lines := trace(test.file, test.tasks)
			test.do(tr, s)
			if want := strings.Split(test.want[1:], "\n"); !slices.Equal(*lines, want) {
				t.Errorf("got\n%s\nwant%s", strings.Join(*lines, "\n"), test.want)
			}
		})
	}
}

// TestFormatsAreComplete fails if a kind has no format.
func TestFormatsAreComplete(t *testing.T) {
	for k := sys.KindNone + 1; k < sys.NumKinds; k++ {
		if f := formats[k]; f.print == nil && f.enum == nil && f.flags == nil {
			t.Errorf("kind %d has no format", k)
		}
	}
}

// FuzzPrinter hands arguments and memory of any kind to every format. Nothing may
// panic or take long.
func FuzzPrinter(f *testing.F) {
	f.Add([]byte("\x00\x10\x00\x00\x08\x00\x00\x00"), uint64(fakeBase), uint64(8), uint64(fakeBase), uint64(5), 0)
	f.Add([]byte("\x01\x00/path"), uint64(fakeBase), uint64(1<<63), ^uint64(0), uint64(0), int(unix.EINTR))
	f.Fuzz(func(t *testing.T, mem []byte, a, b, c, v uint64, errno int) {
		args := [6]uintptr{uintptr(a), uintptr(b), uintptr(c), uintptr(a), uintptr(b), uintptr(c)}
		for k := sys.KindNone + 1; k < sys.NumKinds; k++ {
			for i := 2; i < 5; i++ {
				p := printer{mem: fakeMemory(mem), args: args, desc: &syscall.Description{}}
				p.save(i, k)
				p.v, p.errno = uintptr(v), unix.Errno(errno&0xfff)
				p.argument(i, k)
			}
		}
		for name := range specials {
			p := printer{mem: fakeMemory(mem), args: args, name: name}
			p.enter()
			p.exit(uintptr(v), unix.Errno(errno&0xfff))
		}
		for name := range comments {
			p := printer{mem: fakeMemory(mem), args: args, name: name, desc: &syscall.Description{}}
			p.exit(uintptr(v), 0)
			p.result()
		}
	})
}
