package user

import (
	"sort"

	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// maxGroups is how many supplementary groups a task can have (NGROUPS_MAX).
const maxGroups = 65536

// Getgid implements getgid(2).
//
//cairn:syscall getgid
func Getgid(t *task.Task) (sys.Gid, error) { return sys.Gid(Of(t).GID), nil }

// Getegid implements getegid(2).
//
//cairn:syscall getegid
func Getegid(t *task.Task) (sys.Gid, error) { return sys.Gid(Of(t).EGID), nil }

// Getresgid implements getresgid(2).
//
//cairn:syscall getresgid
func Getresgid(t *task.Task, rgid, egid, sgid sys.OutGid) error {
	c := Of(t)
	return store3(t, [3]vm.Addr{vm.Addr(rgid), vm.Addr(egid), vm.Addr(sgid)}, [3]uint32{c.GID, c.EGID, c.SGID})
}

// Setgid implements setgid(2).
//
//cairn:syscall setgid
func Setgid(t *task.Task, gid sys.Gid) error {
	id := uint32(gid)
	if id == keep {
		return unix.EINVAL
	}
	old := Of(t)
	n := *old
	switch {
	case old.Has(unix.CAP_SETGID):
		n.GID, n.SGID = id, id
	case id != old.GID && id != old.SGID:
		return unix.EPERM
	}
	n.EGID, n.FS.GID = id, id
	Set(t, n)
	return nil
}

// Setregid implements setregid(2).
//
//cairn:syscall setregid
func Setregid(t *task.Task, rgid, egid sys.Gid) error {
	r, e := uint32(rgid), uint32(egid)
	old := Of(t)
	n := *old
	privileged := old.Has(unix.CAP_SETGID)
	if r != keep {
		if r != old.GID && r != old.EGID && !privileged {
			return unix.EPERM
		}
		n.GID = r
	}
	if e != keep {
		if e != old.GID && e != old.EGID && e != old.SGID && !privileged {
			return unix.EPERM
		}
		n.EGID = e
	}
	if r != keep || e != keep && e != old.GID {
		n.SGID = n.EGID
	}
	n.FS.GID = n.EGID
	Set(t, n)
	return nil
}

// Setresgid implements setresgid(2).
//
//cairn:syscall setresgid
func Setresgid(t *task.Task, rgid, egid, sgid sys.Gid) error {
	old := Of(t)
	n := *old
	own := [3]uint32{old.GID, old.EGID, old.SGID}
	privileged := old.Has(unix.CAP_SETGID)
	for _, s := range []struct {
		want  uint32
		field *uint32
	}{{uint32(rgid), &n.GID}, {uint32(egid), &n.EGID}, {uint32(sgid), &n.SGID}} {
		if !replace(s.field, s.want, own, privileged) {
			return unix.EPERM
		}
	}
	n.FS.GID = n.EGID
	Set(t, n)
	return nil
}

// Setfsgid implements setfsgid(2).
//
//cairn:syscall setfsgid
func Setfsgid(t *task.Task, gid sys.Gid) (sys.Gid, error) {
	id := uint32(gid)
	old := Of(t)
	was := old.FS.GID
	if id == keep || id != old.GID && id != old.EGID && id != old.SGID && id != was && !old.Has(unix.CAP_SETGID) {
		return sys.Gid(was), nil
	}
	n := *old
	n.FS.GID = id
	Set(t, n)
	return sys.Gid(was), nil
}

// Getgroups implements getgroups(2).
//
//cairn:syscall getgroups
func Getgroups(t *task.Task, size int32, list sys.OutGids) (int, error) {
	groups := Of(t).FS.Groups
	if size < 0 {
		return 0, unix.EINVAL
	}
	if size == 0 {
		return len(groups), nil
	}
	if int(size) < len(groups) {
		return 0, unix.EINVAL
	}
	for i, g := range groups {
		if err := vm.Store(t.AS, vm.Addr(list)+vm.Addr(4*i), g); err != nil {
			return 0, err
		}
	}
	return len(groups), nil
}

// Setgroups implements setgroups(2).
//
//cairn:syscall setgroups
func Setgroups(t *task.Task, size int32, list sys.Gids) error {
	old := Of(t)
	if !old.Has(unix.CAP_SETGID) {
		return unix.EPERM
	}
	if uint32(size) > maxGroups {
		return unix.EINVAL
	}
	groups := make([]uint32, size)
	for i := range groups {
		var err error
		if groups[i], err = vm.Load[uint32](t.AS, vm.Addr(list)+vm.Addr(4*i)); err != nil {
			return err
		}
		if groups[i] == keep {
			return unix.EINVAL
		}
	}
	sort.Slice(groups, func(i, j int) bool { return groups[i] < groups[j] })
	n := *old
	n.FS.Groups = groups
	Set(t, n)
	return nil
}
