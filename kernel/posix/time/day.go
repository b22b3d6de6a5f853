package time

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// timezone is the struct timezone of gettimeofday(2).
type timezone struct {
	MinutesWest int32
	DSTTime     int32
}

// maxMinutesWest is the largest offset that settimeofday(2) takes, in minutes.
const maxMinutesWest = 15 * 60

// zone is what settimeofday(2) set. The kernel has no use for it.
var zone struct {
	sync.Mutex
	timezone
}

// Gettimeofday implements gettimeofday(2).
//
//cairn:syscall gettimeofday
func Gettimeofday(t *task.Task, tv sys.OutTimeval, tz sys.OutTimezone) error {
	if tv != 0 {
		if err := vm.Store(t.AS, vm.Addr(tv), unix.NsecToTimeval(clock.Wall())); err != nil {
			return err
		}
	}
	if tz == 0 {
		return nil
	}
	zone.Lock()
	z := zone.timezone
	zone.Unlock()
	return vm.Store(t.AS, vm.Addr(tz), z)
}

// Settimeofday implements settimeofday(2).
//
// Needs CAP_SYS_TIME. The time zone is kept for gettimeofday(2) and has no other effect.
//
//cairn:syscall settimeofday
func Settimeofday(t *task.Task, tv sys.Timeval, tz sys.Timezone) error {
	var at *unix.Timespec
	if tv != 0 {
		v, err := vm.Load[unix.Timeval](t.AS, vm.Addr(tv))
		if err != nil {
			return err
		}
		if v.Usec < 0 || v.Usec >= 1_000_000 || v.Sec < 0 || v.Sec > maxWall {
			return unix.EINVAL
		}
		at = &unix.Timespec{Sec: v.Sec, Nsec: v.Usec * 1000}
	}
	if tz != 0 {
		z, err := vm.Load[timezone](t.AS, vm.Addr(tz))
		if err != nil {
			return err
		}
		if !vfs.CredOf(t).Has(unix.CAP_SYS_TIME) {
			return unix.EPERM
		}
		if z.MinutesWest < -maxMinutesWest || z.MinutesWest > maxMinutesWest {
			return unix.EINVAL
		}
		zone.Lock()
		zone.timezone = z
		zone.Unlock()
	}
	if at == nil {
		return nil
	}
	return setWall(t, *at)
}

// Time implements time(2).
//
//cairn:syscall time
func Time(t *task.Task, out sys.OutTime) (int64, error) {
	s := clock.Wall() / clock.Second
	if out != 0 {
		if err := vm.Store(t.AS, vm.Addr(out), s); err != nil {
			return 0, err
		}
	}
	return s, nil
}
