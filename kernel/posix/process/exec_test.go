package process_test

import (
	"strings"
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/process"
	pt "cairn/kernel/posix/process/processtest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// install writes a file that can be executed.
func install(t *testing.T, p *pt.Program, path string, mode uint32, content []byte) {
	t.Helper()
	f, err := vfs.OpenAt(p.Task, vfs.Root(), path, unix.O_CREAT|unix.O_TRUNC|unix.O_WRONLY, 0755)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Put()
	if _, err := f.PWrite(p.Task, vm.NewBuffer(content), 0); err != nil {
		t.Fatal(err)
	}
	if err := vfs.Chmod(p.Task, f.Where(), mode); err != nil {
		t.Fatal(err)
	}
}

// execve executes the file.
func execve(p *pt.Program, path string, argv ...string) error {
	_, err := p.Call(unix.SYS_EXECVE, p.String(path), p.Strings(argv...), p.Strings("A=1", "B=2"))
	return err
}

// arguments returns the strings that the program was started with.
func arguments(t *testing.T, p *pt.Program) []string {
	t.Helper()
	s, _ := process.Of(p.Task).Strings()
	b := make([]byte, s.ArgEnd-s.ArgStart)
	if _, err := p.Task.CopyIn(b, s.ArgStart); err != nil {
		t.Error(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00")
}

func TestExecve(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		pid := p.Must(unix.SYS_GETPID)
		closed := openFile(t, p, true)
		kept := openFile(t, p, false)
		program := pt.Executable(func(e *pt.Program) {
			if got := arguments(t, e); strings.Join(got, " ") != "prog one two" {
				t.Errorf("arguments %q", got)
			}
			if got := e.Must(unix.SYS_GETPID); got != pid {
				t.Errorf("process id %d after execve, want %d", got, pid)
			}
			if name := *e.Task.Name.Load(); name != "prog" {
				t.Errorf("name %q, want prog", name)
			}
			if _, err := e.Call(unix.SYS_CLOSE, closed); err != unix.EBADF {
				t.Errorf("the descriptor with FD_CLOEXEC: close = %v, want EBADF", err)
			}
			if _, err := e.Call(unix.SYS_CLOSE, kept); err != nil {
				t.Errorf("the other descriptor: close = %v", err)
			}
			if f := process.Of(e.Task).Program(); f == nil || f.Path() != "/prog" {
				t.Errorf("the program's file is %v", f)
			} else {
				f.Put()
			}
			e.Call(unix.SYS_EXIT_GROUP, 0)
		})
		install(t, p, "/prog", 0755, program)
		if err := execve(p, "/prog", "prog", "one", "two"); err != nil {
			t.Errorf("execve: %v", err)
		}
	})
}

// openFile opens a descriptor.
func openFile(t *testing.T, p *pt.Program, cloexec bool) uint64 {
	t.Helper()
	f, err := vfs.OpenAt(p.Task, vfs.Root(), "/", unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := fdtab.Install(p.Task, f, cloexec)
	if err != nil {
		t.Fatal(err)
	}
	return uint64(fd)
}

func TestExecveErrorsLeaveTheCallerIntact(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		install(t, p, "/prog", 0755, pt.Executable(exit(1)))
		install(t, p, "/plain", 0644, pt.Executable(exit(1)))
		install(t, p, "/text", 0755, []byte("no program\n"))
		install(t, p, "/loop", 0755, []byte("#!/loop\n"))
		install(t, p, "/missing", 0755, []byte("#!/nothing\n"))
		long := strings.Repeat("x", 128<<10)
		as := p.Task.AS
		for _, c := range []struct {
			path string
			argv []string
			want error
		}{
			{"/nothing", nil, unix.ENOENT},
			{"", nil, unix.ENOENT},
			{"/prog/x", nil, unix.ENOTDIR},
			{"/", nil, unix.EACCES},
			{"/plain", nil, unix.EACCES},
			{"/text", nil, unix.ENOEXEC},
			{"/loop", nil, unix.ELOOP},
			{"/missing", nil, unix.ENOENT},
			{"/prog", []string{long}, unix.E2BIG},
			{"/prog", many(100_000), unix.E2BIG},
		} {
			if err := execve(p, c.path, c.argv...); err != c.want {
				t.Errorf("execve(%q) = %v, want %v", c.path, err, c.want)
			}
		}
		if _, err := p.Call(unix.SYS_EXECVE, p.String("/prog"), 8, 0); err != unix.EFAULT {
			t.Errorf("execve with bad arguments = %v, want EFAULT", err)
		}
		if p.Task.AS != as {
			t.Error("the address space changed")
		}
	})
}

// many returns n strings of 64 bytes.
func many(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = strings.Repeat("y", 63)
	}
	return list
}

func TestExecveat(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		install(t, p, "/prog", 0755, pt.Executable(exit(5)))
		install(t, p, "/script", 0755, []byte("#!/prog\n"))
		vfs.Symlink(p.Task, "/prog", vfs.Root(), "/link")
		at := func(c *pt.Program, dirfd uint64, path string, flags uint64) error {
			_, err := c.Call(unix.SYS_EXECVEAT, dirfd, c.String(path), 0, 0, flags)
			return err
		}
		dir := openFile(t, p, false)
		cloexec := openFile(t, p, true)
		for _, c := range []struct {
			dirfd uint64
			path  string
			flags uint64
			want  error
		}{
			{dir, "prog", 0, nil},
			{dir, "link", 0, nil},
			{dir, "script", 0, nil},
			{99, "/prog", 0, nil},
			{dir, "link", unix.AT_SYMLINK_NOFOLLOW, unix.ELOOP},
			{dir, "", 0, unix.ENOENT},
			{dir, "", unix.AT_EMPTY_PATH, unix.EACCES},
			{99, "prog", 0, unix.EBADF},
			{dir, "prog", 1, unix.EINVAL},
			{cloexec, "script", 0, unix.ENOENT},
		} {
			child := p.Fork(func(child *pt.Program) {
				if err := at(child, c.dirfd, c.path, c.flags); err != c.want {
					t.Errorf("execveat(%d, %q, %#x) = %v, want %v", c.dirfd, c.path, c.flags, err, c.want)
				}
			})
			_, status, _ := p.Wait(child, 0)
			if c.want == nil && status.ExitStatus() != 5 {
				t.Errorf("execveat(%d, %q, %#x): status %#x, want 5", c.dirfd, c.path, c.flags, status)
			}
		}
	})
}

func TestExecveByAThreadThatIsNotTheFirst(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		child := p.Fork(func(c *pt.Program) {
			pid := c.Must(unix.SYS_GETPID)
			install(t, c, "/prog", 0755, pt.Executable(func(e *pt.Program) {
				if tid := e.Must(unix.SYS_GETTID); tid != pid {
					t.Errorf("thread id %d after execve, want the process's, %d", tid, pid)
				}
				if n := len(e.Task.Proc.Tasks()); n != 1 {
					t.Errorf("%d threads after execve, want 1", n)
				}
				e.Call(unix.SYS_EXIT_GROUP, 6)
			}))
			for range 3 {
				c.Thread(sleep)
			}
			c.Thread(func(th *pt.Program) {
				err := execve(th, "/prog", "prog")
				t.Errorf("execve: %v", err)
			})
			sleep(c)
		})
		if _, status, _ := p.Wait(child, 0); status.ExitStatus() != 6 {
			t.Errorf("status %#x, want 6", status)
		}
	})
}

func TestVforkSuspendsTheParent(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		install(t, p, "/prog", 0755, pt.Executable(sleep))
		word := uint64(p.Map(4, false))
		for _, how := range []string{"exit", "execve"} {
			p.Store(word, 0)
			child, err := p.Spawn(func(c *pt.Program) {
				c.Store(word, 1) // shared with the parent
				if how == "execve" {
					execve(c, "/prog", "prog")
				}
				c.Call(unix.SYS_EXIT_GROUP, 0)
			}, unix.SYS_VFORK)
			if err != nil || p.Load(word) != 1 {
				t.Errorf("%s: vfork = %d, %v before the child was done", how, child, err)
			}
			kill(child)
			p.Wait(child, 0)
		}
	})
}

func TestKillingTheParentInVfork(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		release := make(chan bool)
		started := make(chan bool)
		p.Must(unix.SYS_PRCTL, unix.PR_SET_CHILD_SUBREAPER, 1)
		parent := p.Fork(func(c *pt.Program) {
			c.Spawn(func(*pt.Program) {
				close(started)
				<-release
			}, unix.SYS_VFORK)
		})
		<-started
		kill(parent)
		if pid, _, err := p.Wait(parent, 0); pid != parent {
			t.Errorf("wait4 = %d, %v", pid, err)
		}
		close(release)
		p.Wait(-1, 0)
	})
}

// TestMemoryRunsOutAtEveryStep lets fork and execve find one frame more each time, until they have enough.
func TestMemoryRunsOutAtEveryStep(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		install(t, p, "/prog", 0755, pt.Executable(exit(8)))
		path, argv := p.String("/prog"), p.Strings("prog")
		p.Wait(p.Fork(exit(0)), 0) // what stays is made
		attempt := func(frames uint64, f func() error) (lost int64, err error) {
			before := mem.Free()
			mem.SetReserve(before/mem.PageSize - frames)
			err = f()
			mem.SetReserve(0)
			return int64(before) - int64(mem.Free()), err
		}
		fork := func() error {
			pid, err := p.Spawn(exit(0), unix.SYS_FORK)
			if err == nil {
				p.Wait(pid, 0)
			}
			return err
		}
		failures := 0
		for frames := uint64(0); ; frames++ {
			lost, err := attempt(frames, fork)
			if err == nil {
				break
			}
			if failures++; err != unix.ENOMEM || lost != 0 {
				t.Fatalf("fork with %d frames: %v, %d bytes lost", frames, err, lost)
			}
		}
		child := p.Fork(func(c *pt.Program) {
			c.Load(path)
			for frames := uint64(0); ; frames++ {
				lost, err := attempt(frames, func() error {
					_, err := c.Call(unix.SYS_EXECVE, path, argv, 0)
					return err
				})
				// EFAULT if it is the arguments that cannot be read.
				if failures++; err != unix.ENOMEM && err != unix.EFAULT || lost != 0 {
					t.Fatalf("execve with %d frames: %v, %d bytes lost", frames, err, lost)
				}
			}
		})
		_, status, _ := p.Wait(child, 0)
		mem.SetReserve(0)
		if status.ExitStatus() != 8 || failures < 2 {
			t.Errorf("status %#x after %d failures, want the program's, 8, after some", status, failures)
		}
	})
}
