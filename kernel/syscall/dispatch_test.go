package syscall

import (
	"errors"
	"strings"
	"testing"

	"cairn/kernel/arch"
	"cairn/kernel/klog"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"

	"golang.org/x/sys/unix"
)

// The numbers that the tests give meaning to.
const (
	testSum = 400 + iota
	testFail
	testOdd
	testRestart
	testLeaf
	testMissing
	testRoutine
)

func init() {
	Register([]Entry{
		{testSum, func(_ *task.Task, r *arch.Regs) (uintptr, error) {
			sum := uintptr(0)
			for i := range 6 {
				sum = 10*sum + Arg(r, i)
			}
			return sum, nil
		}},
		{testFail, func(*task.Task, *arch.Regs) (uintptr, error) { return 7, unix.ENOENT }},
		{testOdd, func(*task.Task, *arch.Regs) (uintptr, error) { return 0, errors.New("odd") }},
		{testRestart, func(*task.Task, *arch.Regs) (uintptr, error) { return 0, sys.ERESTARTNOHAND }},
		{testLeaf, func(t *task.Task, _ *arch.Regs) (uintptr, error) { return uintptr(t.TID), nil }},
		{testRoutine, func(*task.Task, *arch.Regs) (uintptr, error) { calls += "call "; return 5, nil }},
	})
}

// trap makes system call nr with the arguments 1 to 6 and returns its result.
func trap(t *tasktest.Task, nr uint64) int64 {
	t.Regs = arch.Regs{OrigRAX: nr, RDI: 1, RSI: 2, RDX: 3, R10: 4, R8: 5, R9: 6}
	Dispatch(t.Task)
	return int64(t.Regs.SyscallResult())
}

func TestDispatch(t *testing.T) {
	tk := tasktest.New(t)
	tests := []struct {
		name string
		nr   uint64
		want int64
	}{
		{"arguments in order", testSum, 123456},
		{"errno", testFail, -int64(unix.ENOENT)},
		{"error without number", testOdd, -int64(unix.EIO)},
		{"leaf", testLeaf, int64(tk.TID)},
		{"not provided", testMissing, -int64(unix.ENOSYS)},
		{"past the table", maxNumber + 1, -int64(unix.ENOSYS)},
		{"negative", ^uint64(0), -int64(unix.ENOSYS)},
	}
	for _, test := range tests {
		if got := trap(tk, test.nr); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
	if r := tk.TakeRestart(); r.Err != 0 {
		t.Errorf("a call is to be restarted: %+v", r)
	}
	if got := trap(tk, testRestart); got != -int64(sys.ERESTARTNOHAND) {
		t.Errorf("restart: got %d", got)
	}
	if r := tk.TakeRestart(); r.Err != sys.ERESTARTNOHAND || r.Number != testRestart {
		t.Errorf("restart: the task was told %+v", r)
	}
}

func TestDispatchDoesNotAllocate(t *testing.T) {
	tk := tasktest.New(t)
	for _, nr := range []uint64{testLeaf, testFail} {
		tk.Regs = arch.Regs{OrigRAX: nr}
		if n := testing.AllocsPerRun(100, func() { Dispatch(tk.Task) }); n != 0 {
			t.Errorf("call %d allocates %v times", nr, n)
		}
	}
}

func TestUnprovidedIsLoggedOnce(t *testing.T) {
	tk := tasktest.New(t)
	const nr = 250 // keyctl
	for range 3 {
		trap(tk, nr)
	}
	lines := 0
	for _, l := range klog.Tail(100) {
		if strings.Contains(l.Text, "250 (keyctl)") {
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("%d log lines for three calls of one number", lines)
	}
	for nr := range uint64(1000) {
		trap(tk, 10000+nr)
	}
	if n := len(missing.seen); n > maxMissing {
		t.Errorf("%d numbers are noted, more than %d", n, maxMissing)
	}
}

func TestRegisterTwice(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Register([]Entry{{Nr: testSum}})
}

func TestNames(t *testing.T) {
	for nr, want := range map[uintptr]string{
		unix.SYS_READ: "read", unix.SYS_EXECVE: "execve", unix.SYS_STATX: "statx", maxNumber: "rseq_slice_yield", 9999: "syscall_0x270f",
	} {
		if got := Name(nr); got != want {
			t.Errorf("Name(%d) = %q, want %q", nr, got, want)
		}
	}
	if !Provided(testSum) || Provided(testMissing) || Provided(1<<40) {
		t.Error("Provided is wrong")
	}
}

func TestDescribe(t *testing.T) {
	Describe([]Description{{Nr: testSum, Name: "sum"}})
	if d := Describes(testSum); d == nil || d.Name != "sum" {
		t.Errorf("Describes(testSum) = %v", d)
	}
	if Describes(testMissing) != nil || Describes(1<<40) != nil {
		t.Error("a description of nothing")
	}
}
