package clone

import (
	"cairn/kernel/config"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/posix/futex"
	"cairn/kernel/posix/process"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// namespaces are the flags that ask for new ones.
const namespaces = unix.CLONE_NEWCGROUP | unix.CLONE_NEWIPC | unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID |
	unix.CLONE_NEWTIME | unix.CLONE_NEWUSER | unix.CLONE_NEWUTS

// A request is what a task is made from.
type request struct {
	flags      uint64 // without the signal
	exitSignal uint64
	stack      vm.Addr // 0 is the caller's
	parentTID  vm.Addr // CLONE_PARENT_SETTID
	childTID   vm.Addr // CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID
	pidfd      vm.Addr // CLONE_PIDFD
	tls        vm.Addr // CLONE_SETTLS
	tid        int32   // the id that the task gets, 0 for any
}

func (r *request) has(flag uint64) bool { return r.flags&flag != 0 }

// check checks what must not go together (clone(2), "Errors").
func (r *request) check(t *task.Task) error {
	both := func(a, b uint64) bool { return r.has(a) && r.has(b) }
	without := func(a, b uint64) bool { return r.has(a) && !r.has(b) }
	switch {
	case both(unix.CLONE_NEWNS, unix.CLONE_FS), both(unix.CLONE_NEWUSER, unix.CLONE_FS),
		both(unix.CLONE_THREAD, unix.CLONE_NEWUSER|unix.CLONE_NEWPID),
		without(unix.CLONE_THREAD, unix.CLONE_SIGHAND), without(unix.CLONE_SIGHAND, unix.CLONE_VM),
		both(unix.CLONE_PIDFD, unix.CLONE_THREAD),
		r.has(unix.CLONE_PARENT) && process.Of(t).PPID() == 0:
		return unix.EINVAL
	case r.has(unix.CLONE_SETTLS) && r.tls >= vm.UserEnd:
		return unix.EPERM
	}
	if err := checkNamespaces(t, r.flags); err != nil {
		return err
	}
	if r.has(unix.CLONE_PIDFD) && process.NewPidfd == nil {
		return unix.EINVAL
	}
	if r.has(unix.CLONE_THREAD) && !config.LIBPOSIX_PROCESS_MULTITHREADING ||
		!r.has(unix.CLONE_THREAD) && !config.LIBPOSIX_PROCESS_MULTIPROCESS {
		return unix.ENOSYS
	}
	return nil
}

// checkNamespaces refuses new namespaces as a Linux without them does.
func checkNamespaces(t *task.Task, flags uint64) error {
	if flags&namespaces == 0 {
		return nil
	}
	if flags&unix.CLONE_NEWUSER == 0 && !vfs.CredOf(t).Has(unix.CAP_SYS_ADMIN) {
		return unix.EPERM
	}
	return unix.EINVAL
}

// create makes the task, and returns its id to the caller. Until the new task is started every step can
// fail, and leaves nothing behind then.
func create(t *task.Task, r *request) (sys.Pid, error) {
	if err := r.check(t); err != nil {
		return 0, err
	}
	if t.Interrupted() {
		return 0, sys.ERESTARTNOINTR // a signal to the group must reach the child, too
	}
	as, err := r.space(t)
	if err != nil {
		return 0, err
	}
	c, err := t.CloneAs(r.flags|r.exitSignal, as, r.tid)
	if err != nil {
		as.Put()
		return 0, err
	}
	if err := r.setUp(t, c); err != nil {
		c.Abandon()
		return 0, err
	}
	var v *process.Vfork
	if r.has(unix.CLONE_VFORK) {
		v = process.NewVfork(t, c)
	}
	tid := c.TID
	process.Publish(t, c, r.flags)
	c.Start()
	if v != nil {
		v.Wait()
	}
	return sys.Pid(tid), nil
}

// space returns the new task's address space, counted.
func (r *request) space(t *task.Task) (*vm.AddressSpace, error) {
	if !config.LIBPOSIX_PROCESS_MULTIPROCESS || r.has(unix.CLONE_VM) {
		return t.AS.Get(), nil
	}
	as, err := t.AS.Fork()
	if err == unix.ENOMEM && task.Reclaim() {
		return t.AS.Fork()
	}
	return as, err
}

// setUp prepares the new task c.
func (r *request) setUp(t, c *task.Task) error {
	if r.stack != 0 {
		c.Regs.SetSP(uint64(r.stack))
	}
	if r.has(unix.CLONE_SETTLS) {
		c.Regs.SetTLS(uint64(r.tls))
	}
	if r.has(unix.CLONE_PIDFD) {
		if err := r.makePidfd(t, c); err != nil {
			return err
		}
	}
	// Bad addresses are without effect, as on Linux.
	if r.has(unix.CLONE_PARENT_SETTID) {
		_ = vm.Store(t.AS, r.parentTID, c.TID)
	}
	if r.has(unix.CLONE_CHILD_SETTID) {
		_ = vm.Store(c.AS, r.childTID, c.TID)
	}
	if r.has(unix.CLONE_CHILD_CLEARTID) {
		futex.SetClearTID(c, r.childTID)
	}
	return nil
}

// makePidfd makes a descriptor of the new process: EMFILE, EFAULT.
func (r *request) makePidfd(t, c *task.Task) error {
	fd, err := fdtab.Reserve(t, true)
	if err != nil {
		return err
	}
	if err := vm.Store(t.AS, r.pidfd, int32(fd)); err != nil {
		fdtab.Release(t, fd)
		return err
	}
	fdtab.Fill(t, fd, process.NewPidfd(process.Of(c)))
	return nil
}

// loadTID reads the id that the new task is to get (clone3(2), set_tid): there is one PID namespace.
func loadTID(t *task.Task, a vm.Addr, n uint64) (int32, error) {
	if n > 1 {
		return 0, unix.EINVAL
	}
	tid, err := vm.Load[int32](t.AS, a)
	if err != nil {
		return 0, err
	}
	if tid <= 0 {
		return 0, unix.EINVAL
	}
	if c := vfs.CredOf(t); !c.Has(unix.CAP_SYS_ADMIN) && !c.Has(unix.CAP_CHECKPOINT_RESTORE) {
		return 0, unix.EPERM
	}
	return tid, nil
}
