package timerfd_test

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"cairn/kernel/clock"
	"cairn/kernel/posix/fdio"
	_ "cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/posix/timerfd"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// spec is a struct itimerspec: first the interval.
func spec(interval, value time.Duration) []byte {
	var p []byte
	for _, d := range []time.Duration{interval, value} {
		p = binary.NativeEndian.AppendUint64(p, uint64(d/time.Second))
		p = binary.NativeEndian.AppendUint64(p, uint64(d%time.Second))
	}
	return p
}

// parse returns interval and value of a struct itimerspec.
func parse(p []byte) (interval, value time.Duration) {
	at := func(i int) time.Duration { return time.Duration(binary.NativeEndian.Uint64(p[i*8:])) }
	return at(0)*time.Second + at(1), at(2)*time.Second + at(3)
}

func TestErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		for _, id := range []int{unix.CLOCK_REALTIME, unix.CLOCK_MONOTONIC, 2, 3, 4, 5, 6, unix.CLOCK_BOOTTIME, 8, 9, 10, 11, -1} {
			if fd := c.FD("create", unix.SYS_TIMERFD_CREATE, id, 0); fd >= 0 {
				c.Close(fd)
			}
		}
		c.Do("create flags", unix.SYS_TIMERFD_CREATE, 1, 1)
		fd := c.FD("create", unix.SYS_TIMERFD_CREATE, unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
		c.Do("getfd", unix.SYS_FCNTL, fd, unix.F_GETFD, 0)
		c.Do("getfl", unix.SYS_FCNTL, fd, unix.F_GETFL, 0)
		other, w := c.Pipe(0)
		good := c.Mem(spec(0, time.Hour))
		negative := spec(0, 0)
		negative[31] = 0x80
		large := spec(0, 0)
		binary.NativeEndian.PutUint64(large[8:], 1e9)
		for _, fd := range []int{fd, other, -1} {
			c.Do("settime flags", unix.SYS_TIMERFD_SETTIME, fd, 4, good, 0)
			c.Do("settime bad", unix.SYS_TIMERFD_SETTIME, fd, 4, posixtest.Bad, 0)
			c.Do("settime negative", unix.SYS_TIMERFD_SETTIME, fd, 0, c.Mem(negative), 0)
			c.Do("settime large", unix.SYS_TIMERFD_SETTIME, fd, 0, c.Mem(large), 0)
			c.Do("settime bad old", unix.SYS_TIMERFD_SETTIME, fd, 0, good, posixtest.Bad)
			c.Do("gettime bad", unix.SYS_TIMERFD_GETTIME, fd, posixtest.Bad)
		}
		buf := c.Room(8)
		c.Do("short read", unix.SYS_READ, fd, buf, 7)
		c.Do("read", unix.SYS_READ, fd, buf, 8)
		c.Do("write", unix.SYS_WRITE, fd, buf, 8)
		c.Do("lseek", unix.SYS_LSEEK, fd, 0, 0)
		c.Poll(fd)
		c.Close(fd, other, w)
	})
}

func TestOnce(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		for _, id := range []int{unix.CLOCK_REALTIME, unix.CLOCK_MONOTONIC, unix.CLOCK_BOOTTIME} {
			fd := c.FD("create", unix.SYS_TIMERFD_CREATE, id, 0)
			buf, got := c.Room(8), c.Room(32)
			c.Do("set", unix.SYS_TIMERFD_SETTIME, fd, 0, c.Mem(spec(0, time.Hour)), 0)
			c.Do("get", unix.SYS_TIMERFD_GETTIME, fd, got)
			_, value := parse(got.Bytes())
			c.Log("%v", value > 59*time.Minute && value <= time.Hour)
			c.Do("set", unix.SYS_TIMERFD_SETTIME, fd, 0, c.Mem(spec(0, 5*time.Millisecond)), got)
			_, value = parse(got.Bytes())
			c.Log("%v", value > 59*time.Minute && value <= time.Hour)
			c.Do("read", unix.SYS_READ, fd, buf, 8)
			c.Log("ticks %d", buf.Bytes()[0])
			c.Do("get", unix.SYS_TIMERFD_GETTIME, fd, got)
			c.Log("%x", got.Bytes())
			c.Poll(fd)
			c.Do("absolute", unix.SYS_TIMERFD_SETTIME, fd, unix.TFD_TIMER_ABSTIME, c.Mem(spec(0, 1)), 0)
			c.Do("read", unix.SYS_READ, fd, buf, 8)
			c.Do("set", unix.SYS_TIMERFD_SETTIME, fd, 0, c.Mem(spec(0, 1)), 0)
			time.Sleep(2 * time.Millisecond)
			c.Poll(fd)
			c.Do("stop", unix.SYS_TIMERFD_SETTIME, fd, 0, c.Mem(spec(time.Second, 0)), got)
			c.Log("%x", got.Bytes())
			c.Poll(fd)
			c.Do("get", unix.SYS_TIMERFD_GETTIME, fd, got)
			c.Log("%x", got.Bytes())
			c.Do("for ever", unix.SYS_TIMERFD_SETTIME, fd, 0, c.Mem(spec(0, math.MaxInt64)), 0)
			c.Poll(fd)
			c.Close(fd)
		}
	})
}

// machine is a task with a timer, and a clock that the test moves.
type machine struct {
	*tasktest.Task
	t   *testing.T
	fd  sys.FD
	now clock.Time
}

// newMachine replaces the clock until the test ends.
func newMachine(t *testing.T, id sys.ClockID) *machine {
	t.Helper()
	m := &machine{Task: posixtest.NewTask(t), t: t, now: 1000 * clock.Second}
	source, wall := clock.Source, clock.Wall()
	clock.Source.Now = func() clock.Time { return m.now }
	clock.Source.SetAlarm = func(clock.Time) {}
	clock.SetWall(5000 * clock.Second)
	t.Cleanup(func() {
		clock.Source = source
		clock.SetWall(wall)
	})
	var err error
	if m.fd, err = timerfd.TimerfdCreate(m.Task.Task, id, unix.TFD_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	return m
}

// pass lets time pass.
func (m *machine) pass(d time.Duration) {
	m.now += clock.Time(d)
	clock.Expire()
}

func (m *machine) set(flags sys.TimerfdSetFlags, interval, value time.Duration) error {
	return timerfd.TimerfdSettime(m.Task.Task, m.fd, flags, sys.Itimerspec(m.Put(spec(interval, value))), 0)
}

// ticks checks what read(2) returns.
func (m *machine) ticks(want uint64, wantErr error) {
	m.t.Helper()
	a := m.Map(8)
	n, err := fdio.Read(m.Task.Task, m.fd, sys.OutBuf(a), 8)
	if err != wantErr || err == nil && want > 0 && n != 8 {
		m.t.Errorf("read: %d, %v; want %v", n, err, wantErr)
	}
	if got := binary.NativeEndian.Uint64(m.Bytes(a, 8)); err == nil && got != want {
		m.t.Errorf("%d ticks, want %d", got, want)
	}
}

// left checks what timerfd_gettime(2) returns.
func (m *machine) left(want time.Duration) {
	m.t.Helper()
	a := m.Map(32)
	if err := timerfd.TimerfdGettime(m.Task.Task, m.fd, sys.OutItimerspec(a)); err != nil {
		m.t.Error(err)
	}
	if _, got := parse(m.Bytes(vm.Addr(a), 32)); got != want {
		m.t.Errorf("%v left, want %v", got, want)
	}
}

func TestOverruns(t *testing.T) {
	m := newMachine(t, unix.CLOCK_MONOTONIC)
	if err := m.set(0, 10*time.Second, 5*time.Second); err != nil {
		t.Fatal(err)
	}
	m.pass(4 * time.Second)
	m.ticks(0, unix.EAGAIN)
	m.left(time.Second)
	m.pass(time.Second)
	m.ticks(1, nil)
	m.left(10 * time.Second)
	m.pass(35 * time.Second)
	m.ticks(3, nil)
	m.left(5 * time.Second)
	m.pass(105 * time.Second)
	m.left(10 * time.Second) // counts the ticks, too
	m.pass(10 * time.Second)
	m.ticks(12, nil)
	m.ticks(0, unix.EAGAIN)
	m.pass(1000 * time.Second)
	if err := m.set(0, 0, time.Second); err != nil {
		t.Fatal(err)
	}
	m.ticks(0, unix.EAGAIN)
	m.pass(time.Second)
	m.ticks(1, nil)
	m.pass(time.Hour)
	m.ticks(0, unix.EAGAIN)
}

func TestWallClockSet(t *testing.T) {
	m := newMachine(t, unix.CLOCK_REALTIME)
	if err := m.set(unix.TFD_TIMER_ABSTIME, 0, 5100*time.Second); err != nil {
		t.Fatal(err)
	}
	clock.SetWall(5090 * clock.Second)
	m.left(10 * time.Second)
	m.pass(10 * time.Second)
	m.ticks(1, nil)
	if err := m.set(0, 0, 100*time.Second); err != nil { // relative: not moved
		t.Fatal(err)
	}
	clock.SetWall(9000 * clock.Second)
	m.left(100 * time.Second)
}

func TestCancelOnSet(t *testing.T) {
	m := newMachine(t, unix.CLOCK_REALTIME)
	const flags = unix.TFD_TIMER_ABSTIME | unix.TFD_TIMER_CANCEL_ON_SET
	if err := m.set(flags, 0, 6000*time.Second); err != nil {
		t.Fatal(err)
	}
	m.ticks(0, unix.EAGAIN)
	clock.SetWall(5500 * clock.Second)
	m.ticks(0, unix.ECANCELED)
	m.ticks(0, unix.EAGAIN)
	m.left(500 * time.Second)
	clock.SetWall(5600 * clock.Second)
	if err := m.set(flags, 0, 6000*time.Second); err != unix.ECANCELED {
		t.Errorf("settime after the clock was set: %v", err)
	}
	m.ticks(0, unix.EAGAIN)
	m.pass(400 * time.Second)
	m.ticks(1, nil)
}
