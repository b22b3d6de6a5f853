package user

import (
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// keep is the identifier that stands for no change, and is nobody's.
const keep = ^uint32(0)

// Getuid implements getuid(2).
//
//cairn:syscall getuid
func Getuid(t *task.Task) (sys.Uid, error) { return sys.Uid(Of(t).UID), nil }

// Geteuid implements geteuid(2).
//
//cairn:syscall geteuid
func Geteuid(t *task.Task) (sys.Uid, error) { return sys.Uid(Of(t).EUID), nil }

// Getresuid implements getresuid(2).
//
//cairn:syscall getresuid
func Getresuid(t *task.Task, ruid, euid, suid sys.OutUid) error {
	c := Of(t)
	return store3(t, [3]vm.Addr{vm.Addr(ruid), vm.Addr(euid), vm.Addr(suid)}, [3]uint32{c.UID, c.EUID, c.SUID})
}

// store3 writes three identifiers.
func store3(t *task.Task, at [3]vm.Addr, ids [3]uint32) error {
	for i, a := range at {
		if err := vm.Store(t.AS, a, ids[i]); err != nil {
			return err
		}
	}
	return nil
}

// Setuid implements setuid(2).
//
//cairn:syscall setuid
func Setuid(t *task.Task, uid sys.Uid) error {
	id := uint32(uid)
	if id == keep {
		return unix.EINVAL
	}
	old := Of(t)
	n := *old
	switch {
	case old.Has(unix.CAP_SETUID):
		n.UID, n.SUID = id, id
	case id != old.UID && id != old.SUID:
		return unix.EPERM
	}
	n.EUID = id
	setUsers(t, old, n)
	return nil
}

// Setreuid implements setreuid(2).
//
//cairn:syscall setreuid
func Setreuid(t *task.Task, ruid, euid sys.Uid) error {
	r, e := uint32(ruid), uint32(euid)
	old := Of(t)
	n := *old
	privileged := old.Has(unix.CAP_SETUID)
	if r != keep {
		if r != old.UID && r != old.EUID && !privileged {
			return unix.EPERM
		}
		n.UID = r
	}
	if e != keep {
		if e != old.UID && e != old.EUID && e != old.SUID && !privileged {
			return unix.EPERM
		}
		n.EUID = e
	}
	if r != keep || e != keep && e != old.UID {
		n.SUID = n.EUID
	}
	setUsers(t, old, n)
	return nil
}

// Setresuid implements setresuid(2).
//
//cairn:syscall setresuid
func Setresuid(t *task.Task, ruid, euid, suid sys.Uid) error {
	old := Of(t)
	n := *old
	own := [3]uint32{old.UID, old.EUID, old.SUID}
	privileged := old.Has(unix.CAP_SETUID)
	for _, s := range []struct {
		want  uint32
		field *uint32
	}{{uint32(ruid), &n.UID}, {uint32(euid), &n.EUID}, {uint32(suid), &n.SUID}} {
		if !replace(s.field, s.want, own, privileged) {
			return unix.EPERM
		}
	}
	setUsers(t, old, n)
	return nil
}

// replace sets *field to the identifier, unless that stands for no change. It reports
// false if the identifier is not one of the task's own and the task not privileged.
func replace(field *uint32, want uint32, own [3]uint32, privileged bool) bool {
	if want == keep {
		return true
	}
	if !privileged && want != own[0] && want != own[1] && want != own[2] {
		return false
	}
	*field = want
	return true
}

// setUsers gives t the credentials n, whose user ids differ from those of old, with the file system
// id and the capabilities that follow.
func setUsers(t *task.Task, old *Cred, n Cred) {
	n.FS.UID = n.EUID
	n.fixCaps(old)
	if n.UID != old.UID {
		n.crowded = n.UID != 0 && uint64(Tasks(n.UID)) > rlimit.Get(t, unix.RLIMIT_NPROC)
	}
	Set(t, n)
}

// Setfsuid implements setfsuid(2).
//
//cairn:syscall setfsuid
func Setfsuid(t *task.Task, uid sys.Uid) (sys.Uid, error) {
	id := uint32(uid)
	old := Of(t)
	was := old.FS.UID
	if id == keep || id != old.UID && id != old.EUID && id != old.SUID && id != was && !old.Has(unix.CAP_SETUID) {
		return sys.Uid(was), nil
	}
	n := *old
	n.FS.UID = id
	n.fixFSCaps(was)
	Set(t, n)
	return sys.Uid(was), nil
}
