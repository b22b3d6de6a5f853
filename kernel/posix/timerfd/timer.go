package timerfd

import (
	"encoding/binary"
	"strings"
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A timer is the operations of a timerfd. As on Linux a periodic timer goes off once, and is
// started anew when someone looks: nothing runs for expirations that nobody reads.
type timer struct {
	vfs.NoFile
	clockID sys.ClockID
	queue   wait.Queue

	mu       sync.Mutex
	alarm    clock.Timer
	flags    int   // of timerfd_settime(2)
	wall     bool  // deadline is wall time, and moves when the clock is set
	deadline int64 // of the last start, in nanoseconds; 0 is unarmed
	interval int64 // in nanoseconds; 0 is once
	expired  bool  // the alarm went off, and was not started again
	cancel   bool  // TFD_TIMER_CANCEL_ON_SET is in force
	canceled bool  // the clock was set meanwhile
	ticks    uint64
	word     [8]byte // scratch for copies
}

// wakes says whether the clock would wake the machine.
func (tm *timer) wakes() bool {
	return tm.clockID == unix.CLOCK_REALTIME_ALARM || tm.clockID == unix.CLOCK_BOOTTIME_ALARM
}

// ofWall says whether the clock is the time of day.
func (tm *timer) ofWall() bool {
	return tm.clockID == unix.CLOCK_REALTIME || tm.clockID == unix.CLOCK_REALTIME_ALARM
}

// now returns the time that deadline is measured against.
func (tm *timer) now() int64 {
	if tm.wall {
		return clock.Wall()
	}
	return int64(clock.Now())
}

// start has the alarm go off at the deadline.
func (tm *timer) start() {
	d := tm.deadline
	if tm.wall {
		d -= clock.Offset()
	}
	tm.alarm.Start(clock.Time(d))
}

// expire is called at the deadline.
func (tm *timer) expire() {
	tm.mu.Lock()
	if tm.deadline == 0 || tm.expired || tm.now() < tm.deadline {
		tm.mu.Unlock() // set meanwhile
		return
	}
	tm.expired = true
	tm.ticks++
	tm.mu.Unlock()
	tm.queue.Wake(wait.In)
}

// set starts the timer anew, or stops it if value is 0. It returns what the timer was: ECANCELED
// if the clock was set meanwhile and the timer had asked to be told.
func (tm *timer) set(flags int, value, interval int64) (unix.ItimerSpec, error) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	tm.alarm.Stop()
	if tm.expired && tm.interval != 0 {
		tm.forward()
	}
	old := tm.spec()
	absolute := flags&unix.TFD_TIMER_ABSTIME != 0
	tm.cancel = absolute && flags&unix.TFD_TIMER_CANCEL_ON_SET != 0 && tm.ofWall()
	tm.canceled = tm.canceled && tm.cancel
	tm.expired, tm.ticks = false, 0
	tm.wall = absolute && tm.ofWall()
	tm.interval, tm.deadline = interval, value
	watch(tm, tm.wall)
	if value != 0 {
		if !absolute {
			tm.deadline = addTime(tm.now(), value)
		}
		tm.start()
		if tm.canceled {
			tm.canceled = false
			return old, unix.ECANCELED
		}
	}
	tm.flags = flags
	return old, nil
}

// get returns the time to the next expiration and the interval.
func (tm *timer) get() unix.ItimerSpec {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	if tm.expired && tm.interval != 0 {
		tm.ticks += tm.forward() - 1
		tm.expired = false
		tm.start()
	}
	return tm.spec()
}

// forward moves the deadline of a periodic timer beyond now, and returns by how
// many intervals.
func (tm *timer) forward() uint64 {
	late := tm.now() - tm.deadline
	if late < 0 {
		return 0
	}
	n := late / tm.interval
	tm.deadline = addTime(tm.deadline+n*tm.interval, tm.interval)
	return uint64(n) + 1
}

// spec returns the time to the deadline and the interval. The timer is locked.
func (tm *timer) spec() unix.ItimerSpec {
	rest := int64(0)
	if tm.deadline != 0 {
		rest = max(0, tm.deadline-tm.now())
	}
	return unix.ItimerSpec{Value: unix.NsecToTimespec(rest), Interval: unix.NsecToTimespec(tm.interval)}
}

// Read takes the number of expirations since the last read: EINVAL if b has no room for
// 8 bytes, EAGAIN if there was none, ECANCELED if the clock was set and the timer asked to be
// told. It is 0, the end of a file, if the clock was set back under a periodic timer.
func (tm *timer) Read(_ *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if b.Len() < len(tm.word) {
		return 0, unix.EINVAL
	}
	tm.mu.Lock()
	defer tm.mu.Unlock()
	if tm.canceled {
		tm.canceled, tm.ticks, tm.expired = false, 0, false
		return 0, unix.ECANCELED
	}
	if tm.ticks == 0 {
		return 0, unix.EAGAIN
	}
	ticks := tm.ticks
	if tm.expired && tm.interval != 0 {
		ticks += tm.forward() - 1
		tm.start()
	}
	tm.expired, tm.ticks = false, 0
	if ticks == 0 {
		return 0, nil
	}
	binary.NativeEndian.PutUint64(tm.word[:], ticks)
	return b.Write(tm.word[:])
}

// Ready says what timerfd_create(2) documents for poll(2).
func (tm *timer) Ready(*vfs.File) wait.Events {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	if tm.ticks != 0 {
		return wait.In
	}
	return 0
}

// setTicks is TFD_IOC_SET_TICKS (Linux's include/uapi/linux/timerfd.h).
const setTicks = 0x40085400

// Ioctl does TFD_IOC_SET_TICKS: as many expirations as arg points to have not been read. EINVAL if that is none.
func (tm *timer) Ioctl(t *task.Task, _ *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	if cmd != setTicks {
		return 0, unix.ENOTTY
	}
	n, err := vm.Load[uint64](t.AS, arg)
	if err == nil && n == 0 {
		err = unix.EINVAL
	}
	if err != nil {
		return 0, err
	}
	tm.mu.Lock()
	if !tm.canceled {
		tm.ticks = n
	}
	tm.mu.Unlock()
	tm.queue.Wake(wait.In)
	return 0, nil
}

// Queue returns the timer's queue.
func (tm *timer) Queue(*vfs.File) *wait.Queue { return &tm.queue }

// FDInfo adds what the timer is set to, as Linux's timerfd_show does.
func (tm *timer) FDInfo(_ *vfs.File, w *strings.Builder) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	s := tm.spec()
	kfmt.Fprintf(w, "clockid: %d\nticks: %d\nsettime flags: 0%o\nit_value: (%d, %d)\nit_interval: (%d, %d)\n",
		tm.clockID, tm.ticks, tm.flags, s.Value.Sec, s.Value.Nsec, s.Interval.Sec, s.Interval.Nsec)
}

// Release stops the timer.
func (tm *timer) Release(*vfs.File) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	tm.deadline = 0
	tm.alarm.Stop()
	watch(tm, false)
}

// addTime returns a + b, clock.Never if that is too much.
func addTime(a, b int64) int64 {
	if b > int64(clock.Never)-a {
		return int64(clock.Never)
	}
	return a + b
}

// wallTimers is the timers with a deadline in wall time.
var wallTimers = struct {
	sync.Mutex
	set map[*timer]bool
}{set: map[*timer]bool{}}

func init() { clock.OnWallChange(clockWasSet) }

// watch notes whether tm has a deadline in wall time.
func watch(tm *timer, on bool) {
	wallTimers.Lock()
	defer wallTimers.Unlock()
	if on {
		wallTimers.set[tm] = true
	} else {
		delete(wallTimers.set, tm)
	}
}

// clockWasSet moves the alarms of the timers in wall time, and wakes those who asked
// to be told with TFD_TIMER_CANCEL_ON_SET.
func clockWasSet() {
	wallTimers.Lock()
	all := make([]*timer, 0, len(wallTimers.set))
	for tm := range wallTimers.set {
		all = append(all, tm)
	}
	wallTimers.Unlock()
	for _, tm := range all {
		tm.wallChanged()
	}
}

func (tm *timer) wallChanged() {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	if !tm.wall {
		return
	}
	if tm.deadline != 0 && !tm.expired {
		tm.start()
	}
	if tm.cancel {
		tm.canceled = true
		tm.ticks++
		tm.queue.Wake(wait.In)
	}
}
