package poll

import (
	"encoding/binary"
	"math"
	"runtime"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// struct epoll_event is a uint32 and a uint64, which amd64 does not align.
const (
	packed    = runtime.GOARCH == "amd64"
	maxEvents = math.MaxInt32 / 12
)

// eventLayout returns the size of a struct epoll_event and where its data begins.
func eventLayout() (size, data int) {
	if packed {
		return 12, 4
	}
	return 16, 8
}

// EpollCreate1 implements epoll_create1(2).
//
// Supports EPOLL_CLOEXEC.
//
//cairn:syscall epoll_create1
func EpollCreate1(t *task.Task, flags sys.EpollFlags) (sys.FD, error) {
	if flags&^unix.EPOLL_CLOEXEC != 0 {
		return -1, unix.EINVAL
	}
	f := vfs.NewFile(&epoll{items: map[itemKey]*item{}}, "anon_inode:[eventpoll]", unix.O_RDWR)
	return fdtab.Install(t, f, flags&unix.EPOLL_CLOEXEC != 0)
}

// EpollCreate implements epoll_create(2).
//
//cairn:syscall epoll_create
func EpollCreate(t *task.Task, size int32) (sys.FD, error) {
	if size <= 0 {
		return -1, unix.EINVAL
	}
	return EpollCreate1(t, 0)
}

// EpollCtl implements epoll_ctl(2).
//
// Supports EPOLLET, EPOLLONESHOT and EPOLLEXCLUSIVE. EPOLLWAKEUP is accepted and means
// nothing: the machine never sleeps.
//
//cairn:syscall epoll_ctl
func EpollCtl(t *task.Task, epfd sys.FD, op sys.EpollOp, fd sys.FD, event sys.EpollEvent) error {
	var events uint32
	var data uint64
	if op != unix.EPOLL_CTL_DEL {
		var raw [16]byte
		size, at := eventLayout()
		if _, err := t.CopyIn(raw[:size], vm.Addr(event)); err != nil {
			return err
		}
		events = binary.NativeEndian.Uint32(raw[:])
		data = binary.NativeEndian.Uint64(raw[at:])
	}
	ef, err := fdtab.Get(t, epfd)
	if err != nil {
		return err
	}
	defer ef.Put()
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return err
	}
	defer f.Put()
	if f.QueueOf(t) == nil {
		return unix.EPERM
	}
	ep, ok := ef.Ops.(*epoll)
	if !ok || ef == f {
		return unix.EINVAL
	}
	return ep.control(t, op, itemKey{f, fd}, events, data)
}

// exclusiveWith is what may be asked for together with EPOLLEXCLUSIVE.
const exclusiveWith = unix.EPOLLIN | unix.EPOLLOUT | always | unix.EPOLLWAKEUP |
	unix.EPOLLET | unix.EPOLLEXCLUSIVE

// control does epoll_ctl(2) once its descriptors are known.
func (ep *epoll) control(t *task.Task, op sys.EpollOp, key itemKey, events uint32, data uint64) error {
	_, nested := key.file.Ops.(*epoll)
	if events&unix.EPOLLEXCLUSIVE != 0 {
		if op == unix.EPOLL_CTL_MOD {
			return unix.EINVAL
		}
		if op == unix.EPOLL_CTL_ADD && (nested || events&^exclusiveWith != 0) {
			return unix.EINVAL
		}
	}
	ep.mu.Lock()
	defer ep.mu.Unlock()
	it := ep.items[key]
	switch {
	case op == unix.EPOLL_CTL_ADD && it == nil:
		return ep.add(t, key, events|always, data)
	case op == unix.EPOLL_CTL_ADD:
		return unix.EEXIST
	case op != unix.EPOLL_CTL_DEL && op != unix.EPOLL_CTL_MOD:
		return unix.EINVAL
	case it == nil:
		return unix.ENOENT
	case op == unix.EPOLL_CTL_DEL:
		ep.forget(it)
		key.file.Unwatch(it)
	case it.events&unix.EPOLLEXCLUSIVE != 0:
		return unix.EINVAL
	default:
		ep.modify(t, it, events|always, data)
	}
	return nil
}

// add begins to watch a file. The epoll is locked.
func (ep *epoll) add(t *task.Task, key itemKey, events uint32, data uint64) error {
	if child, ok := key.file.Ops.(*epoll); ok && !nest(ep, child) {
		return unix.ELOOP
	}
	it := &item{epoll: ep, key: key, queue: key.file.QueueOf(t), events: events, data: data}
	it.entry = wait.Entry{Mask: wanted(events &^ flagBits), Waiter: it, Exclusive: events&unix.EPOLLEXCLUSIVE != 0}
	ep.items[key] = it
	key.file.Watch(it)
	it.queue.Add(&it.entry)
	ep.check(t, it)
	return nil
}

// modify changes what is watched. The epoll is locked.
func (ep *epoll) modify(t *task.Task, it *item, events uint32, data uint64) {
	it.queue.Remove(&it.entry)
	ep.readyLock.Lock()
	it.events, it.data = events, data
	ep.readyLock.Unlock()
	it.entry.Mask = wanted(events &^ flagBits)
	it.queue.Add(&it.entry)
	ep.check(t, it)
}

// check puts the item on the ready list if it is ready now.
func (ep *epoll) check(t *task.Task, it *item) {
	if it.look(t) != 0 {
		it.list()
	}
}

// EpollWait implements epoll_wait(2).
//
//cairn:syscall epoll_wait
func EpollWait(t *task.Task, epfd sys.FD, events sys.OutEpollEvents, n int32, timeout sys.Msec) (int, error) {
	deadline := clock.Time(0)
	if timeout != 0 {
		deadline = afterMsec(timeout)
	}
	return epollWait(t, epfd, vm.Addr(events), n, deadline)
}

// EpollPwait implements epoll_pwait(2).
//
//cairn:syscall epoll_pwait
func EpollPwait(t *task.Task, epfd sys.FD, events sys.OutEpollEvents, n int32, timeout sys.Msec, mask sys.SigSet, size sys.Size) (int, error) {
	set, err := setMask(t, vm.Addr(mask), uint64(size))
	if err != nil {
		return 0, err
	}
	ready, err := EpollWait(t, epfd, events, n, timeout)
	restoreMask(t, set, err)
	return ready, err
}

// EpollPwait2 implements epoll_pwait2(2).
//
//cairn:syscall epoll_pwait2
func EpollPwait2(t *task.Task, epfd sys.FD, events sys.OutEpollEvents, n int32, timeout sys.Timespec, mask sys.SigSet, size sys.Size) (int, error) {
	deadline, err := loadTimespec(t, vm.Addr(timeout))
	if err != nil {
		return 0, err
	}
	set, err := setMask(t, vm.Addr(mask), uint64(size))
	if err != nil {
		return 0, err
	}
	ready, err := epollWait(t, epfd, vm.Addr(events), n, deadline)
	restoreMask(t, set, err)
	return ready, err
}

func epollWait(t *task.Task, epfd sys.FD, a vm.Addr, n int32, deadline clock.Time) (int, error) {
	f := fdtab.Lookup(t, epfd)
	if f == nil {
		return 0, unix.EBADF
	}
	ep, ok := f.Ops.(*epoll)
	ready, err := 0, error(nil)
	size, _ := eventLayout()
	switch {
	case n <= 0 || n > maxEvents:
		err = unix.EINVAL
	case uint64(a) > vm.UserEnd-uint64(n)*uint64(size):
		err = unix.EFAULT
	case !ok:
		err = unix.EINVAL
	default:
		ready, err = ep.send(t, a, int(n))
		if ready == 0 && err == nil && deadline != 0 {
			ready, err = ep.wait(t, a, int(n), deadline)
		}
	}
	f.Put()
	return ready, err
}

// wait waits for events, and stores up to n at user address a. It returns how many: EINTR if a
// signal came before the first, 0 once the deadline has passed.
func (ep *epoll) wait(t *task.Task, a vm.Addr, n int, deadline clock.Time) (int, error) {
	e := &t.Waiting
	e.Mask, e.Waiter, e.Exclusive = wait.In, t, true
	ep.queue.Add(e)
	defer func() {
		ep.queue.Remove(e)
		e.Exclusive = false
		ep.passOn()
	}()
	for {
		if ready, err := ep.send(t, a, n); ready > 0 || err != nil {
			return ready, err
		}
		switch err := t.BlockUntil(deadline); err {
		case nil:
		case unix.ETIMEDOUT:
			return ep.send(t, a, n)
		default:
			return 0, unix.EINTR
		}
	}
}

// passOn wakes another waiter if something is left for it. Each wake-up wakes one.
func (ep *epoll) passOn() {
	ep.readyLock.Lock()
	n := ep.ready.n
	ep.readyLock.Unlock()
	if n > 0 {
		ep.queue.Wake(wait.In)
	}
}

// send stores what is ready, at most n events, at user address a. It is on the path of
// every epoll_wait(2), and so has no defer.
func (ep *epoll) send(t *task.Task, a vm.Addr, n int) (sent int, err error) {
	ep.mu.Lock()
	for it, left := ep.next(); it != nil; it, left = ep.nextOf(left) {
		events := it.look(t)
		if events == 0 {
			ep.unlist(t, it)
			continue
		}
		a, err = storeEvent(t, a, events, it.data)
		if err != nil || it.events&unix.EPOLLONESHOT != 0 {
			ep.sent(it, err == nil)
		}
		if err != nil {
			break
		}
		if sent++; sent == n {
			break
		}
	}
	ep.mu.Unlock()
	if sent > 0 {
		return sent, nil
	}
	return 0, err
}

// storeEvent stores a struct epoll_event at user address a, and returns the address behind it.
func storeEvent(t *task.Task, a vm.Addr, events uint32, data uint64) (vm.Addr, error) {
	var raw [16]byte
	size, at := eventLayout()
	binary.NativeEndian.PutUint32(raw[:], events)
	binary.NativeEndian.PutUint64(raw[at:], data)
	_, err := t.CopyOut(a, raw[:size])
	return a + vm.Addr(size), err
}

// sent notes that an item with EPOLLONESHOT was reported, or that any item could not be.
func (ep *epoll) sent(it *item, ok bool) {
	ep.readyLock.Lock()
	defer ep.readyLock.Unlock()
	if ok {
		it.events &= flagBits
	} else {
		ep.ready.putFirst(it)
	}
}
