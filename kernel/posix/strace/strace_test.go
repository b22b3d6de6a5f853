package strace

import (
	"slices"
	"strings"
	"testing"

	"cairn/kernel/arch"
	"cairn/kernel/param"
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/report"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"

	"golang.org/x/sys/unix"
)

// TestMachine traces a task's calls through the dispatcher, as the boot parameter
// asks.
func TestMachine(t *testing.T) {
	if _, _, problems := param.Parse("strace=on --"); len(problems) > 0 {
		t.Fatal(problems)
	}
	var lines []string
	report.SetSink(func(kind, line string) { lines = append(lines, kind+": "+line) })
	handler := func(v uintptr, err error) syscall.Handler {
		return func(*task.Task, *arch.Regs) (uintptr, error) { return v, err }
	}
	syscall.Register([]syscall.Entry{
		{Nr: unix.SYS_FSYNC, Handler: handler(0, unix.EIO)},
		{Nr: unix.SYS_PREAD64, Handler: handler(3, nil)},
		{Nr: unix.SYS_TKILL, Handler: func(t *task.Task, _ *arch.Regs) (uintptr, error) {
			t.Proc.Exit(task.Killed(int(unix.SIGKILL)))
			return 0, nil
		}},
	})
	tk := tasktest.New(t)
	call := func(tk *tasktest.Task, nr uint64, a0, a1, a2 uint64) {
		tk.Regs = arch.Regs{OrigRAX: nr, RDI: a0, RSI: a1, RDX: a2}
		syscall.Dispatch(tk.Task)
	}
	call(tk, unix.SYS_FSYNC, 7, 0, 0)
	call(tk, unix.SYS_PREAD64, 7, 1, 5)
	child := tk.Clone(0)
	call(child, unix.SYS_TKILL, 2, 9, 0)
	exitTask(child.Task)
	reportSignal(tk.Task, &[syscall.SigInfoSize]byte{0: byte(unix.SIGUSR1), 16: 9})

	want := []string{
		`strace: fsync(7)                                = -1 EIO (Input/output error)`,
		`strace: pread64(7, 0x1, 5, 0)                   = 3`,
		`strace: strace: Process CHILD attached`,
		`strace: [pid CHILD] tkill(2, SIGKILL)           = ?`,
		`strace: [pid CHILD] +++ killed by SIGKILL +++`,
		`strace: --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=9, si_uid=0} ---`,
	}
	for i := range lines {
		lines[i] = strings.Replace(lines[i], "[pid     2]", "[pid CHILD]", 1)
		lines[i] = strings.Replace(lines[i], "Process 2 ", "Process CHILD ", 1)
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}
