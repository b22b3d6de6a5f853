package syscall

import (
	"testing"

	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"

	"golang.org/x/sys/unix"
)

// calls collects what happened.
var calls string

// withRoutines replaces the routines for one test.
func withRoutines(t *testing.T, list ...Routine) {
	t.Cleanup(func() { routines = nil })
	routines = nil
	calls = ""
	for _, r := range list {
		AddRoutine(r)
	}
}

// noting returns a routine that notes that it ran; its entry returns refuse.
func noting(name string, order int, refuse error) Routine {
	return Routine{
		Name: name, Order: order,
		Entry:  func(*task.Task, uintptr, [6]uintptr) error { calls += "+" + name + " "; return refuse },
		Exit:   func(*task.Task, uintptr, uintptr, error) { calls += "-" + name + " " },
		Signal: func(*task.Task, *[SigInfoSize]byte) { calls += "!" + name + " " },
	}
}

func TestRoutineOrder(t *testing.T) {
	tests := []struct {
		name   string
		list   []Routine
		want   string
		result int64
	}{
		{"none", nil, "call ", 5},
		{"nested", []Routine{noting("c", 300, nil), noting("a", 100, nil), noting("b", 200, nil)}, "+a +b +c call -c -b -a ", 5},
		{"same order", []Routine{noting("a", 100, nil), noting("b", 100, nil)}, "+a +b call -b -a ", 5},
		{"entry only", []Routine{{Entry: noting("a", 0, nil).Entry}}, "+a call ", 5},
		{"exit only", []Routine{{Exit: noting("a", 0, nil).Exit}}, "call -a ", 5},
		{"refused", []Routine{noting("a", 100, nil), noting("b", 200, unix.EPERM), noting("c", 300, nil)}, "+a +b -c -b -a ", -int64(unix.EPERM)},
		{"refused with success", []Routine{noting("a", 200, unix.Errno(0))}, "+a -a ", 0},
	}
	tk := tasktest.New(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			withRoutines(t, test.list...)
			result := trap(tk, testRoutine)
			if calls != test.want || result != test.result {
				t.Errorf("got %q and %d, want %q and %d", calls, result, test.want, test.result)
			}
		})
	}
}

func TestRoutineSeesTheCall(t *testing.T) {
	var nr, value uintptr
	var args [6]uintptr
	var failed error
	withRoutines(t, Routine{
		Entry: func(_ *task.Task, n uintptr, a [6]uintptr) error { nr, args = n, a; return nil },
		Exit:  func(_ *task.Task, _ uintptr, v uintptr, err error) { value, failed = v, err },
	})
	tk := tasktest.New(t)
	trap(tk, testSum)
	if nr != testSum || args != [6]uintptr{1, 2, 3, 4, 5, 6} || value != 123456 || failed != nil {
		t.Errorf("call %d, arguments %v, result %d, %v", nr, args, value, failed)
	}
	trap(tk, testMissing)
	if nr != testMissing || failed != unix.ENOSYS {
		t.Errorf("call that is not provided: %d, %v", nr, failed)
	}
}

func TestEnterAndLeave(t *testing.T) {
	withRoutines(t, noting("a", 100, nil), noting("b", 200, unix.EACCES))
	tk := tasktest.New(t)
	if err := Enter(tk.Task, testSum, [6]uintptr{}); err != unix.EACCES {
		t.Errorf("Enter returned %v", err)
	}
	for _, test := range []struct{ err, want error }{
		{nil, nil}, {unix.EACCES, unix.EACCES}, {sys.ERESTARTSYS, unix.EINTR}, {unix.Errno(0), nil},
	} {
		if err := Leave(tk.Task, testSum, 0, test.err); err != test.want {
			t.Errorf("Leave(%v) returned %v, want %v", test.err, err, test.want)
		}
	}
	Signalled(tk.Task, &[SigInfoSize]byte{})
	if want := "+a +b -b -a -b -a -b -a -b -a !a !b "; calls != want {
		t.Errorf("got %q, want %q", calls, want)
	}
}

// BenchmarkDispatch shows what a call costs beside its own work, without and
// with a routine.
func BenchmarkDispatch(b *testing.B) {
	tk := tasktest.New(b)
	tk.Regs.OrigRAX = testLeaf
	for _, n := range []int{0, 1} {
		b.Run([]string{"no routine", "one routine"}[n], func(b *testing.B) {
			routines = make([]Routine, n)
			b.Cleanup(func() { routines = nil })
			for b.Loop() {
				Dispatch(tk.Task)
			}
		})
	}
}
