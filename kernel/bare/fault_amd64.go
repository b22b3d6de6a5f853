//go:build cairn

package bare

import (
	"cairn/kernel/arch"
	"cairn/kernel/klog"
	"cairn/kernel/plat"
)

const vectorPageFault = 14

// fault handles an exception in the kernel: memory that appears when touched,
// a bad user address in a copy routine, or a mistake.
func fault(f *arch.KernelFrame) {
	if f.Vector == vectorPageFault {
		const protection = 1 << 0 // the page was present
		va := uintptr(arch.ReadCR2())
		if f.ErrorCode&protection == 0 && lazy(va) {
			mapFresh(va)
			return
		}
		if uint64(va) < arch.UserEnd && arch.FixUserFault(f) {
			return
		}
		if raiseSignal(f, sigsegv, uint64(va)) {
			return
		}
	}
	report(f)
}

// outOfMemory stops the machine: the reserve that user memory may not touch is
// gone as well.
func outOfMemory(what string) {
	plat.Write("\r\ncairn: out of memory for ")
	plat.Write(what)
	plat.Write("\r\n")
	stop()
}

var reporting bool

// report prints what is known about an exception that nothing handles, and stops.
func report(f *arch.KernelFrame) {
	if reporting { // the report itself failed
		plat.Stop()
	}
	reporting = true
	plat.Write("\r\ncairn: kernel exception ")
	plat.WriteHex(f.Vector)
	for _, r := range []struct {
		name  string
		value uint64
	}{
		{"error", f.ErrorCode}, {"rip", f.RIP}, {"cr2", arch.ReadCR2()}, {"rsp", f.RSP}, {"rflags", f.RFLAGS},
		{"rax", f.RAX}, {"rbx", f.RBX}, {"rcx", f.RCX}, {"rdx", f.RDX}, {"rsi", f.RSI}, {"rdi", f.RDI}, {"rbp", f.RBP},
		{"r8", f.R8}, {"r9", f.R9}, {"r10", f.R10}, {"r11", f.R11}, {"r12", f.R12}, {"r13", f.R13}, {"r14", f.R14},
		{"r15", f.R15}, {"g", f.G},
	} {
		plat.Write(" ")
		plat.Write(r.name)
		plat.Write("=")
		plat.WriteHex(r.value)
	}
	plat.Write("\r\n")
	printCallers(f.RIP, f.RBP, f.RSP)
	stop()
}

// stop prints the end of the log and turns the machine off.
func stop() {
	plat.Write("last log lines:\r\n")
	klog.Dump(plat.Write)
	plat.Stop()
}
