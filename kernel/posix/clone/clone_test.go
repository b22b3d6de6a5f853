package clone_test

import (
	"encoding/binary"
	"testing"

	"cairn/kernel/mem"
	"cairn/kernel/posix/fdtab"
	_ "cairn/kernel/posix/pidfd"
	"cairn/kernel/posix/process"
	pt "cairn/kernel/posix/process/processtest"
	_ "cairn/kernel/posix/rlimit"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

func end(p *pt.Program) { p.Call(unix.SYS_EXIT_GROUP, 0) }

// clone makes a task that ends at once, with a stack of its own.
func clone(p *pt.Program, flags, parentTID, childTID, tls uint64) (int64, error) {
	return p.Spawn(end, unix.SYS_CLONE, flags, 0, parentTID, childTID, tls)
}

func TestFlagsThatMustNotGoTogether(t *testing.T) {
	const sigchld = uint64(unix.SIGCHLD)
	pt.Run(t, func(p *pt.Program) {
		for _, c := range []struct {
			name  string
			flags uint64
			want  error
		}{
			{"THREAD without SIGHAND", unix.CLONE_THREAD | unix.CLONE_VM, unix.EINVAL},
			{"SIGHAND without VM", unix.CLONE_SIGHAND, unix.EINVAL},
			{"NEWNS with FS", unix.CLONE_NEWNS | unix.CLONE_FS, unix.EINVAL},
			{"NEWUSER with FS", unix.CLONE_NEWUSER | unix.CLONE_FS, unix.EINVAL},
			{"NEWPID", unix.CLONE_NEWPID | sigchld, unix.EINVAL},
			{"NEWNET", unix.CLONE_NEWNET | sigchld, unix.EINVAL},
			{"PIDFD with THREAD", unix.CLONE_PIDFD | pt.ThreadFlags, unix.EINVAL},
			{"PIDFD with DETACHED", unix.CLONE_PIDFD | unix.CLONE_DETACHED, unix.EINVAL},
			{"PIDFD with PARENT_SETTID", unix.CLONE_PIDFD | unix.CLONE_PARENT_SETTID, unix.EINVAL},
			{"SETTLS outside of user space", unix.CLONE_SETTLS | sigchld, unix.EPERM},
		} {
			if _, err := clone(p, c.flags, 0, 0, 1<<63); err != c.want {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
	})
}

// TestSignalThatDoesNotExist ends a child whose parent cannot be told, and waits for it.
func TestSignalThatDoesNotExist(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		pid, err := p.Spawn(func(*pt.Program) {}, unix.SYS_CLONE, 65)
		if err != nil {
			t.Fatalf("clone: %v", err)
		}
		if got, _, err := p.Wait(pid, unix.WCLONE); got != pid || err != nil {
			t.Errorf("wait4 with __WCLONE: %d, %v", got, err)
		}
		if sent := pt.TakeSent(p.Must(unix.SYS_GETPID)); len(sent) != 0 {
			t.Errorf("sent %v", sent)
		}
		args := p.Bytes(make([]byte, 64))
		p.Store(args+32, 65)
		if _, err := p.Call(unix.SYS_CLONE3, args, 64); err != unix.EINVAL {
			t.Errorf("clone3: %v, want EINVAL", err)
		}
	})
}

func TestIDsOfTheChild(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		parent, child := uint64(p.Map(4, true)), uint64(p.Map(4, true))
		pid, err := p.Spawn(func(c *pt.Program) {
			if got := int64(c.Load(child)); got != c.Must(unix.SYS_GETPID) {
				t.Errorf("CLONE_CHILD_SETTID wrote %d", got)
			}
		}, unix.SYS_CLONE, unix.CLONE_PARENT_SETTID|unix.CLONE_CHILD_SETTID|uint64(unix.SIGCHLD), 0, parent, child)
		if err != nil || int64(p.Load(parent)) != pid {
			t.Errorf("CLONE_PARENT_SETTID wrote %d, clone returned %d, %v", p.Load(parent), pid, err)
		}
		p.Wait(pid, 0)

		// CLONE_CHILD_CLEARTID is how pthread_join waits.
		tid, err := p.Spawn(func(c *pt.Program) { c.Call(unix.SYS_EXIT, 0) }, unix.SYS_CLONE,
			pt.ThreadFlags|unix.CLONE_PARENT_SETTID|unix.CLONE_CHILD_CLEARTID, 0, parent, parent)
		if err != nil {
			t.Fatal(err)
		}
		for p.Load(parent) != 0 {
			p.Call(unix.SYS_FUTEX, parent, 0, uint64(tid), 0)
		}
	})
}

func TestExitSignalAndCloneParent(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		silent, _ := clone(p, 0, 0, 0, 0)
		if _, _, err := p.Wait(silent, 0); err != unix.ECHILD {
			t.Errorf("wait4 without __WCLONE for a child without SIGCHLD: %v, want ECHILD", err)
		}
		if pid, _, err := p.Wait(silent, unix.WCLONE); pid != silent {
			t.Errorf("wait4 with __WCLONE = %d, %v", pid, err)
		}
		var brother int64
		child := p.Fork(func(c *pt.Program) {
			brother, _ = clone(c, unix.CLONE_PARENT, 0, 0, 0)
		})
		p.Wait(child, 0)
		if pid, _, err := p.Wait(brother, 0); pid != brother {
			t.Errorf("wait4 for a child made with CLONE_PARENT = %d, %v", pid, err)
		}
	})
}

// args puts a struct clone_args into user memory.
func args(p *pt.Program, fields ...uint64) uint64 {
	var b []byte
	for _, f := range fields {
		b = binary.NativeEndian.AppendUint64(b, f)
	}
	return p.Bytes(append(b, make([]byte, 200)...))
}

func TestClone3Arguments(t *testing.T) {
	const size = 88
	sigchld := uint64(unix.SIGCHLD)
	pt.Run(t, func(p *pt.Program) {
		self := p.Must(unix.SYS_GETPID)
		tids := func(tid int32) uint64 { return p.Bytes(binary.NativeEndian.AppendUint32(nil, uint32(tid))) }
		for _, c := range []struct {
			name   string
			size   uint64
			fields []uint64 // flags, pidfd, child tid, parent tid, signal, stack, size, tls, set_tid, its size, cgroup, more
			want   error
		}{
			{"nothing special", size, []uint64{0, 0, 0, 0, sigchld}, nil},
			{"the oldest size", 64, []uint64{0, 0, 0, 0, sigchld}, nil},
			{"a newer size, all zero", 128, []uint64{0, 0, 0, 0, sigchld}, nil},
			{"less than the oldest size", 63, nil, unix.EINVAL},
			{"a newer size with something in it", 128, []uint64{11: 1}, unix.E2BIG},
			{"more than a page", 4097, nil, unix.E2BIG},
			{"a signal in the flags", size, []uint64{sigchld}, unix.EINVAL},
			{"an unknown flag", size, []uint64{1 << 40}, unix.EINVAL},
			{"a signal that does not exist", size, []uint64{0, 0, 0, 0, 65}, unix.EINVAL},
			{"PIDFD and PARENT_SETTID in one place", size, []uint64{unix.CLONE_PIDFD | unix.CLONE_PARENT_SETTID, 8, 0, 8, sigchld}, unix.EINVAL},
			{"a control group in an old struct", 64, []uint64{unix.CLONE_INTO_CGROUP}, unix.EINVAL},
			{"a signal and THREAD", size, []uint64{pt.ThreadFlags, 0, 0, 0, sigchld}, unix.EINVAL},
			{"SIGHAND and CLEAR_SIGHAND", size, []uint64{unix.CLONE_SIGHAND | unix.CLONE_VM | unix.CLONE_CLEAR_SIGHAND}, unix.EINVAL},
			{"a stack without a size", size, []uint64{5: 4096}, unix.EINVAL},
			{"a size without a stack", size, []uint64{6: 4096}, unix.EINVAL},
			{"a stack beyond user space", size, []uint64{5: 1 << 62, 6: 4096}, unix.EINVAL},
			{"a control group", size, []uint64{unix.CLONE_INTO_CGROUP}, unix.EBADF},
			{"an id that is taken", size, []uint64{8: tids(int32(self)), 9: 1}, unix.EEXIST},
			{"no id", size, []uint64{8: tids(0), 9: 1}, unix.EINVAL},
			{"an id beyond the largest", size, []uint64{8: tids(1 << 20), 9: 1}, unix.EINVAL},
			{"ids of two namespaces", size, []uint64{8: tids(9), 9: 2}, unix.EINVAL},
		} {
			pid, err := p.Spawn(end, unix.SYS_CLONE3, args(p, c.fields...), c.size)
			if err != c.want && !(err == nil && c.want == nil) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
			if err == nil {
				p.Wait(pid, 0)
			}
		}
		if pid, err := p.Spawn(end, unix.SYS_CLONE3, args(p, 0, 0, 0, 0, sigchld, 0, 0, 0, tids(12345), 1, 0), size); pid != 12345 {
			t.Errorf("set_tid: %d, %v, want 12345", pid, err)
		}
	})
}

func TestPidfd(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		at := uint64(p.Map(4, false))
		var sent bool
		process.Signals.Pidfd = func(_, target *task.Task, sig sys.Signal, _ sys.SigInfo) error {
			sent = true
			target.Proc.Exit(task.Killed(int(sig)))
			return nil
		}
		child, err := p.Spawn(func(c *pt.Program) {
			c.Call(unix.SYS_FUTEX, uint64(c.Map(4, false)), 0, 0, 0)
		}, unix.SYS_CLONE, unix.CLONE_PIDFD|uint64(unix.SIGCHLD), 0, at)
		if err != nil {
			t.Fatal(err)
		}
		fd := uint64(p.Load(at))
		f, err := fdtab.Get(p.Task, sys.FD(fd))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Put()
		if cloexec, _ := fdtab.Cloexec(p.Task, sys.FD(fd)); !cloexec || f.Ready() != 0 {
			t.Errorf("close-on-exec %t, ready %#x; want true, 0", cloexec, f.Ready())
		}
		if _, err := p.Call(unix.SYS_WAITID, unix.P_PIDFD, fd, 0, unix.WEXITED|unix.WNOHANG, 0); err != nil {
			t.Errorf("waitid with P_PIDFD: %v", err)
		}
		p.Must(unix.SYS_PIDFD_SEND_SIGNAL, fd, uint64(unix.SIGKILL), 0, 0)
		p.Must(unix.SYS_WAITID, unix.P_PIDFD, fd, 0, unix.WEXITED|unix.WNOWAIT, 0)
		if !sent || f.Ready() == 0 {
			t.Errorf("sent %t, ready %#x after the end", sent, f.Ready())
		}
		p.Must(unix.SYS_WAITID, unix.P_PIDFD, fd, 0, unix.WEXITED, 0)
		if _, err := p.Call(unix.SYS_PIDFD_SEND_SIGNAL, fd, 0, 0, 0); err != unix.ESRCH {
			t.Errorf("a signal to a process that was waited for: %v, want ESRCH", err)
		}
		if _, err := p.Call(unix.SYS_PIDFD_OPEN, uint64(child), 0); err != unix.ESRCH {
			t.Errorf("pidfd_open of it: %v, want ESRCH", err)
		}
		self := p.Must(unix.SYS_PIDFD_OPEN, uint64(p.Must(unix.SYS_GETPID)), 0)
		got := p.Must(unix.SYS_PIDFD_GETFD, uint64(self), fd, 0)
		g, _ := fdtab.Get(p.Task, sys.FD(got))
		defer g.Put()
		if g != f {
			t.Error("pidfd_getfd returned another file")
		}
	})
}

func TestNprocLimit(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		const user = 1000
		p.Must(unix.SYS_SETUID, user)
		limit := p.Bytes(binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint64(nil, 3), 3))
		p.Must(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NPROC, limit, 0)
		wait := func(c *pt.Program) { c.Call(unix.SYS_FUTEX, uint64(c.Map(4, false)), 0, 0, 0) }
		var children []int64
		for range 2 {
			children = append(children, p.Fork(wait))
		}
		if _, err := p.Spawn(end, unix.SYS_FORK); err != unix.EAGAIN {
			t.Errorf("fork beyond RLIMIT_NPROC: %v, want EAGAIN", err)
		}
		if _, err := p.Spawn(end, unix.SYS_CLONE, pt.ThreadFlags); err != unix.EAGAIN {
			t.Errorf("a thread beyond RLIMIT_NPROC: %v, want EAGAIN", err)
		}
		for _, c := range children {
			process.Find(int32(c)).Tasks.Exit(task.Killed(9))
			p.Wait(c, 0)
		}
		p.Wait(p.Fork(end), 0)
	})
}

// counts are what must be the same before and after a failure.
type counts struct {
	free       uint64
	tasks, fds int
	shared     bool // the address space
}

func count(p *pt.Program) counts {
	return counts{free: mem.Free(), tasks: len(task.All()), fds: len(fdtab.List(p.Task)), shared: p.Task.AS.Shared()}
}

func TestFailuresLeaveNothingBehind(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		at := uint64(p.Map(4, false))
		p.Store(at, 0)
		pidfd := unix.CLONE_PIDFD | uint64(unix.SIGCHLD)
		self := p.Bytes(binary.NativeEndian.AppendUint32(nil, uint32(p.Must(unix.SYS_GETPID))))
		setTID := args(p, 0, 0, 0, 0, uint64(unix.SIGCHLD), 0, 0, 0, self, 1, 0)
		limit := uint64(p.Map(16, false))
		setLimit := func(n uint64) {
			if err := vm.Store(p.Task.AS, vm.Addr(limit), [2]uint64{n, 524288}); err != nil {
				t.Fatal(err)
			}
			p.Must(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NOFILE, limit, 0)
		}
		never := func(*pt.Program) { t.Error("the task runs") }
		for _, c := range []struct {
			name       string
			want       error
			spoil, fix func()
			call       func() (int64, error)
		}{
			{"no memory for the address space", unix.ENOMEM,
				func() { mem.SetReserve(1 << 40 / mem.PageSize) }, func() { mem.SetReserve(0) },
				func() (int64, error) { return p.Spawn(never, unix.SYS_FORK) }},
			{"the id is taken", unix.EEXIST, nil, nil,
				func() (int64, error) { return p.Spawn(never, unix.SYS_CLONE3, setTID, 88) }},
			{"a library fails", unix.EAGAIN,
				func() { fail = true }, func() { fail = false },
				func() (int64, error) { return p.Spawn(never, unix.SYS_FORK) }},
			{"a library fails for a thread", unix.EAGAIN,
				func() { fail = true }, func() { fail = false },
				func() (int64, error) { return p.Spawn(never, unix.SYS_CLONE, pt.ThreadFlags) }},
			{"no descriptor for the pidfd", unix.EMFILE,
				func() { setLimit(uint64(len(fdtab.List(p.Task)))) }, func() { setLimit(1024) },
				func() (int64, error) { return p.Spawn(never, unix.SYS_CLONE, pidfd, 0, at) }},
			{"no place for the pidfd's number", unix.EFAULT, nil, nil,
				func() (int64, error) { return p.Spawn(never, unix.SYS_CLONE, pidfd, 0, 8) }},
		} {
			for round := range 3 { // the first makes what stays: pages, tables
				before := count(p)
				if c.spoil != nil {
					c.spoil()
				}
				_, err := c.call()
				if c.fix != nil {
					c.fix()
				}
				if err != c.want {
					t.Errorf("%s: %v, want %v", c.name, err, c.want)
				}
				if after := count(p); after != before && round > 0 {
					t.Errorf("%s: %+v before, %+v after", c.name, before, after)
				}
			}
		}
	})
}

// fail makes the last library's Clone hook fail.
var fail bool

func init() {
	type nothing struct{}
	task.NewSlot(task.Hooks[nothing]{Clone: func(_, _ *task.Task, _ uint64) (*nothing, error) {
		if fail {
			return nil, unix.EAGAIN
		}
		return &nothing{}, nil
	}})
}
