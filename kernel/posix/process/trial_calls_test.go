package process_test

import (
	"testing"

	_ "cairn/kernel/net/unix"
	_ "cairn/kernel/posix/eventfd"
	"cairn/kernel/posix/fdtab"
	_ "cairn/kernel/posix/fs"
	_ "cairn/kernel/posix/mmap"
	_ "cairn/kernel/posix/pidfd"
	_ "cairn/kernel/posix/pipe"
	_ "cairn/kernel/posix/poll"
	pt "cairn/kernel/posix/process/processtest"
	_ "cairn/kernel/posix/timerfd"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// TestEveryStepOfOtherCallsFails is what the tests beside it do for clone and execve, for calls that make something else.
func TestEveryStepOfOtherCallsFails(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		word := uint64(p.Map(64, false))
		p.Store(word, 0)
		file, dir, other := p.String("/file"), p.String("/dir"), p.String("/other")
		fd := uint64(p.Must(unix.SYS_OPEN, file, unix.O_CREAT|unix.O_RDWR, 0644))
		epoll := uint64(p.Must(unix.SYS_EPOLL_CREATE1, 0))
		event := uint64(p.Must(unix.SYS_EVENTFD2, 0, 0))
		p.Store(word+32, unix.EPOLLIN)
		self := uint64(p.Must(unix.SYS_GETPID))
		kept := len(fdtab.List(p.Task))
		const rw, anon = unix.PROT_READ | unix.PROT_WRITE, unix.MAP_PRIVATE | unix.MAP_ANONYMOUS
		unlink := func(path uint64) func(int64) { return func(int64) { p.Call(unix.SYS_UNLINK, path) } }
		unmap := func(n uint64) func(int64) {
			return func(v int64) { p.Must(unix.SYS_MUNMAP, uint64(v), n) }
		}
		for _, c := range []struct {
			name string
			nr   uintptr
			args []uint64
			undo func(v int64) // of a call that worked; new descriptors are closed anyway
		}{
			{"pipe2", unix.SYS_PIPE2, []uint64{word, 0}, nil},
			{"socket", unix.SYS_SOCKET, []uint64{unix.AF_UNIX, unix.SOCK_STREAM, 0}, nil},
			{"socketpair", unix.SYS_SOCKETPAIR, []uint64{unix.AF_UNIX, unix.SOCK_STREAM, 0, word}, nil},
			{"open", unix.SYS_OPEN, []uint64{file, unix.O_RDWR}, nil},
			{"open of a new file", unix.SYS_OPEN, []uint64{other, unix.O_CREAT | unix.O_RDWR, 0644}, unlink(other)},
			{"open of a file without a name", unix.SYS_OPEN, []uint64{p.String("/"), unix.O_TMPFILE | unix.O_RDWR, 0644}, nil},
			{"memfd_create", unix.SYS_MEMFD_CREATE, []uint64{p.String("m"), 0}, nil},
			{"eventfd2", unix.SYS_EVENTFD2, []uint64{0, 0}, nil},
			{"timerfd_create", unix.SYS_TIMERFD_CREATE, []uint64{unix.CLOCK_MONOTONIC, 0}, nil},
			{"epoll_create1", unix.SYS_EPOLL_CREATE1, []uint64{0}, nil},
			{"epoll_ctl", unix.SYS_EPOLL_CTL, []uint64{epoll, unix.EPOLL_CTL_ADD, event, word + 32},
				func(int64) { p.Must(unix.SYS_EPOLL_CTL, epoll, unix.EPOLL_CTL_DEL, event) }},
			{"pidfd_open", unix.SYS_PIDFD_OPEN, []uint64{self, 0}, nil},
			{"dup", unix.SYS_DUP, []uint64{fd}, nil},
			{"dup3", unix.SYS_DUP3, []uint64{fd, 40, 0}, nil},
			{"mkdir", unix.SYS_MKDIR, []uint64{dir, 0755}, func(int64) { p.Must(unix.SYS_RMDIR, dir) }},
			{"symlink", unix.SYS_SYMLINK, []uint64{file, other}, unlink(other)},
			{"link", unix.SYS_LINK, []uint64{file, other}, unlink(other)},
			{"mknod", unix.SYS_MKNOD, []uint64{other, unix.S_IFIFO | 0644, 0}, unlink(other)},
			{"rename", unix.SYS_RENAME, []uint64{file, other}, func(int64) { p.Must(unix.SYS_RENAME, other, file) }},
			{"mmap", unix.SYS_MMAP, []uint64{0, 1 << 16, rw, anon, 0, 0}, unmap(1 << 16)},
			{"mmap of present memory", unix.SYS_MMAP, []uint64{0, 1 << 16, rw, anon | unix.MAP_POPULATE, 0, 0}, unmap(1 << 16)},
			{"mmap of shared memory", unix.SYS_MMAP, []uint64{0, 1 << 16, rw, unix.MAP_SHARED | unix.MAP_ANONYMOUS | unix.MAP_POPULATE, 0, 0}, unmap(1 << 16)},
			{"mmap of a file", unix.SYS_MMAP, []uint64{0, 4096, rw, unix.MAP_SHARED, fd, 0}, unmap(4096)},
			{"unshare", unix.SYS_UNSHARE, []uint64{unix.CLONE_FILES | unix.CLONE_FS}, nil},
			{"truncate", unix.SYS_TRUNCATE, []uint64{file, 10000}, func(int64) { p.Must(unix.SYS_TRUNCATE, file, 0) }},
			{"fallocate", unix.SYS_FALLOCATE, []uint64{fd, 0, 0, 10000}, func(int64) { p.Must(unix.SYS_TRUNCATE, file, 0) }},
		} {
			attempt := func(n int) (string, error) {
				trial.Arm(n)
				v, err := p.Call(c.nr, c.args...)
				step := trial.Disarm()
				if err == nil && c.undo != nil {
					c.undo(v)
				}
				for open := fdtab.List(p.Task); len(open) > kept; open = open[:len(open)-1] {
					p.Must(unix.SYS_CLOSE, uint64(open[len(open)-1].FD))
				}
				return step, err
			}
			attempt(0) // what stays is made
			before := steady(p)
			var failed steps
			for n := 1; ; n++ {
				step, err := attempt(n)
				if fault := settled(p, before); fault != nil {
					t.Errorf("%s: %v when step %d, %s, fails: %v", c.name, err, n, step, fault)
					break
				}
				if step == "" && err == nil {
					break
				}
				failed.check(t, c.name, step, err)
			}
			failed.report(t, c.name, 0)
		}
	})
}
