package signal

import (
	"cairn/kernel/arch"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// memory is a task's memory as frames are written to it (arch.Memory).
type memory struct{ *vm.AddressSpace }

// Load implements arch.Memory.
func (m memory) Load(a uint64, p []byte) bool {
	_, err := m.CopyIn(p, vm.Addr(a))
	return err == nil
}

// Store implements arch.Memory.
func (m memory) Store(a uint64, p []byte) bool {
	_, err := m.CopyOut(vm.Addr(a), p)
	return err == nil
}

// room returns the task's room for frames.
func (s *taskState) room() *arch.SignalFrame {
	if s.frame == nil {
		s.frame = new(arch.SignalFrame)
	}
	return s.frame
}

// handle makes t run the handler of a signal, whose siginfo_t is in the frame already.
func (s *taskState) handle(t *task.Task, i *Info, a *action) {
	sig := i.Signo()
	t.Preempted()
	if a.flags&saRestorer == 0 || !s.pushFrame(t, sig, a) {
		// A stack that cannot take the frame: SIGSEGV, and if that was it, the end.
		bad := NewInfo(int(unix.SIGSEGV), SIKernel)
		force(t, &bad, sig == int(unix.SIGSEGV))
		return
	}
	blocked := s.blocked | a.mask
	if a.flags&saNoDefer == 0 {
		blocked |= bit(sig)
	}
	s.proc.mu.Lock()
	s.hasSaved = false
	s.setBlocked(t, blocked)
	s.proc.mu.Unlock()
}

// pushFrame puts the signal's frame on the stack.
func (s *taskState) pushFrame(t *task.Task, sig int, a *action) bool {
	f := s.room()
	f.Handler, f.Restorer, f.Signal, f.Mask = a.handler, a.restorer, sig, uint64(s.blocked)
	if s.hasSaved {
		f.Mask = uint64(s.saved)
	}
	f.AltBase, f.AltSize, f.AltFlags = uint64(s.alt.base), s.alt.size, s.alt.flags
	on := s.alt.contains(t.Regs.SP())
	f.Switch = a.flags&saOnStack != 0 && s.alt.size != 0 && !on
	f.Bound = on || f.Switch
	if !f.Push(&t.Regs, &t.FPU, memory{t.AS}) {
		return false
	}
	if s.alt.flags&ssAutoDisarm != 0 {
		s.alt = altStack{flags: ssDisable}
	}
	return true
}

// RtSigreturn implements rt_sigreturn(2).
//
// A frame that cannot be gone back to sends SIGSEGV.
//
//cairn:syscall rt_sigreturn
func RtSigreturn(t *task.Task) (uintptr, error) {
	s := slot.Get(t)
	f := s.room()
	t.SetAgain(nil)
	if !f.Pop(&t.Regs, &t.FPU, memory{t.AS}) {
		bad := NewInfo(int(unix.SIGSEGV), SIKernel)
		force(t, &bad, false)
		return t.Regs.SyscallResult(), nil
	}
	s.proc.mu.Lock()
	s.setBlocked(t, Set(f.Mask))
	s.proc.mu.Unlock()
	// As on Linux, a stack that cannot be set is no error.
	_ = s.alt.set(stackT{base: f.AltBase, flags: f.AltFlags, size: f.AltSize}, t.Regs.SP())
	return t.Regs.SyscallResult(), nil
}

// RestartSyscall implements restart_syscall(2).
//
//cairn:syscall restart_syscall
func RestartSyscall(t *task.Task) (uintptr, error) { return t.RestartBlock() }

// Pause implements pause(2).
//
//cairn:syscall pause
func Pause(t *task.Task) error {
	for t.Block() == nil {
	}
	return sys.ERESTARTNOHAND
}
