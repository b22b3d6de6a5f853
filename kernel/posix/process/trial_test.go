package process_test

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"cairn/kernel/arch"
	"cairn/kernel/mem"
	"cairn/kernel/posix/fdtab"
	pt "cairn/kernel/posix/process/processtest"
	"cairn/kernel/posix/user"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// The tests of this file make every step of clone and execve that can fail do so, one after the other, and count what is
// there before and after.

// alive is what is counted.
type alive struct {
	frames, files, spaces, tables, ids, programs int64
	tasks, ofRoot, descriptors, goroutines       int
	free                                         sys.FD // the lowest descriptor that is
}

func count(p *pt.Program) alive {
	a := alive{
		frames: int64(mem.Free() / mem.PageSize), files: trial.Files.Alive(), spaces: trial.Spaces.Alive(),
		tables: trial.Tables.Alive(), ids: trial.IDs.Alive(), programs: trial.Programs.Alive(),
		tasks: len(task.All()), ofRoot: user.Tasks(0), descriptors: len(fdtab.List(p.Task)), goroutines: runtime.NumGoroutine() - int(trial.Idle.Alive()),
	}
	a.free, _ = fdtab.Reserve(p.Task, false)
	fdtab.Release(p.Task, a.free)
	return a
}

// steady is count once what is just ending has ended.
func steady(p *pt.Program) alive {
	for last := count(p); ; {
		time.Sleep(2 * time.Millisecond)
		now := count(p)
		if now == last {
			return now
		}
		last = now
	}
}

// settled waits until what ends has ended, and reports what is not as it was.
func settled(p *pt.Program, before alive) error {
	const patience = 10 * time.Second
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		now := count(p)
		if now.goroutines < before.goroutines { // some had only just ended when they were counted
			now.goroutines = before.goroutines
		}
		if now == before {
			return nil
		}
		if time.Since(begin) > patience {
			return fmt.Errorf("left behind: %+v, before %+v", now, before)
		}
	}
}

// steps are the steps that were made to fail, and what came of it.
type steps []string

// check says whether the error of a step that failed is one that the manual pages allow.
func (s *steps) check(t *testing.T, name, step string, err error) {
	t.Helper()
	*s = append(*s, fmt.Sprintf("%s: %v", step, err))
	switch err {
	case nil, unix.ENOMEM, unix.EAGAIN, unix.EFAULT, unix.EMFILE, unix.ENFILE, unix.EIO, unix.ETXTBSY, unix.ENOSPC:
	case unix.ENOEXEC, unix.ELIBBAD: // as on Linux, for a file that cannot be read
	default:
		t.Errorf("%s: %v when %s fails", name, err, step)
	}
}

// report logs the steps, and makes sure that there were some.
func (s steps) report(t *testing.T, name string, least int) {
	t.Helper()
	for i, step := range s {
		t.Logf("%s: %d: %s", name, i+1, step)
	}
	if len(s) < least {
		t.Errorf("%s: only %d steps can fail, want %d at least", name, len(s), least)
	}
}

func TestEveryStepOfCloneFails(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		word := uint64(p.Map(64, false))
		p.Store(word, 0) // what is written later is there
		args := p.Bytes(make([]byte, 64))
		const sigchld = uint64(unix.SIGCHLD)
		const ids = unix.CLONE_PARENT_SETTID | unix.CLONE_CHILD_SETTID | unix.CLONE_CHILD_CLEARTID
		for _, c := range []struct {
			name  string
			nr    uintptr
			args  []uint64
			least int
		}{
			{"fork", unix.SYS_FORK, nil, 10},
			{"vfork", unix.SYS_VFORK, nil, 5},
			{"clone", unix.SYS_CLONE, []uint64{ids | sigchld, 0, word, word + 4}, 10},
			{"clone with everything shared", unix.SYS_CLONE, []uint64{unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | sigchld}, 5},
			{"clone with a pidfd", unix.SYS_CLONE, []uint64{unix.CLONE_PIDFD | sigchld, 0, word}, 10},
			{"clone with a pidfd, files shared", unix.SYS_CLONE, []uint64{unix.CLONE_PIDFD | unix.CLONE_FILES | sigchld, 0, word}, 10},
			{"clone of a vfork with a pidfd", unix.SYS_CLONE, []uint64{unix.CLONE_PIDFD | unix.CLONE_VM | unix.CLONE_VFORK | sigchld, 0, word}, 10},
			{"thread", unix.SYS_CLONE, []uint64{pt.ThreadFlags | ids | unix.CLONE_SETTLS, 0, word, word + 4, 0x1000}, 5},
			{"clone3", unix.SYS_CLONE3, []uint64{args, 64}, 10},
		} {
			if c.nr == unix.SYS_CLONE3 {
				p.Store(args, unix.CLONE_PIDFD|unix.CLONE_PARENT_SETTID)
				p.Store(args+8, uint32(word))
				p.Store(args+12, uint32(word>>32))
				p.Store(args+24, uint32(word+4))
				p.Store(args+28, uint32(word>>32))
				p.Store(args+32, uint32(unix.SIGCHLD))
			}
			failCloning(t, p, c.name, c.nr, c.args).report(t, c.name, c.least)
		}
	})
}

// failCloning makes a task again and again, each time with the next step failing, until all succeed.
func failCloning(t *testing.T, p *pt.Program, name string, nr uintptr, args []uint64) steps {
	var failed steps
	waits := nr == unix.SYS_VFORK || nr == unix.SYS_CLONE && args[0]&unix.CLONE_VFORK != 0
	attempt := func(n int) (string, error) {
		release := make(chan struct{})
		if waits {
			close(release)
		}
		trial.Arm(n)
		pid, err := p.Spawn(func(*pt.Program) { <-release }, nr, args...)
		step := trial.Disarm()
		if !waits {
			close(release)
		}
		if err == nil && (nr != unix.SYS_CLONE || args[0]&unix.CLONE_THREAD == 0) {
			p.Wait(pid, 0)
		}
		for _, o := range fdtab.List(p.Task) {
			if err == nil && o.Cloexec { // the new task's
				p.Must(unix.SYS_CLOSE, uint64(o.FD))
			}
		}
		return step, err
	}
	attempt(0) // what stays is made
	before := steady(p)
	for n := 1; ; n++ {
		step, err := attempt(n)
		if fault := settled(p, before); fault != nil {
			t.Errorf("%s: %v when step %d, %s, fails: %v", name, err, n, step, fault)
			return failed
		}
		if step == "" && err == nil {
			return failed
		}
		failed.check(t, name, step, err)
	}
}

// TestLimitsAndBadAddressesOfClone lets clone fail for what a program can bring about.
func TestLimitsAndBadAddressesOfClone(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		const sigchld = uint64(unix.SIGCHLD)
		word := uint64(p.Map(64, false))
		p.Store(word, uint32(p.Must(unix.SYS_GETPID)))
		taken := p.Bytes(make([]byte, 80)) // struct clone_args
		p.Store(taken+32, uint32(sigchld))
		p.Store(taken+64, uint32(word)) // set_tid
		p.Store(taken+68, uint32(word>>32))
		p.Store(taken+72, 1)
		limit := func(resource, n uint64) {
			l := p.Bytes(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, n), 4096))
			p.Must(unix.SYS_SETRLIMIT, resource, l)
		}
		const bad, kernel = 8, 0xffff_8000_0000_0000
		const ids = unix.CLONE_PARENT_SETTID | unix.CLONE_CHILD_SETTID | unix.CLONE_CHILD_CLEARTID
		for _, c := range []struct {
			name   string
			before func()
			nr     uintptr
			args   []uint64
			want   error
		}{
			{"a pidfd nowhere", nil, unix.SYS_CLONE, []uint64{unix.CLONE_PIDFD | sigchld, 0, bad}, unix.EFAULT},
			{"a pidfd in the kernel", nil, unix.SYS_CLONE, []uint64{unix.CLONE_PIDFD | sigchld, 0, kernel}, unix.EFAULT},
			{"ids nowhere", nil, unix.SYS_CLONE, []uint64{ids | sigchld, 0, bad, bad}, nil},
			{"ids of a thread in the kernel", nil, unix.SYS_CLONE, []uint64{ids | pt.ThreadFlags, 0, kernel, kernel}, nil},
			{"an id that is taken", nil, unix.SYS_CLONE3, []uint64{taken, 80}, unix.EEXIST},
			{"arguments nowhere", nil, unix.SYS_CLONE3, []uint64{bad, 80}, unix.EFAULT},
			{"no descriptors left", func() { limit(unix.RLIMIT_NOFILE, 0) }, unix.SYS_CLONE, []uint64{unix.CLONE_PIDFD | sigchld, 0, word}, unix.EMFILE},
			{"no tasks left", func() { limit(unix.RLIMIT_NPROC, 1); p.Must(unix.SYS_SETUID, 1000) }, unix.SYS_FORK, nil, unix.EAGAIN},
			{"no threads left", nil, unix.SYS_CLONE, []uint64{pt.ThreadFlags}, unix.EAGAIN},
		} {
			if c.before != nil {
				c.before()
			}
			attempt := func() error {
				pid, err := p.Spawn(func(*pt.Program) {}, c.nr, c.args...)
				if err == nil && c.args[0]&unix.CLONE_THREAD == 0 {
					p.Wait(pid, 0)
				}
				return err
			}
			attempt() // what stays is made
			before := steady(p)
			if err := attempt(); err != c.want {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
			if fault := settled(p, before); fault != nil {
				t.Errorf("%s: %v", c.name, fault)
			}
		}
	})
}

// dynamic returns an ELF file with an interpreter, which it names.
func dynamic(interpreter string) []byte {
	const headers = 64 + 2*56
	const at = 0x1000_0000
	le := binary.LittleEndian
	b := append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 9)...)
	b = le.AppendUint16(b, 2) // e_type: ET_EXEC
	b = le.AppendUint16(b, arch.ELFMachine)
	b = le.AppendUint32(b, 1)
	b = le.AppendUint64(b, at+headers) // e_entry
	b = le.AppendUint64(b, 64)         // e_phoff
	b = append(b, make([]byte, 8+4)...)
	for _, v := range []uint16{64, 56, 2, 64, 0, 0} {
		b = le.AppendUint16(b, v)
	}
	size := uint64(len(interpreter) + 1)
	for _, h := range [][8]uint64{
		{3 | 4<<32, headers, at + headers, at + headers, size, size, 1},    // PT_INTERP, readable
		{1 | 6<<32, 0, at, at, headers + size, headers + 64, mem.PageSize}, // PT_LOAD, writable, with bss
	} {
		for _, v := range h[:7] {
			b = le.AppendUint64(b, v)
		}
	}
	return append(append(b, interpreter...), 0)
}

func TestEveryStepOfExecveFails(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		var step string
		const done = 8
		install(t, p, "/static", 0755, pt.Executable(func(e *pt.Program) {
			step = trial.Disarm()
			e.Call(unix.SYS_EXIT_GROUP, done)
		}))
		install(t, p, "/dynamic", 0755, dynamic("/static"))
		install(t, p, "/script", 0755, []byte("#!/static an argument\n"))
		install(t, p, "/nested", 0755, []byte("#!/script\n"))
		install(t, p, "/dynamicscript", 0755, []byte("#!/dynamic\n"))
		openFile(t, p, true)
		openFile(t, p, false)
		argv, envp := p.Strings("program", "argument"), p.Strings("A=1")
		for _, c := range []struct {
			path    string
			threads int
			least   int
		}{
			{"/static", 0, 10}, {"/dynamic", 0, 10}, {"/script", 0, 10}, {"/nested", 0, 10}, {"/dynamicscript", 0, 10},
			{"/static", 2, 10}, {"/dynamic", 2, 10},
		} {
			name := fmt.Sprintf("%s with %d more threads", c.path, c.threads)
			path := p.String(c.path)
			execve := func(c *pt.Program, n int) {
				before := steady(c)
				space := c.Task.AS
				trial.Arm(n)
				_, err := c.Call(unix.SYS_EXECVE, path, argv, envp)
				step = trial.Disarm()
				if space != c.Task.AS {
					t.Errorf("%s: %v when step %d, %s, fails, in another address space", name, err, n, step)
				}
				if fault := settled(c, before); fault != nil {
					t.Errorf("%s: %v when step %d, %s, fails: %v", name, err, n, step, fault)
				}
				c.Call(unix.SYS_EXIT_GROUP, uint64(err.(unix.Errno))+100)
			}
			child := func(n int) func(*pt.Program) {
				return func(p *pt.Program) {
					if c.threads == 0 {
						execve(p, n)
					}
					var ready sync.WaitGroup
					ready.Add(c.threads)
					idle := func(p *pt.Program) {
						word := uint64(p.Map(4, false))
						p.Store(word, 0)
						ready.Done()
						p.Call(unix.SYS_FUTEX, word, 0, 0, 0)
					}
					for range c.threads - 1 {
						p.Thread(idle)
					}
					p.Thread(func(th *pt.Program) {
						ready.Wait()
						execve(th, n)
					})
					idle(p)
				}
			}
			failExecuting(t, p, name, child, &step, done).report(t, name, c.least)
		}
	})
}

// failExecuting runs children that execute a program, each with the next step failing, until all succeed: then the
// status is done.
func failExecuting(t *testing.T, p *pt.Program, name string, child func(n int) func(*pt.Program), step *string, done int) steps {
	var failed steps
	p.Wait(p.Fork(child(0)), 0) // what stays is made
	before := steady(p)
	for n := 1; ; n++ {
		pid := p.Fork(child(n))
		_, status, _ := p.Wait(pid, 0)
		if fault := settled(p, before); fault != nil {
			t.Errorf("%s: status %#x when step %d, %s, fails: %v", name, status, n, *step, fault)
			return failed
		}
		switch {
		case status.ExitStatus() == done && *step == "":
			return failed
		case status.ExitStatus() == done:
			failed.check(t, name, *step, nil)
		case status.ExitStatus() > 100:
			failed.check(t, name, *step, unix.Errno(status.ExitStatus()-100))
		default:
			t.Errorf("%s: status %#x when step %d, %s, fails", name, status, n, *step)
			return failed
		}
	}
}
