package tty

import (
	"fmt"
	"slices"
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// world is a library of processes in which the test says who is who.
type world struct {
	session, group map[*task.Task]int32
	orphaned       map[int32]bool
	ignores        map[unix.Signal]bool
	sent           []string
}

func (w *world) Session(t *task.Task) int32 { return w.session[t] }
func (w *world) Group(t *task.Task) int32   { return w.group[t] }
func (w *world) SessionOf(group int32) int32 {
	for t, g := range w.group {
		if g == group {
			return w.session[t]
		}
	}
	return 0
}
func (w *world) Orphaned(group int32) bool                  { return w.orphaned[group] }
func (w *world) Ignores(_ *task.Task, sig unix.Signal) bool { return w.ignores[sig] }
func (w *world) SignalGroup(group int32, sig unix.Signal) {
	w.sent = append(w.sent, fmt.Sprintf("%s to %d", unix.SignalName(sig), group))
}

// took returns the signals sent since the last call.
func (w *world) took() []string {
	s := w.sent
	w.sent = nil
	return s
}

// jobs is a terminal with a shell and a job, both open files of it.
type jobs struct {
	*world
	m          *master
	shell, job *tasktest.Task
	sf, jf     *vfs.File
}

func newJobs(t *testing.T) *jobs {
	t.Helper()
	w := &world{session: map[*task.Task]int32{}, group: map[*task.Task]int32{}, orphaned: map[int32]bool{}, ignores: map[unix.Signal]bool{}}
	Control = w
	t.Cleanup(func() { Control = nil })
	j := &jobs{world: w, m: newOurs(t).m, shell: tasktest.New(t)}
	j.job = j.shell.Clone(unix.CLONE_VM)
	pid := j.shell.Proc.PID
	w.session[j.shell.Task], w.group[j.shell.Task] = pid, pid
	w.session[j.job.Task], w.group[j.job.Task] = pid, j.job.Proc.PID
	j.sf, j.jf = j.open(t, j.shell), j.open(t, j.job)
	return j
}

func (j *jobs) open(t *testing.T, tk *tasktest.Task) *vfs.File {
	t.Helper()
	f, err := j.m.slave.NewFile(tk.Task, unix.O_RDWR)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (j *jobs) ioctl(tk *tasktest.Task, f *vfs.File, cmd uint32, v int32) (int32, error) {
	a := tk.Map(64)
	vm.Store(tk.AS, a, v)
	arg := a
	if cmd == unix.TIOCSCTTY {
		arg = vm.Addr(v)
	}
	_, err := f.Ioctl(tk.Task, cmd, arg)
	got, _ := vm.Load[int32](tk.AS, a)
	return got, err
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func read(tk *tasktest.Task, f *vfs.File) error {
	_, err := f.Ops.Read(tk.Task, f, vm.NewBuffer(make([]byte, 10)), -1)
	return err
}

func write_(tk *tasktest.Task, f *vfs.File) error {
	_, err := f.Ops.Write(tk.Task, f, vm.NewBuffer([]byte("x")), -1)
	return err
}

func TestJobControl(t *testing.T) {
	j := newJobs(t)
	shell, job := j.shell.Proc.PID, j.job.Proc.PID
	_, err := j.ioctl(j.shell, j.sf, unix.TIOCGPGRP, 0)
	want(t, "foreground of no controlling terminal", err, unix.ENOTTY)
	_, err = j.ioctl(j.job, j.jf, unix.TIOCSCTTY, 0)
	want(t, "TIOCSCTTY by no session leader", err, unix.EPERM)
	_, err = j.ioctl(j.shell, j.sf, unix.TIOCSCTTY, 0)
	want(t, "TIOCSCTTY", err, nil)
	_, err = j.ioctl(j.shell, j.sf, unix.TIOCSCTTY, 0)
	want(t, "TIOCSCTTY again", err, nil)
	g, err := j.ioctl(j.job, j.jf, unix.TIOCGPGRP, 0)
	want(t, "foreground", []any{g, err}, []any{shell, nil})
	s, err := j.ioctl(j.job, j.jf, unix.TIOCGSID, 0)
	want(t, "session", []any{s, err}, []any{shell, nil})

	want(t, "read in the background", read(j.job, j.jf), sys.ERESTARTSYS)
	want(t, "signal", j.took(), []string{fmt.Sprintf("SIGTTIN to %d", job)})
	j.ignores[unix.SIGTTIN] = true
	want(t, "read, SIGTTIN ignored", read(j.job, j.jf), unix.EIO)
	j.ignores[unix.SIGTTIN], j.orphaned[job] = false, true
	want(t, "read by an orphaned group", read(j.job, j.jf), unix.EIO)
	j.orphaned[job] = false
	want(t, "write in the background", write_(j.job, j.jf), nil)
	_, err = j.ioctl(j.job, j.jf, unix.TIOCSPGRP, job)
	want(t, "TIOCSPGRP in the background", err, sys.ERESTARTSYS)
	want(t, "signal", j.took(), []string{fmt.Sprintf("SIGTTOU to %d", job)})
	j.ignores[unix.SIGTTOU] = true
	_, err = j.ioctl(j.job, j.jf, unix.TIOCSPGRP, job)
	want(t, "TIOCSPGRP, SIGTTOU ignored", err, nil)
	want(t, "read in the foreground", read(j.job, j.jf), unix.EAGAIN)
	want(t, "Foreground", j.m.slave.Foreground(), job)

	j.ignores[unix.SIGTTOU] = false
	j.m.slave.termios.Lflag |= unix.TOSTOP
	want(t, "write with TOSTOP", write_(j.shell, j.sf), sys.ERESTARTSYS)
	want(t, "signal", j.took(), []string{fmt.Sprintf("SIGTTOU to %d", shell)})
	for g, e := range map[int32]error{-1: unix.EINVAL, 99999: unix.ESRCH, job: nil} {
		_, err = j.ioctl(j.job, j.jf, unix.TIOCSPGRP, g)
		want(t, fmt.Sprint("TIOCSPGRP to ", g), err, e)
	}
	j.m.Write(nil, nil, vm.NewBuffer([]byte("\x03\x1c\x1a")), -1)
	want(t, "keys", j.took(), []string{fmt.Sprintf("SIGINT to %d", job), fmt.Sprintf("SIGQUIT to %d", job), fmt.Sprintf("SIGTSTP to %d", job)})
	j.m.slave.SetWinsize(unix.Winsize{Row: 10, Col: 20})
	j.m.slave.SetWinsize(unix.Winsize{Row: 10, Col: 20})
	want(t, "one change of size", j.took(), []string{fmt.Sprintf("SIGWINCH to %d", job)})
}

func TestHangup(t *testing.T) {
	j := newJobs(t)
	shell, job := j.shell.Proc.PID, j.job.Proc.PID
	j.m.slave.AttachSession(shell, job)
	want(t, "OfSession", OfSession(shell) == j.m.slave, true)
	j.m.slave.Hangup()
	want(t, "signals", j.took(), []string{fmt.Sprintf("SIGHUP to %d", shell), fmt.Sprintf("SIGCONT to %d", shell),
		fmt.Sprintf("SIGHUP to %d", job), fmt.Sprintf("SIGCONT to %d", job)})
	want(t, "OfSession", OfSession(shell) == nil, true)
	want(t, "read after a hang-up", read(j.job, j.jf), nil)
	want(t, "write after a hang-up", write_(j.job, j.jf), unix.EIO)
	_, err := j.ioctl(j.job, j.jf, unix.TIOCGPGRP, 0)
	want(t, "ioctl after a hang-up", err, unix.EIO)
	want(t, "opened again", write_(j.job, j.open(t, j.job)), nil)
}

func TestLeaderEnds(t *testing.T) {
	j := newJobs(t)
	shell, job := j.shell.Proc.PID, j.job.Proc.PID
	j.m.slave.AttachSession(shell, job)
	SessionEnded(shell)
	want(t, "signals", j.took(), []string{fmt.Sprintf("SIGHUP to %d", job)})
	want(t, "OfSession", OfSession(shell) == nil, true)
	want(t, "write", write_(j.job, j.jf), nil)
	_, err := j.ioctl(j.job, j.jf, unix.TIOCGSID, 0)
	want(t, "TIOCGSID", err, unix.ENOTTY)
}

func TestGivingUp(t *testing.T) {
	j := newJobs(t)
	shell, job := j.shell.Proc.PID, j.job.Proc.PID
	j.m.slave.AttachSession(shell, job)
	_, err := j.ioctl(j.job, j.jf, unix.TIOCNOTTY, 0)
	want(t, "TIOCNOTTY of a job", err, nil)
	want(t, "signals", len(j.took()), 0)
	want(t, "its terminal", Controlling(j.job.Task) == nil, true)
	want(t, "its child's", Controlling(j.job.Clone(unix.CLONE_VM).Task) == nil, true)
	want(t, "the shell's", Controlling(j.shell.Task) == j.m.slave, true)
	_, err = j.ioctl(j.job, j.jf, unix.TIOCNOTTY, 0)
	want(t, "TIOCNOTTY again", err, unix.ENOTTY)
	_, err = j.ioctl(j.shell, j.sf, unix.TIOCNOTTY, 0)
	want(t, "TIOCNOTTY of the leader", err, nil)
	want(t, "signals", slices.Equal(j.took(), []string{fmt.Sprintf("SIGHUP to %d", job), fmt.Sprintf("SIGCONT to %d", job)}), true)
	want(t, "the shell's", Controlling(j.shell.Task) == nil, true)
}

func TestOpenAdopts(t *testing.T) {
	j := newJobs(t)
	open := func(tk *tasktest.Task, noCTTY bool) {
		i := &vfs.Inode{}
		i.SetUp(nodes, &inode{t: j.m.slave}, unix.S_IFCHR, 0, 0)
		flags := unix.O_RDWR
		if noCTTY {
			flags |= unix.O_NOCTTY
		}
		f := vfs.NewFileInode(nil, i, "tty", flags)
		if err := i.Ops.Open(tk.Task, f); err != nil {
			t.Fatal(err)
		}
	}
	open(j.shell, true)
	want(t, "O_NOCTTY", Controlling(j.shell.Task) == nil, true)
	open(j.job, false)
	want(t, "open by no leader", Controlling(j.shell.Task) == nil, true)
	open(j.shell, false)
	want(t, "open by the leader", Controlling(j.shell.Task) == j.m.slave, true)
	f := vfs.NewFile(nil, "tty", unix.O_RDWR)
	want(t, "/dev/tty", openTTY(j.job.Task, f), nil)
	j.session[j.job.Task] = 4711
	want(t, "/dev/tty elsewhere", openTTY(j.job.Task, f), unix.ENXIO)
}

func TestWithoutProcesses(t *testing.T) {
	m := newOurs(t).m
	m.slave.AttachSession(1, 1)
	m.Write(nil, nil, vm.NewBuffer([]byte("\x03")), -1)
	tk := tasktest.New(t)
	f, err := m.slave.NewFile(tk.Task, unix.O_RDWR)
	want(t, "open", err, nil)
	want(t, "read", read(tk, f), unix.EAGAIN)
	want(t, "/dev/tty", openTTY(tk.Task, f), unix.ENXIO)
	m.slave.disown()
}
