package user

import (
	"cairn/kernel/config"
	"cairn/kernel/posix/prctl"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

func init() {
	if !config.LIBPOSIX_PRCTL {
		return
	}
	prctl.Handle(unix.PR_GET_KEEPCAPS, func(t *task.Task, _ *prctl.Args) (int, error) {
		return int(Of(t).SecureBits & secKeepCaps / secKeepCaps), nil
	})
	prctl.Handle(unix.PR_SET_KEEPCAPS, setKeepCaps)
	prctl.Handle(unix.PR_GET_SECUREBITS, func(t *task.Task, _ *prctl.Args) (int, error) {
		return int(Of(t).SecureBits), nil
	})
	prctl.Handle(unix.PR_SET_SECUREBITS, setSecureBits)
	prctl.Handle(unix.PR_CAPBSET_READ, readBounding)
	prctl.Handle(unix.PR_CAPBSET_DROP, dropBounding)
	prctl.Handle(unix.PR_CAP_AMBIENT, ambient)
}

func setKeepCaps(t *task.Task, a *prctl.Args) (int, error) {
	n := *Of(t)
	if a[0] > 1 {
		return 0, unix.EINVAL
	}
	if n.SecureBits&(secKeepCaps<<secLockOfShift) != 0 {
		return 0, unix.EPERM
	}
	n.SecureBits &^= secKeepCaps
	if a[0] == 1 {
		n.SecureBits |= secKeepCaps
	}
	Set(t, n)
	return 0, nil
}

func setSecureBits(t *task.Task, a *prctl.Args) (int, error) {
	n := *Of(t)
	bits := uint32(a[0])
	locked := n.SecureBits & secLocks >> secLockOfShift
	switch {
	case a[0]&^(secAll|secLocks) != 0, (n.SecureBits^bits)&locked != 0,
		n.SecureBits&secLocks&^bits != 0, !n.Has(unix.CAP_SETPCAP):
		return 0, unix.EPERM
	}
	n.SecureBits = bits
	Set(t, n)
	return 0, nil
}

func readBounding(t *task.Task, a *prctl.Args) (int, error) {
	if a[0] > unix.CAP_LAST_CAP {
		return 0, unix.EINVAL
	}
	return int(Of(t).Bounding >> a[0] & 1), nil
}

func dropBounding(t *task.Task, a *prctl.Args) (int, error) {
	n := *Of(t)
	if !n.Has(unix.CAP_SETPCAP) {
		return 0, unix.EPERM
	}
	if a[0] > unix.CAP_LAST_CAP {
		return 0, unix.EINVAL
	}
	n.Bounding &^= 1 << a[0]
	Set(t, n)
	return 0, nil
}

// ambient is PR_CAP_AMBIENT.
func ambient(t *task.Task, a *prctl.Args) (int, error) {
	n := *Of(t)
	if a[0] == unix.PR_CAP_AMBIENT_CLEAR_ALL {
		if !a.RestZero(1) {
			return 0, unix.EINVAL
		}
		n.Ambient = 0
		Set(t, n)
		return 0, nil
	}
	if a[1] > unix.CAP_LAST_CAP || !a.RestZero(2) {
		return 0, unix.EINVAL
	}
	bit := uint64(1) << a[1]
	switch a[0] {
	case unix.PR_CAP_AMBIENT_IS_SET:
		return int(n.Ambient >> a[1] & 1), nil
	case unix.PR_CAP_AMBIENT_RAISE:
		if n.Permitted&n.Inheritable&bit == 0 || n.SecureBits&secNoAmbient != 0 {
			return 0, unix.EPERM
		}
		n.Ambient |= bit
	case unix.PR_CAP_AMBIENT_LOWER:
		n.Ambient &^= bit
	default:
		return 0, unix.EINVAL
	}
	Set(t, n)
	return 0, nil
}
