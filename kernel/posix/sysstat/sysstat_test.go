package sysstat

import (
	"strings"
	"testing"

	"cairn/kernel/clock"
	"cairn/kernel/param"
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/report"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"

	"golang.org/x/sys/unix"
)

// TestMachine runs the life of a machine with the parameter given: calls are
// counted, and the table is printed when the first process ends.
func TestMachine(t *testing.T) {
	if _, _, problems := param.Parse("stats=on --"); len(problems) > 0 {
		t.Fatal(problems)
	}
	now := clock.Time(1000)
	defer func(old func() clock.Time) { clock.Source.Now = old }(clock.Source.Now)
	clock.Source.Now = func() clock.Time { return now }
	var lines []string
	report.SetSink(func(kind, line string) { lines = append(lines, kind+": "+line) })

	first := tasktest.New(t)
	other := first.Clone(0)
	made := func(tk *task.Task, nr uintptr, d clock.Time, err error) {
		_ = syscall.Enter(tk, nr, [6]uintptr{})
		now += d
		_ = syscall.Leave(tk, nr, 0, err)
	}
	made(first.Task, unix.SYS_READ, 300, nil)
	made(other.Task, unix.SYS_READ, 100, unix.EIO)
	made(first.Task, unix.SYS_CLOSE, 600, nil)
	made(first.Task, 5000, 600, unix.ENOSYS)
	_ = syscall.Enter(first.Task, unix.SYS_EXIT_GROUP, [6]uintptr{})

	ended(other.Proc)
	if len(lines) > 0 {
		t.Errorf("printed when another process ended: %q", lines)
	}
	ended(first.Proc)
	want := `stats: % time        nsecs   nsecs/call     calls    errors syscall
stats: ------ ------------ ------------ --------- --------- ----------------
stats:  60.00          600          600         1           close
stats:  40.00          400          200         2         1 read
stats:   0.00            0            0         1           exit_group
stats: ------ ------------ ------------ --------- --------- ----------------
stats: 100.00         1000          250         4         1 total`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
