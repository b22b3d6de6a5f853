package rseq

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// area is the struct rseq that a thread shares with the kernel (Linux's
// include/uapi/linux/rseq.h), in the size that glibc registers.
type area struct {
	CPUIDStart uint32
	CPUID      uint32
	Section    uint64 // address of a section, 0 for none
	Flags      uint32
	NodeID     uint32
	MMCID      uint32
	_          uint32
}

const (
	areaSize      = 32
	areaAlign     = 32
	offsetSection = 8
	offsetFlags   = 16

	flagUnregister  = 1 << 0
	noRestartFlags  = 7           // RSEQ_CS_FLAG_NO_RESTART_ON_*, which Linux gave up
	cpuIDUnset      = ^uint32(0)  // RSEQ_CPU_ID_UNINITIALIZED
	signatureLength = 4           // of the word before an abort handler
	segvKernel      = int32(0x80) // SI_KERNEL
)

// section is the struct rseq_cs: a sequence of instructions that must not be broken off.
type section struct {
	Version, Flags           uint32
	Start, PostCommit, Abort uint64
}

// state is a task's registration; addr is 0 if there is none.
type state struct {
	addr      vm.Addr
	signature sys.Hex32
}

var states task.Slot[state]

func init() {
	states = task.NewSlot(task.Hooks[state]{
		New:   func(*task.Task) (*state, error) { return &state{}, nil },
		Clone: clone,
		Exec:  func(*task.Task, *state) *state { return &state{} },
	})
	task.OnPreempt(abort)
}

// clone keeps the registration in a copy of the address space only.
func clone(parent, _ *task.Task, flags uint64) (*state, error) {
	s := *states.Get(parent)
	if flags&unix.CLONE_VM != 0 {
		s = state{}
	}
	return &s, nil
}

// Rseq implements rseq(2).
//
// There is one processor, so a sequence is aborted when another task may have run, and when a signal handler
// is about to run. The node and the concurrency id are always 0.
//
//cairn:syscall rseq
func Rseq(t *task.Task, a vm.Addr, size sys.Hex32, flags sys.RseqFlags, signature sys.Hex32) error {
	s := states.Get(t)
	if flags&flagUnregister != 0 {
		return s.unregister(t, a, size, signature, flags)
	}
	if flags != 0 {
		return unix.EINVAL
	}
	if s.addr != 0 {
		switch {
		case s.addr != a || size != areaSize:
			return unix.EINVAL
		case s.signature != signature:
			return unix.EPERM
		}
		return unix.EBUSY
	}
	if a%areaAlign != 0 || size != areaSize {
		return unix.EINVAL
	}
	if a == 0 {
		return unix.EFAULT
	}
	old, err := vm.Load[area](t.AS, a)
	if err != nil {
		return err
	}
	if err := vm.Store(t.AS, a, area{Section: old.Section, Flags: old.Flags}); err != nil {
		return err
	}
	s.addr, s.signature = a, signature
	return nil
}

func (s *state) unregister(t *task.Task, a vm.Addr, size, signature sys.Hex32, flags sys.RseqFlags) error {
	switch {
	case flags != flagUnregister, s.addr == 0, s.addr != a, size != areaSize:
		return unix.EINVAL
	case s.signature != signature:
		return unix.EPERM
	}
	if err := vm.Store(t.AS, a, [2]uint32{0, cpuIDUnset}); err != nil {
		return err
	}
	*s = state{}
	return nil
}

// abort sends a task that was broken off within its section to the abort handler.
// A program whose section makes no sense gets SIGSEGV, as on Linux.
func abort(t *task.Task) {
	s := states.Get(t)
	if s.addr == 0 {
		return
	}
	at, err := vm.Load[uint64](t.AS, s.addr+offsetSection)
	if err != nil {
		fail(t)
		return
	}
	if at == 0 {
		return
	}
	cs, err := s.loadSection(t, vm.Addr(at))
	if err != nil {
		fail(t)
		return
	}
	// Inside or not, the section is over.
	if vm.Store(t.AS, s.addr+offsetSection, uint64(0)) != nil {
		fail(t)
		return
	}
	if t.Regs.PC()-cs.Start < cs.PostCommit {
		t.Regs.SetPC(cs.Abort)
	}
}

// fail sends SIGSEGV.
func fail(t *task.Task) {
	task.Kernel.Raise(t, task.Fault{Signal: unix.SIGSEGV, Code: segvKernel, Trap: t.Regs.Trap})
}

// loadSection reads the section and checks it: EFAULT, EINVAL.
func (s *state) loadSection(t *task.Task, a vm.Addr) (section, error) {
	cs, err := vm.Load[section](t.AS, a)
	if err != nil {
		return cs, err
	}
	end := cs.Start + cs.PostCommit
	if cs.Start >= vm.UserEnd || end >= vm.UserEnd || end < cs.Start || cs.Abort >= vm.UserEnd || cs.Abort < signatureLength ||
		cs.Version > 0 || cs.Abort-cs.Start < cs.PostCommit {
		return cs, unix.EINVAL
	}
	signature, err := vm.Load[sys.Hex32](t.AS, vm.Addr(cs.Abort-signatureLength))
	if err != nil {
		return cs, err
	}
	flags, err := vm.Load[uint32](t.AS, s.addr+offsetFlags)
	if err != nil {
		return cs, err
	}
	if signature != s.signature || (flags|cs.Flags)&noRestartFlags != 0 {
		return cs, unix.EINVAL
	}
	return cs, nil
}
