package futex_test

import (
	"encoding/binary"
	"testing"
	"time"

	"cairn/kernel/clock"
	"cairn/kernel/posix/futex"
	pt "cairn/kernel/posix/process/processtest"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

const (
	wait          = 0
	wake          = 1
	requeue       = 3
	cmpRequeue    = 4
	wakeOp        = 5
	lockPI        = 6
	unlockPI      = 7
	trylockPI     = 8
	waitBitset    = 9
	wakeBitset    = 10
	waitRequeuePI = 11
	cmpRequeuePI  = 12

	private  = 128
	realtime = 256
	any      = 0xffffffff
	waiters  = 1 << 31
	died     = 1 << 30
)

// call makes a futex call and returns what it said.
func call(p *pt.Program, a uint64, op int, val uint64, rest ...uint64) (int64, error) {
	return p.Call(unix.SYS_FUTEX, append([]uint64{a, uint64(op), val}, rest...)...)
}

// sleepers makes n threads that wait at a, with the results in order of their ends.
func sleepers(p *pt.Program, n int, args ...uint64) chan error {
	results := make(chan error, n)
	for range n {
		started := make(chan bool)
		p.Thread(func(th *pt.Program) {
			close(started)
			_, err := th.Call(unix.SYS_FUTEX, args...)
			results <- err
			th.Call(unix.SYS_EXIT, 0)
		})
		<-started
	}
	time.Sleep(20 * time.Millisecond) // they wait
	return results
}

// timespec puts a time into user memory.
func timespec(p *pt.Program, ns int64) uint64 {
	b := binary.NativeEndian.AppendUint64(nil, uint64(ns/clock.Second))
	return p.Bytes(binary.NativeEndian.AppendUint64(b, uint64(ns%clock.Second)))
}

func TestErrors(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(8, false))
		bad := p.Bytes(binary.NativeEndian.AppendUint64(make([]byte, 8), clock.Second))
		for _, c := range []struct {
			name string
			args []uint64
			want error
		}{
			{"another value", []uint64{a, wait, 1}, unix.EAGAIN},
			{"an address that is not a multiple of 4", []uint64{a + 1, wait, 0}, unix.EINVAL},
			{"nothing mapped", []uint64{8, wait, 0}, unix.EFAULT},
			{"an address of the kernel", []uint64{1 << 63, wake | private, 1}, unix.EFAULT},
			{"no bit", []uint64{a, waitBitset, 0, 0, 0, 0}, unix.EINVAL},
			{"no bit to wake", []uint64{a, wakeBitset, 1, 0, 0, 0}, unix.EINVAL},
			{"a bad time", []uint64{a, wait, 0, bad}, unix.EINVAL},
			{"a bad address of the time", []uint64{a, wait, 0, 8}, unix.EFAULT},
			{"an unknown operation", []uint64{a, 77, 0}, unix.ENOSYS},
			{"the wall clock for WAIT", []uint64{a, wait | realtime, 0}, unix.ENOSYS},
			{"the wall clock for WAKE", []uint64{a, wake | realtime, 0}, unix.ENOSYS},
			{"a negative number to requeue", []uint64{a, requeue, any, 1, a + 4}, unix.EINVAL},
			{"CMP_REQUEUE with another value", []uint64{a, cmpRequeue, 1, 1, a + 4, 5}, unix.EAGAIN},
			{"an unknown operation of WAKE_OP", []uint64{a, wakeOp, 1, 1, a + 4, 7 << 28}, unix.ENOSYS},
			{"an unknown comparison of WAKE_OP", []uint64{a, wakeOp, 1, 1, a + 4, 9 << 24}, unix.ENOSYS},
			{"unlocking what is not held", []uint64{a, unlockPI}, unix.EPERM},
			{"a timeout that is over", []uint64{a, waitBitset, 0, timespec(p, 1), 0, any}, unix.ETIMEDOUT},
			{"a timeout of the wall clock that is over", []uint64{a, waitBitset | realtime, 0, timespec(p, 1), 0, any}, unix.ETIMEDOUT},
			{"a short timeout", []uint64{a, wait, 0, timespec(p, 2e6)}, unix.ETIMEDOUT},
		} {
			if _, err := p.Call(unix.SYS_FUTEX, c.args...); err != c.want {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if n, err := call(p, a, wake, 10); n != 0 || err != nil {
			t.Errorf("waking nobody: %d, %v", n, err)
		}
	})
}

func TestWakeInOrderAndByBits(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(8, false))
		results := sleepers(p, 3, a, wait|private, 0)
		if n, _ := call(p, a, wake|private, 2); n != 2 {
			t.Errorf("woke %d, want 2", n)
		}
		if n, _ := call(p, a, wake|private, 10); n != 1 {
			t.Errorf("woke %d, want the last", n)
		}
		for range 3 {
			if err := <-results; err != nil {
				t.Errorf("a waiter: %v", err)
			}
		}
		results = sleepers(p, 1, a, waitBitset, 0, 0, 0, 4)
		if n, _ := call(p, a, wakeBitset, 1, 0, 0, 3); n != 0 {
			t.Error("a waiter was woken by other bits")
		}
		if n, _ := call(p, a, wakeBitset, 1, 0, 0, 6); n != 1 {
			t.Error("a waiter was not woken by its bit")
		}
		<-results
	})
}

func TestSharedFutexBetweenProcesses(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(8, true))
		child := p.Fork(func(c *pt.Program) {
			_, err := call(c, a, wait, 0)
			if err != nil {
				t.Errorf("the child's wait: %v", err)
			}
		})
		for {
			if n, _ := call(p, a, wake, 1); n == 1 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		p.Wait(child, 0)
	})
}

func TestRequeue(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(8192, false))
		b := a + 4096
		results := sleepers(p, 4, a, wait, 0)
		if n, err := call(p, a, cmpRequeue, 1, 2, b, 0); n != 3 || err != nil {
			t.Errorf("CMP_REQUEUE = %d, %v, want 3", n, err)
		}
		<-results
		if n, _ := call(p, b, wake, 10); n != 2 {
			t.Errorf("%d wait at the second word, want 2", n)
		}
		if n, _ := call(p, a, wake, 10); n != 1 {
			t.Errorf("%d wait at the first word, want 1", n)
		}
		for range 3 {
			<-results
		}
	})
}

func TestWakeOp(t *testing.T) {
	const set, add, or, andn, xor, shift = 0, 1, 2, 3, 4, 8
	const eq, ne, lt, le, gt, ge = 0, 1, 2, 3, 4, 5
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(8192, false))
		b := a + 4096
		for _, c := range []struct {
			op, arg, cmp, with uint64
			old, want          uint32
			both               bool
		}{
			{set, 7, eq, 5, 5, 7, true},
			{add, 0xfff, ne, 5, 5, 4, false}, // adds -1
			{or, 8, lt, 6, 5, 13, true},
			{andn, 1, le, 5, 5, 4, true},
			{xor, 3, gt, 5, 5, 6, false},
			{set | shift, 4, ge, 5, 5, 16, true},
			{set, 1, lt, 0xfff, 5, 1, false}, // compares with -1
		} {
			p.Store(b, c.old)
			first := sleepers(p, 1, a, wait, 0)
			second := sleepers(p, 1, b, wait, uint64(c.old))
			n, err := call(p, a, wakeOp, 1, 1, b, c.op<<28|c.cmp<<24|c.arg<<12|c.with)
			want := int64(1)
			if c.both {
				want = 2
			}
			if n != want || err != nil || p.Load(b) != c.want {
				t.Errorf("operation %d %d, comparison %d %d of %d: woke %d, %v, left %d; want %d, left %d",
					c.op, c.arg, c.cmp, c.with, c.old, n, err, p.Load(b), want, c.want)
			}
			call(p, b, wake, 1)
			<-first
			<-second
		}
	})
}

func TestLockWithOwner(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(8, false))
		tid := uint32(p.Must(unix.SYS_GETTID))
		if _, err := call(p, a, lockPI, 0); err != nil || p.Load(a) != tid {
			t.Fatalf("locking: %v, word %#x", err, p.Load(a))
		}
		if _, err := call(p, a, lockPI, 0); err != unix.EDEADLK {
			t.Errorf("locking again: %v, want EDEADLK", err)
		}
		order := make(chan uint32, 2)
		for range 2 {
			p.Thread(func(th *pt.Program) {
				if _, err := call(th, a, trylockPI, 0); err != unix.EAGAIN {
					t.Errorf("trylock of a held lock: %v, want EAGAIN", err)
				}
				if _, err := call(th, a, lockPI, 0); err != nil {
					t.Errorf("waiting for the lock: %v", err)
				}
				order <- th.Load(a)
				call(th, a, unlockPI, 0)
				th.Call(unix.SYS_EXIT, 0)
			})
			time.Sleep(20 * time.Millisecond)
		}
		if p.Load(a) != tid|waiters {
			t.Errorf("word %#x while others wait", p.Load(a))
		}
		call(p, a, unlockPI, 0)
		if first := <-order; first&waiters == 0 || first&^waiters == tid {
			t.Errorf("the first owner saw %#x: want its id and FUTEX_WAITERS", first)
		}
		if second := <-order; second&waiters == 0 { // as Linux's: who unlocks finds that nobody waits
			t.Errorf("the last owner saw %#x: want its id and FUTEX_WAITERS", second)
		}
		for end := time.Now().Add(10 * time.Second); p.Load(a) != 0 && time.Now().Before(end); {
			time.Sleep(time.Millisecond) // the last owner says so before it unlocks
		}
		if _, err := call(p, a, lockPI, 0, timespec(p, 1)); err != nil {
			t.Errorf("locking a free lock with a timeout that is over: %v", err)
		}
		call(p, a, unlockPI, 0)
		p.Store(a, 30000)
		if _, err := call(p, a, lockPI, 0); err != unix.ESRCH {
			t.Errorf("locking what a task holds that does not exist: %v, want ESRCH", err)
		}
		if _, err := call(p, a, trylockPI, 0); err != unix.ESRCH || p.Load(a) != 30000|waiters {
			t.Errorf("trying to: %v, want ESRCH; word %#x", err, p.Load(a))
		}
	})
}

func TestOwnerDies(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(8, false))
		held := make(chan bool)
		release := make(chan bool)
		p.Thread(func(th *pt.Program) {
			call(th, a, lockPI, 0)
			close(held)
			<-release
			th.Call(unix.SYS_EXIT, 0)
		})
		<-held
		time.AfterFunc(20*time.Millisecond, func() { close(release) })
		if _, err := call(p, a, lockPI, 0); err != nil || p.Load(a) != uint32(p.Must(unix.SYS_GETTID))|died|waiters {
			t.Errorf("the lock of an owner that died: %v, word %#x", err, p.Load(a))
		}
	})
}

func TestRobustList(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		// Two locks on the list, one that is being taken, one of another owner.
		const offset, stride = 16, 64
		m := uint64(p.Map(4096, false))
		entry := func(i uint64) uint64 { return m + 128 + i*stride }
		word := func(i uint64) uint64 { return entry(i) + offset }
		store := func(a, v uint64) {
			if err := vm.Store(p.Task.AS, vm.Addr(a), v); err != nil {
				t.Fatal(err)
			}
		}
		store(m, entry(0))
		store(m+8, offset)
		store(m+16, entry(2))
		store(entry(0), entry(1))
		store(entry(1), entry(3))
		store(entry(3), m)
		p.Store(word(3), 77)
		done := make(chan uint32)
		waiter := sleepers(p, 1, m+2048, wait, 0)
		p.Thread(func(th *pt.Program) {
			if _, err := th.Call(unix.SYS_SET_ROBUST_LIST, m, 23); err != unix.EINVAL {
				t.Errorf("a list of another size: %v, want EINVAL", err)
			}
			th.Must(unix.SYS_SET_ROBUST_LIST, m, 24)
			tid := uint32(th.Must(unix.SYS_GETTID))
			th.Store(word(0), tid)
			th.Store(word(1), tid|waiters)
			th.Store(word(2), tid)
			th.Must(unix.SYS_SET_TID_ADDRESS, m+2048)
			done <- tid
			th.Call(unix.SYS_EXIT, 0)
		})
		<-done
		<-waiter // woken by the end of the thread, after its list
		for i, want := range []uint32{died, died | waiters, died, 77} {
			if got := p.Load(word(uint64(i))); got != want {
				t.Errorf("lock %d: %#x, want %#x", i, got, want)
			}
		}
	})
}

func TestRequeueToLock(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		cond := uint64(p.Map(8192, false))
		mutex := cond + 4096
		call(p, mutex, lockPI, 0)
		owners := make(chan uint32, 2)
		for range 2 {
			p.Thread(func(th *pt.Program) {
				if _, err := call(th, cond, waitRequeuePI, 0, 0, mutex, any); err != nil {
					t.Errorf("WAIT_REQUEUE_PI: %v", err)
				}
				owners <- th.Load(mutex) &^ waiters
				call(th, mutex, unlockPI, 0)
				th.Call(unix.SYS_EXIT, 0)
			})
		}
		time.Sleep(20 * time.Millisecond)
		if _, err := call(p, cond, wake, 1); err != unix.EINVAL {
			t.Errorf("WAKE of such waiters: %v, want EINVAL", err)
		}
		if n, err := call(p, cond, cmpRequeuePI, 1, 10, mutex, 0); n != 2 || err != nil {
			t.Errorf("CMP_REQUEUE_PI = %d, %v, want 2", n, err)
		}
		call(p, mutex, unlockPI, 0)
		if a, b := <-owners, <-owners; a == b {
			t.Errorf("the lock had the owners %d and %d", a, b)
		}
	})
}

func TestWaitv(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(4096, false))
		list := func(val uint64, flags uint32) uint64 {
			var b []byte
			for i := range uint64(3) {
				b = binary.NativeEndian.AppendUint64(b, val)
				b = binary.NativeEndian.AppendUint64(b, a+64*i)
				b = binary.NativeEndian.AppendUint64(b, uint64(flags))
			}
			return p.Bytes(b)
		}
		const waitv = unix.SYS_FUTEX_WAITV
		for _, c := range []struct {
			name string
			args []uint64
			want error
		}{
			{"another value", []uint64{list(1, 2), 3, 0, 0, 0}, unix.EAGAIN},
			{"another size", []uint64{list(0, 1), 3, 0, 0, 0}, unix.EINVAL},
			{"nothing to wait for", []uint64{list(0, 2), 0, 0, 0, 0}, unix.EINVAL},
			{"flags", []uint64{list(0, 2), 3, 1, 0, 0}, unix.EINVAL},
			{"a timeout that is over", []uint64{list(0, 2), 3, 0, timespec(p, 1), unix.CLOCK_MONOTONIC}, unix.ETIMEDOUT},
			{"a clock that cannot be waited on", []uint64{list(0, 2), 3, 0, timespec(p, 1), unix.CLOCK_TAI}, unix.EINVAL},
		} {
			if _, err := p.Call(waitv, c.args...); err != c.want {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		l := list(0, 2|private)
		woken := make(chan int64)
		p.Thread(func(th *pt.Program) {
			n, _ := th.Call(waitv, l, 3, 0, 0, 0)
			woken <- n
			th.Call(unix.SYS_EXIT, 0)
		})
		time.Sleep(20 * time.Millisecond)
		if n, _ := call(p, a+128, wake|private, 1); n != 1 {
			t.Errorf("woke %d", n)
		}
		if n := <-woken; n != 2 {
			t.Errorf("futex_waitv = %d, want 2", n)
		}
		if n, _ := call(p, a, wake|private, 1); n != 0 {
			t.Error("an entry stayed in its queue")
		}
	})
}

func TestWakeAllocatesNothing(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := p.Map(8, false)
		over := vm.Addr(timespec(p, 0))
		if n := testing.AllocsPerRun(100, func() {
			futex.Futex(p.Task, a, wake|private, 1, 0, 0, 0)
			futex.Futex(p.Task, a, wait|private, 1, 0, 0, 0)
			futex.Futex(p.Task, a, sys.FutexOp(wait), 0, over, 0, 0)
		}); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
