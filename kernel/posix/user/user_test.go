package user_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"cairn/kernel/fs/vfs"
	pt "cairn/kernel/posix/process/processtest"
	"cairn/kernel/posix/user"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

const same = 0xffffffff // -1

// as runs f in a child with the user ids.
func as(t *testing.T, p *pt.Program, r, e, s uint64, f func(c *pt.Program)) {
	t.Helper()
	child := p.Fork(func(c *pt.Program) {
		c.Must(unix.SYS_SETRESGID, r, e, s)
		c.Must(unix.SYS_SETRESUID, r, e, s)
		f(c)
	})
	p.Wait(child, 0)
}

func TestSetUserIDs(t *testing.T) {
	type ids [4]uint32 // real, effective, saved, file system
	for _, c := range []struct {
		name  string
		begin [3]uint64
		nr    uintptr
		args  []uint64
		err   error
		want  ids
	}{
		{"root sets all", [3]uint64{0, 0, 0}, unix.SYS_SETUID, []uint64{5}, nil, ids{5, 5, 5, 5}},
		{"-1 is nobody's", [3]uint64{0, 0, 0}, unix.SYS_SETUID, []uint64{same}, unix.EINVAL, ids{}},
		{"back to the saved one", [3]uint64{1, 1, 2}, unix.SYS_SETUID, []uint64{2}, nil, ids{1, 2, 2, 2}},
		{"not to another", [3]uint64{1, 1, 2}, unix.SYS_SETUID, []uint64{3}, unix.EPERM, ids{1, 1, 2, 1}},
		{"swap", [3]uint64{1, 2, 3}, unix.SYS_SETREUID, []uint64{2, 1}, nil, ids{2, 1, 1, 1}},
		{"the effective one, the saved one follows", [3]uint64{1, 1, 3}, unix.SYS_SETREUID, []uint64{same, 3}, nil, ids{1, 3, 3, 3}},
		{"setreuid real to the saved one", [3]uint64{1, 2, 3}, unix.SYS_SETREUID, []uint64{3, same}, unix.EPERM, ids{1, 2, 3, 2}},
		{"setresuid among its own", [3]uint64{1, 2, 3}, unix.SYS_SETRESUID, []uint64{3, 1, 2}, nil, ids{3, 1, 2, 1}},
		{"setresuid to another", [3]uint64{1, 2, 3}, unix.SYS_SETRESUID, []uint64{same, same, 4}, unix.EPERM, ids{1, 2, 3, 2}},
		{"setfsuid", [3]uint64{1, 2, 3}, unix.SYS_SETFSUID, []uint64{3}, nil, ids{1, 2, 3, 3}},
		{"setfsuid to another", [3]uint64{1, 2, 3}, unix.SYS_SETFSUID, []uint64{4}, nil, ids{1, 2, 3, 2}},
	} {
		pt.Run(t, func(p *pt.Program) {
			as(t, p, c.begin[0], c.begin[1], c.begin[2], func(p *pt.Program) {
				_, err := p.Call(c.nr, c.args...)
				if err != c.err && !(err == nil && c.err == nil) {
					t.Errorf("%s: %v, want %v", c.name, err, c.err)
				}
				cr := user.Of(p.Task)
				if got := (ids{cr.UID, cr.EUID, cr.SUID, cr.FS.UID}); got != c.want {
					t.Errorf("%s: ids %v, want %v", c.name, got, c.want)
				}
			})
		})
	}
}

func TestSetGroupIDs(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		list := p.Bytes(binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(nil, 30), 20))
		p.Must(unix.SYS_SETGROUPS, 2, list)
		if got := vfs.CredOf(p.Task).Groups; !slices.Equal(got, []uint32{20, 30}) {
			t.Errorf("groups %v", got)
		}
		if n := p.Must(unix.SYS_GETGROUPS, 0, 0); n != 2 {
			t.Errorf("getgroups = %d, want 2", n)
		}
		if _, err := p.Call(unix.SYS_GETGROUPS, 1, list); err != unix.EINVAL {
			t.Errorf("getgroups without room: %v, want EINVAL", err)
		}
		as(t, p, 1, 2, 3, func(c *pt.Program) {
			for _, s := range []struct {
				nr   uintptr
				args []uint64
				want error
			}{
				{unix.SYS_SETGROUPS, []uint64{0, 0}, unix.EPERM},
				{unix.SYS_SETGID, []uint64{9}, unix.EPERM},
				{unix.SYS_SETGID, []uint64{same}, unix.EINVAL},
				{unix.SYS_SETREGID, []uint64{2, 1}, nil},
				{unix.SYS_SETRESGID, []uint64{same, 9, same}, unix.EPERM},
				{unix.SYS_SETRESGID, []uint64{1, 1, 1}, nil},
			} {
				if _, err := c.Call(s.nr, s.args...); err != s.want && !(err == nil && s.want == nil) {
					t.Errorf("call %d%v: %v, want %v", s.nr, s.args, err, s.want)
				}
			}
		})
	})
}

func TestCapabilitiesFollowTheUserIDs(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		p.Must(unix.SYS_PRCTL, unix.PR_SET_KEEPCAPS, 1)
		p.Must(unix.SYS_SETRESUID, 1000, 1000, 0)
		if c := user.Of(p.Task); c.Effective != 0 || c.Permitted != vfs.AllCaps {
			t.Errorf("effective id from root: %#x, %#x; want none effective, all permitted", c.Effective, c.Permitted)
		}
		p.Must(unix.SYS_SETRESUID, same, 0, same)
		if c := user.Of(p.Task); c.Effective != vfs.AllCaps {
			t.Errorf("back to root: %#x effective, want all", c.Effective)
		}
		p.Must(unix.SYS_SETRESUID, 1000, 1000, 1000)
		if c := user.Of(p.Task); c.Effective != 0 || c.Permitted != vfs.AllCaps {
			t.Errorf("no id is root's any more, but KEEPCAPS: %#x, %#x", c.Effective, c.Permitted)
		}
		p.Must(unix.SYS_PRCTL, unix.PR_CAPBSET_READ, unix.CAP_KILL)
		if _, err := p.Call(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, unix.CAP_KILL); err != unix.EPERM {
			t.Errorf("PR_CAPBSET_DROP without CAP_SETPCAP: %v, want EPERM", err)
		}
	})
	pt.Run(t, func(p *pt.Program) {
		as(t, p, 1000, 1000, 1000, func(c *pt.Program) {
			if cr := user.Of(c.Task); cr.Permitted != 0 || cr.Ambient != 0 {
				t.Errorf("without KEEPCAPS: %#x permitted", cr.Permitted)
			}
		})
	})
}

func TestCapsetAndAmbient(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		header := uint64(p.Map(8, false))
		data := uint64(p.Map(24, false))
		set := func(effective, permitted, inheritable uint32) error {
			vm.Store(p.Task.AS, vm.Addr(header), [2]uint32{0x20080522, 0})
			vm.Store(p.Task.AS, vm.Addr(data), [6]uint32{effective, permitted, inheritable})
			_, err := p.Call(unix.SYS_CAPSET, header, data)
			return err
		}
		const kill, chown = 1 << unix.CAP_KILL, 1 << unix.CAP_CHOWN
		if err := set(kill, kill|chown, chown); err != nil {
			t.Errorf("capset: %v", err)
		}
		p.Must(unix.SYS_CAPGET, header, data)
		if got, _ := vm.Load[[6]uint32](p.Task.AS, vm.Addr(data)); got != [6]uint32{kill, kill | chown, chown} {
			t.Errorf("capget: %#x", got)
		}
		for _, c := range [][3]uint32{{kill, kill | chown | 2, 0}, {chown << 3, kill, 0}} {
			if err := set(c[0], c[1], c[2]); err != unix.EPERM {
				t.Errorf("capset %#x: %v, want EPERM", c, err)
			}
		}
		const raise = unix.PR_CAP_AMBIENT_RAISE
		if _, err := p.Call(unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, raise, unix.CAP_KILL); err != unix.EPERM {
			t.Errorf("ambient without inheritable: %v, want EPERM", err)
		}
		p.Must(unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, raise, unix.CAP_CHOWN)
		vm.Store(p.Task.AS, vm.Addr(header), [2]uint32{1, 0})
		if _, err := p.Call(unix.SYS_CAPGET, header, data); err != unix.EINVAL || p.Load(header) != 0x20080522 {
			t.Errorf("an unknown version: %v, left %#x", err, p.Load(header))
		}
	})
}

func TestSetUserIDProgram(t *testing.T) {
	for _, noNewPrivs := range []bool{false, true} {
		pt.Run(t, func(p *pt.Program) {
			path := "/suid"
			program := pt.Executable(func(e *pt.Program) {
				c := user.Of(e.Task)
				want := uint32(77)
				if noNewPrivs {
					want = 1000
				}
				if c.UID != 1000 || c.EUID != want || c.SUID != want || c.FS.UID != want {
					t.Errorf("no_new_privs %t: ids %d %d %d %d", noNewPrivs, c.UID, c.EUID, c.SUID, c.FS.UID)
				}
				if dumpable := e.Must(unix.SYS_PRCTL, unix.PR_GET_DUMPABLE); (dumpable == 0) == noNewPrivs {
					t.Errorf("no_new_privs %t: dumpable %d", noNewPrivs, dumpable)
				}
			})
			f, err := vfs.OpenAt(p.Task, vfs.Root(), path, unix.O_CREAT|unix.O_TRUNC|unix.O_WRONLY, 0755)
			if err != nil {
				t.Fatal(err)
			}
			f.PWrite(p.Task, vm.NewBuffer(program), 0)
			vfs.Chown(p.Task, f.Where(), 77, 77)
			vfs.Chmod(p.Task, f.Where(), 04755)
			f.Put()
			as(t, p, 1000, 1000, 1000, func(c *pt.Program) {
				if noNewPrivs {
					c.Must(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1)
				}
				_, err := c.Call(unix.SYS_EXECVE, c.String(path), 0, 0)
				t.Errorf("execve: %v", err)
			})
		})
	}
}

func TestTasksAreCounted(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		as(t, p, 4242, 4242, 4242, func(c *pt.Program) {
			if n := user.Tasks(4242); n != 1 {
				t.Errorf("%d tasks of the user, want 1", n)
			}
		})
		if n := user.Tasks(4242); n != 0 {
			t.Errorf("%d tasks of a user without processes", n)
		}
	})
}
