package poll

import (
	"encoding/binary"
	"math/bits"

	"cairn/kernel/clock"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// What poll(2) would have to say for a descriptor to be in each set of select(2).
const (
	readSet   = unix.EPOLLRDNORM | unix.EPOLLRDBAND | unix.POLLIN | unix.POLLHUP | unix.POLLERR
	writeSet  = unix.EPOLLWRBAND | unix.EPOLLWRNORM | unix.POLLOUT | unix.POLLERR
	exceptSet = unix.POLLPRI
)

// setEvents are the events of the three sets, in the order of the arguments.
var setEvents = [3]uint32{readSet, writeSet, exceptSet}

// Select implements select(2).
//
// The time that is left is stored, as Linux does.
//
//cairn:syscall select
func Select(t *task.Task, n int32, r, w, e sys.FDSet, timeout sys.InOutTimeval) (int, error) {
	deadline := clock.Never
	if timeout != 0 {
		tv, err := vm.Load[unix.Timeval](t.AS, vm.Addr(timeout))
		if err != nil {
			return 0, err
		}
		deadline, err = afterSpec(tv.Sec+tv.Usec/1e6, tv.Usec%1e6*1000)
		if err != nil {
			return 0, err
		}
	}
	ready, err := selectSets(t, n, [3]vm.Addr{vm.Addr(r), vm.Addr(w), vm.Addr(e)}, deadline)
	return ready, storeTimeval(t, vm.Addr(timeout), deadline, nohand(err))
}

// Pselect6 implements pselect(2).
//
// The time that is left is stored, as Linux does.
//
//cairn:syscall pselect6
func Pselect6(t *task.Task, n int32, r, w, e sys.FDSet, timeout sys.InOutTimespec, sig sys.SigSetArg) (int, error) {
	var arg struct{ set, size uint64 }
	var err error
	if sig != 0 {
		if arg, err = vm.Load[struct{ set, size uint64 }](t.AS, vm.Addr(sig)); err != nil {
			return 0, err
		}
	}
	deadline, err := loadTimespec(t, vm.Addr(timeout))
	if err != nil {
		return 0, err
	}
	set, err := setMask(t, vm.Addr(arg.set), arg.size)
	if err != nil {
		return 0, err
	}
	ready, err := selectSets(t, n, [3]vm.Addr{vm.Addr(r), vm.Addr(w), vm.Addr(e)}, deadline)
	err = nohand(err)
	restoreMask(t, set, err)
	return ready, storeTimespec(t, vm.Addr(timeout), deadline, err)
}

// selectSets waits for the descriptors below n in the sets at the user addresses, which may be
// 0, and leaves in them what is ready: EINVAL if n is negative, EBADF if a descriptor is not open.
func selectSets(t *task.Task, n int32, sets [3]vm.Addr, deadline clock.Time) (int, error) {
	if n < 0 {
		return 0, unix.EINVAL
	}
	w := waiters.Get().(*waiter)
	defer w.free()
	below := min(int(n), fdtab.Size(t))
	if err := w.loadSets(t, &sets, below); err != nil {
		return 0, err
	}
	if _, err := w.wait(t, deadline); err != nil {
		return 0, err
	}
	return w.storeSets(t, &sets, below)
}

// set returns one of the three sets, of so many words.
func (w *waiter) set(i, words int) []uint64 { return w.sets[i*words:][:words] }

// words returns how many words hold n bits.
func words(n int) int { return (n + 63) / 64 }

// loadSets makes the descriptors below n in the sets the watches.
func (w *waiter) loadSets(t *task.Task, sets *[3]vm.Addr, n int) error {
	size := words(n)
	if cap(w.sets) < 3*size {
		w.sets = make([]uint64, 3*size)
	}
	w.sets = w.sets[:3*size]
	clear(w.sets)
	for i, a := range sets {
		if a == 0 {
			continue
		}
		p := w.scratch(size * 8)
		if _, err := t.CopyIn(p, a); err != nil {
			return err
		}
		set := w.set(i, size)
		for j := range set {
			set[j] = binary.NativeEndian.Uint64(p[j*8:])
		}
		if n%64 != 0 {
			set[size-1] &= 1<<(n%64) - 1
		}
	}
	w.grow(n)
	for i := range size {
		w.addWord(i*64, [3]uint64{w.set(0, size)[i], w.set(1, size)[i], w.set(2, size)[i]})
	}
	return nil
}

// addWord adds watches for one word of each set; first is the descriptor of the
// lowest bit.
func (w *waiter) addWord(first int, in [3]uint64) {
	for any := in[0] | in[1] | in[2]; any != 0; any &= any - 1 {
		bit := bits.TrailingZeros64(any)
		events := uint32(0)
		for i, set := range in {
			if set>>bit&1 != 0 {
				events |= setEvents[i]
			}
		}
		w.add(sys.FD(first+bit), events)
	}
}

// storeSets leaves what is ready in the sets, and returns how many bits that is: EBADF if a
// descriptor is not open.
func (w *waiter) storeSets(t *task.Task, sets *[3]vm.Addr, n int) (int, error) {
	size, count := words(n), 0
	for i := range w.watches {
		p := &w.watches[i]
		if p.ready&unix.POLLNVAL != 0 {
			return 0, unix.EBADF
		}
		bit := uint64(1) << (p.fd % 64)
		for s, events := range setEvents {
			word := &w.set(s, size)[p.fd/64]
			switch {
			case *word&bit == 0:
			case p.ready&events != 0:
				count++
			default:
				*word &^= bit
			}
		}
	}
	for i, a := range sets {
		if a == 0 {
			continue
		}
		p := w.scratch(size * 8)
		for j, word := range w.set(i, size) {
			binary.NativeEndian.PutUint64(p[j*8:], word)
		}
		if _, err := t.CopyOut(a, p); err != nil {
			return 0, err
		}
	}
	return count, nil
}
