//go:build cairn

package bare

import (
	"unsafe"

	"cairn/kernel/arch"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// A nil pointer in kernel Go code becomes a Go panic the way it does under
// Linux: the runtime's SIGSEGV handler gets a signal frame, edits it so that
// the goroutine panics, and returns through rt_sigreturn.

const sigsegv = uint64(unix.SIGSEGV)

// sigHandlers are the handlers that the runtime installed.
var sigHandlers [65]sigactiont

// sigactiont is struct kernel_sigaction of rt_sigaction(2) on x86-64.
type sigactiont struct {
	handler, flags, restorer, mask uint64
}

// sigframe is what a handler finds on its stack (Linux, struct rt_sigframe on x86-64).
type sigframe struct {
	restorer uint64
	uc       ucontext
	info     siginfo
}

type siginfo struct {
	signo, errno, code, _ int32
	addr                  uint64
	_                     [13]uint64
}

// ucontext is struct ucontext of x86-64, with struct sigcontext in it.
type ucontext struct {
	flags, link                              uint64
	stackBase, stackFlags, stackSize         uint64
	r8, r9, r10, r11, r12, r13, r14, r15     uint64
	rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp   uint64
	rip, eflags, segments, err, trapno, mask uint64
	cr2, fpstate                             uint64
	_                                        [8]uint64
	sigmask                                  uint64
}

func sigaction(sig, act, old uint64) int64 {
	if sig == 0 || sig >= uint64(len(sigHandlers)) {
		return -int64(unix.EINVAL)
	}
	if old != 0 {
		*at[sigactiont](old) = sigHandlers[sig]
	}
	if act != 0 {
		sigHandlers[sig] = *at[sigactiont](act)
	}
	return 0
}

func (t *thread) sigaltstack(new, old uint64) int64 {
	if old != 0 {
		*at[[3]uint64](old) = [3]uint64{t.altStack[0], 0, t.altStack[1]}
	}
	if new != 0 {
		s := at[[3]uint64](new)
		t.altStack = [2]uint64{s[0], s[2]}
	}
	return 0
}

// raiseSignal makes the exception in f a signal for the runtime. It reports
// false if the runtime has no handler, or the exception was in the ground
// floor, which cannot panic.
func raiseSignal(f *arch.KernelFrame, sig, addr uint64) bool {
	h, t := sigHandlers[sig], current()
	if h.handler == 0 || t == nil || t.altStack[1] == 0 || arch.OnGroundFloor(f) {
		return false
	}
	sp := (t.altStack[0]+t.altStack[1]-uint64(unsafe.Sizeof(sigframe{})))&^15 - 8
	// This is the page-fault handler: its own writes must not fault.
	for va := sp &^ (mem.PageSize - 1); va < sp+uint64(unsafe.Sizeof(sigframe{})); va += mem.PageSize {
		mapFresh(uintptr(va))
	}
	s := at[sigframe](sp)
	*s = sigframe{restorer: h.restorer}
	s.info.signo, s.info.code, s.info.addr = int32(sig), 1, addr // SEGV_MAPERR
	u := &s.uc
	u.r8, u.r9, u.r10, u.r11 = f.R8, f.R9, f.R10, f.R11
	u.r12, u.r13, u.r14, u.r15 = f.R12, f.R13, f.R14, f.R15
	u.rdi, u.rsi, u.rbp, u.rbx, u.rdx, u.rax, u.rcx = f.RDI, f.RSI, f.RBP, f.RBX, f.RDX, f.RAX, f.RCX
	u.rsp, u.rip, u.eflags = f.RSP, f.RIP, f.RFLAGS
	u.err, u.trapno, u.cr2 = f.ErrorCode, f.Vector, addr
	f.RIP, f.RSP = h.handler, sp
	f.RDI, f.RSI, f.RDX = sig, uint64(uintptr(unsafe.Pointer(&s.info))), uint64(uintptr(unsafe.Pointer(u)))
	return true
}

// sigreturn goes back to what the signal frame says. RCX and R11 are lost, which
// the places that the runtime's handlers send control to do not mind.
func (t *thread) sigreturn() int64 {
	u, r := at[ucontext](t.regs.RSP), &t.regs
	r.R8, r.R9, r.R10, r.R12, r.R13, r.R14, r.R15 = u.r8, u.r9, u.r10, u.r12, u.r13, u.r14, u.r15
	r.RDI, r.RSI, r.RBP, r.RBX, r.RDX = u.rdi, u.rsi, u.rbp, u.rbx, u.rdx
	r.RSP, r.RCX = u.rsp, u.rip
	return int64(u.rax)
}
