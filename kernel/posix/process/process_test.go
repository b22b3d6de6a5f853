package process_test

import (
	"testing"
	"time"

	"cairn/kernel/drivers"
	"cairn/kernel/posix/process"
	pt "cairn/kernel/posix/process/processtest"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// exit returns a program that exits with the code.
func exit(code uint64) func(*pt.Program) {
	return func(p *pt.Program) { p.Call(unix.SYS_EXIT_GROUP, code) }
}

// sleep is a program that never ends by itself.
func sleep(p *pt.Program) {
	p.Call(unix.SYS_FUTEX, uint64(p.Map(4, false)), 0, 0, 0)
}

// eventually waits until f is true.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for range 2000 {
		if f() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("it never happened that %s", what)
}

// kill ends a process as SIGKILL does.
func kill(pid int64) {
	if p := process.Find(int32(pid)); p != nil {
		p.Tasks.Exit(task.Killed(int(unix.SIGKILL)))
	}
}

func TestForkExitWait(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		self := p.Must(unix.SYS_GETPID)
		child := p.Fork(func(c *pt.Program) {
			if got := c.Must(unix.SYS_GETPPID); got != self {
				t.Errorf("getppid = %d, want %d", got, self)
			}
			c.Call(unix.SYS_EXIT_GROUP, 42)
		})
		pid, status, err := p.Wait(-1, 0)
		if pid != child || !status.Exited() || status.ExitStatus() != 42 {
			t.Errorf("wait4 = %d, %#x, %v; want %d, exit status 42", pid, status, err, child)
		}
		if _, _, err := p.Wait(-1, 0); err != unix.ECHILD {
			t.Errorf("wait4 without children: %v, want ECHILD", err)
		}
		sent := pt.TakeSent(self)
		want := process.Child{Signal: unix.SIGCHLD, Code: 1, PID: int32(child), Status: 42}
		if len(sent) != 1 {
			t.Fatalf("%d signals to the parent, want 1", len(sent))
		}
		got := sent[0].Child
		got.User, got.System = 0, 0
		if got != want {
			t.Errorf("SIGCHLD %+v, want %+v", got, want)
		}
	})
}

func TestWaitOptions(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		self := p.Must(unix.SYS_GETPID)
		child := p.Fork(sleep)
		if pid, _, err := p.Wait(-1, unix.WNOHANG); pid != 0 || err != nil {
			t.Errorf("WNOHANG = %d, %v; want 0", pid, err)
		}
		if _, _, err := p.Wait(self, 0); err != unix.ECHILD {
			t.Errorf("wait4 for itself: %v, want ECHILD", err)
		}
		if _, _, err := p.Wait(-1, 1<<20); err != unix.EINVAL {
			t.Errorf("unknown option: %v, want EINVAL", err)
		}
		if _, _, err := p.Wait(-1<<31, 0); err != unix.ESRCH {
			t.Errorf("wait4 for the lowest number: %v, want ESRCH", err)
		}
		kill(child)
		info := uint64(p.Map(128, false))
		for range 2 { // WNOWAIT leaves it
			p.Must(unix.SYS_WAITID, unix.P_PID, uint64(child), info, unix.WEXITED|unix.WNOWAIT, 0)
			for offset, want := range map[uint64]uint32{0: uint32(unix.SIGCHLD), 8: 2, 16: uint32(child), 24: uint32(unix.SIGKILL)} {
				if got := p.Load(info + offset); got != want {
					t.Errorf("siginfo at %d: %d, want %d", offset, got, want)
				}
			}
		}
		if pid, status, err := p.Wait(0, 0); pid != child || !status.Signaled() || status.Signal() != unix.SIGKILL {
			t.Errorf("wait4 for the group = %d, %#x, %v", pid, status, err)
		}
	})
}

func TestWaitidErrors(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.Fork(exit(0))
		for _, c := range []struct {
			kind, id, options uint64
			want              error
		}{
			{unix.P_ALL, 0, 0, unix.EINVAL},
			{unix.P_ALL, 0, 1 << 20, unix.EINVAL},
			{17, 0, unix.WEXITED, unix.EINVAL},
			{unix.P_PID, 0, unix.WEXITED, unix.EINVAL},
			{unix.P_PGID, 1<<32 - 5, unix.WEXITED, unix.EINVAL},
			{unix.P_PIDFD, 99, unix.WEXITED, unix.EBADF},
			{unix.P_PID, 30000, unix.WEXITED, unix.ECHILD},
			{unix.P_ALL, 0, unix.WEXITED | unix.WCLONE, unix.ECHILD},
		} {
			if _, err := p.Call(unix.SYS_WAITID, c.kind, c.id, 0, c.options, 0); err != c.want {
				t.Errorf("waitid(%d, %d, %#x) = %v, want %v", c.kind, c.id, c.options, err, c.want)
			}
		}
		if _, _, err := p.Wait(-1, unix.WALL); err != nil {
			t.Errorf("__WALL: %v", err)
		}
	})
}

func TestOrphansGoToTheFirstProcessOrASubreaper(t *testing.T) {
	for _, subreaper := range []bool{false, true} {
		pt.Run(t, func(p *pt.Program) {
			want := int64(1)
			if subreaper {
				p.Must(unix.SYS_PRCTL, unix.PR_SET_CHILD_SUBREAPER, 1)
				want = p.Must(unix.SYS_GETPID)
			}
			var orphan int64
			child := p.Fork(func(c *pt.Program) {
				orphan = c.Fork(sleep)
				c.Call(unix.SYS_EXIT_GROUP, 0)
			})
			p.Wait(child, 0)
			if got := int64(process.Find(int32(orphan)).PPID()); got != want {
				t.Errorf("subreaper %t: the orphan's parent is %d, want %d", subreaper, got, want)
			}
			kill(orphan)
			if subreaper {
				if pid, _, err := p.Wait(-1, 0); pid != orphan {
					t.Errorf("the subreaper waited for %d, %v; want %d", pid, err, orphan)
				}
			} else {
				eventually(t, "the first process reaps the orphan", func() bool { return process.Find(int32(orphan)) == nil })
			}
		})
	}
}

func TestIgnoredChildrenBecomeNoZombies(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.IgnoreChildren()
		self := p.Must(unix.SYS_GETPID)
		p.Fork(exit(0))
		p.Fork(exit(1))
		if _, _, err := p.Wait(-1, 0); err != unix.ECHILD {
			t.Errorf("wait4 = %v, want ECHILD when all have ended", err)
		}
		if sent := pt.TakeSent(self); len(sent) != 0 {
			t.Errorf("signals to a parent that ignores them: %v", sent)
		}
	})
}

func TestDeathSignal(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.Must(unix.SYS_PRCTL, unix.PR_SET_CHILD_SUBREAPER, 1)
		ready := make(chan int64)
		middle := p.Fork(func(c *pt.Program) {
			c.Fork(func(g *pt.Program) {
				g.Must(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uint64(unix.SIGUSR1))
				ready <- g.Must(unix.SYS_GETPID)
				sleep(g)
			})
			sleep(c)
		})
		grandchild := <-ready
		kill(middle)
		p.Wait(middle, 0)
		if sent := pt.TakeSent(grandchild); len(sent) != 1 || sent[0].Signal != unix.SIGUSR1 ||
			int64(sent[0].From) != middle {
			t.Errorf("signals at the parent's death: %v, want SIGUSR1 from %d", sent, middle)
		}
		kill(grandchild)
		p.Wait(grandchild, 0)
	})
}

func TestStopAndContinue(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		self := p.Must(unix.SYS_GETPID)
		seen := make(chan bool) // that it went on; an exit would hide it
		child := p.Fork(func(c *pt.Program) {
			c.Thread(sleep)
			process.Stop(c.Task, int(unix.SIGTSTP))
			c.Call(unix.SYS_GETPID) // stands still at its end
			<-seen
			c.Call(unix.SYS_EXIT_GROUP, 7)
		})
		pid, status, err := p.Wait(child, unix.WUNTRACED)
		if pid != child || !status.Stopped() || status.StopSignal() != unix.SIGTSTP {
			t.Fatalf("WUNTRACED = %d, %#x, %v", pid, status, err)
		}
		if pid, _, _ := p.Wait(child, unix.WUNTRACED|unix.WNOHANG); pid != 0 {
			t.Errorf("a stop was reported twice")
		}
		process.Continue(process.Find(int32(child)).Tasks)
		if pid, status, err := p.Wait(child, unix.WCONTINUED); pid != child || !status.Continued() {
			t.Errorf("WCONTINUED = %d, %#x, %v", pid, status, err)
		}
		close(seen)
		if pid, status, _ := p.Wait(child, 0); pid != child || status.ExitStatus() != 7 {
			t.Errorf("wait4 = %d, %#x, want exit status 7", pid, status)
		}
		var codes []int32
		for _, s := range pt.TakeSent(self) {
			codes = append(codes, s.Child.Code)
		}
		if len(codes) != 3 || codes[0] != 5 || codes[1] != 6 || codes[2] != 1 {
			t.Errorf("si_codes %v, want CLD_STOPPED, CLD_CONTINUED, CLD_EXITED", codes)
		}
	})
}

func TestKillAStoppedProcess(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		child := p.Fork(func(c *pt.Program) {
			process.Stop(c.Task, int(unix.SIGSTOP))
			c.Call(unix.SYS_GETPID)
		})
		p.Wait(child, unix.WUNTRACED)
		kill(child)
		if pid, status, _ := p.Wait(child, 0); pid != child || !status.Signaled() {
			t.Errorf("wait4 = %d, %#x, want a signal's status", pid, status)
		}
	})
}

func TestThreadsEndWithExitGroup(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		child := p.Fork(func(c *pt.Program) {
			for range 5 {
				c.Thread(sleep)
			}
			c.Thread(exit(3))
			sleep(c)
		})
		if _, status, err := p.Wait(child, 0); status.ExitStatus() != 3 {
			t.Errorf("status %#x, %v; want 3", status, err)
		}
	})
}

func TestProcessOutlivesItsFirstThread(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		release := make(chan bool)
		child := p.Fork(func(c *pt.Program) {
			c.Thread(func(th *pt.Program) {
				<-release
				th.Call(unix.SYS_EXIT, 9)
			})
			c.Call(unix.SYS_EXIT, 1)
		})
		time.Sleep(5 * time.Millisecond)
		if pid, _, err := p.Wait(child, unix.WNOHANG); pid != 0 || err != nil {
			t.Errorf("waited for %d, %v while a thread lives", pid, err)
		}
		close(release)
		if _, status, _ := p.Wait(child, 0); status.ExitStatus() != 9 {
			t.Errorf("status %#x, want that of the last thread, 9", status)
		}
	})
}

func TestUsageOfChildren(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		busy := func(c *pt.Program) {
			c.Map(1<<20, false)
			for range 200 {
				c.Call(unix.SYS_GETPID)
			}
		}
		usage := uint64(p.Map(144, false))
		child := p.Fork(busy)
		p.Must(unix.SYS_WAIT4, uint64(child), 0, 0, usage)
		one, _ := vm.Load[unix.Rusage](p.Task.AS, vm.Addr(usage))
		p.Must(unix.SYS_GETRUSAGE, ^uint64(0), usage)
		all, _ := vm.Load[unix.Rusage](p.Task.AS, vm.Addr(usage))
		if one != all || one.Utime.Nano()+one.Stime.Nano() == 0 {
			t.Errorf("usage of the only child %+v, of all children %+v", one, all)
		}
		if _, err := p.Call(unix.SYS_GETRUSAGE, 5, usage); err != unix.EINVAL {
			t.Errorf("getrusage(5): %v, want EINVAL", err)
		}
	})
}

func TestPrctl(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.Must(unix.SYS_PRCTL, unix.PR_SET_NAME, p.String("a name that is too long"))
		buf := uint64(p.Map(16, false))
		p.Must(unix.SYS_PRCTL, unix.PR_GET_NAME, buf)
		name := make([]byte, 16)
		p.Task.CopyIn(name, vm.Addr(buf))
		if got := unix.ByteSliceToString(name); got != "a name that is " {
			t.Errorf("name %q", got)
		}
		for _, c := range []struct {
			op, arg uint64
			want    error
		}{
			{9999, 0, unix.EINVAL},
			{unix.PR_SET_DUMPABLE, 2, unix.EINVAL},
			{unix.PR_SET_PDEATHSIG, 65, unix.EINVAL},
			{unix.PR_SET_NO_NEW_PRIVS, 0, unix.EINVAL},
			{unix.PR_SET_TIMING, 1, unix.EINVAL},
			{unix.PR_SET_TSC, 2, unix.EINVAL},
			{unix.PR_SET_SECCOMP, 1, unix.EINVAL},
			{unix.PR_SET_NAME, 0, unix.EFAULT},
		} {
			if _, err := p.Call(unix.SYS_PRCTL, c.op, c.arg); err != c.want {
				t.Errorf("prctl(%d, %d) = %v, want %v", c.op, c.arg, err, c.want)
			}
		}
		p.Must(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1)
		if p.Must(unix.SYS_PRCTL, unix.PR_GET_NO_NEW_PRIVS) != 1 {
			t.Error("no_new_privs did not stay")
		}
	})
}

func TestPersonalityIsInherited(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.Must(unix.SYS_PERSONALITY, 0x0040000)
		child := p.Fork(func(c *pt.Program) {
			c.Call(unix.SYS_EXIT_GROUP, uint64(c.Must(unix.SYS_PERSONALITY, 0xffffffff))>>16)
		})
		if _, status, _ := p.Wait(child, 0); status.ExitStatus() != 4 {
			t.Errorf("personality of the child: %#x", status.ExitStatus()<<16)
		}
	})
}

func TestRebootNeedsTheNumbers(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		off := 0
		process.PowerOff = func() { off++ }
		defer func() { process.PowerOff = drivers.PowerOff }()
		if _, err := p.Call(unix.SYS_REBOOT, 1, 2, unix.LINUX_REBOOT_CMD_POWER_OFF); err != unix.EINVAL || off != 0 {
			t.Errorf("wrong numbers: %v", err)
		}
		if err := process.Reboot(p.Task, 0xfee1dead, 672274793, sys.RebootCmd(unix.LINUX_REBOOT_CMD_POWER_OFF), 0); err != nil || off != 1 {
			t.Errorf("reboot: %v, %d times off", err, off)
		}
	})
}
