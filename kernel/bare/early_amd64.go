//go:build cairn

package bare

import (
	"unsafe"

	"cairn/image/bootpage"
	"cairn/kernel/arch"
	"cairn/kernel/boot"
	"cairn/kernel/mem"
	"cairn/kernel/plat"
)

// The boot stack, and where on it the arguments of the Go runtime begin: what
// is above them, early does not use.
const (
	bootStackSize   = 80 << 10
	argumentsOffset = bootStackSize - 1024
)

const (
	noFSGSBaseMessage = "cairn: this processor has no FSGSBASE (Intel Ivy Bridge, AMD Excavator or later do)\r\n"
	noFSGSBaseLen     = len(noFSGSBaseMessage)
)

var (
	bootStack      [bootStackSize]byte
	bootTLS        [2]uintptr
	bootG          [64]uintptr
	entryTSC       uint64
	noFSGSBaseText = [noFSGSBaseLen]byte([]byte(noFSGSBaseMessage))
)

// EntryTSC returns the time-stamp counter at the kernel's first instruction.
func EntryTSC() uint64 { return entryTSC }

func entry()
func handlerPCs() (hostCall, fault uintptr)

// early makes the machine fit for the Go runtime. It runs on the boot stack, before
// the runtime exists.
//
//go:nosplit
func early(protocol, info uint64) { earlyInit(protocol, info) }

func earlyInit(protocol, info uint64) {
	header := (*bootpage.Header)(unsafe.Pointer(arch.DirectMap + bootpage.Phys + bootpage.HeaderOffset))
	if header.Magic != bootpage.Magic {
		die("the boot page has no header: the image was not made by cairn build")
	}
	root := header.RootPageTable
	boot.Machine.Image = mem.Range{Start: header.ImageStart, End: header.ImageEnd}
	if !boot.Parse(protocol, info) {
		die("no boot information: boot with PVH")
	}
	var free [64]mem.Range
	n := boot.Machine.FreeMemory(free[:])
	if !mem.Init(free[:n], []mem.Range{boot.Machine.Initrd}) {
		die("too little memory")
	}
	lazyBSS = mem.Range{Start: header.LazyBSSStart, End: header.LazyBSSEnd}
	initKernelTables(root)

	host, fault := handlerPCs()
	threads[0].state = running
	threads[0].tid = 1
	threads[0].regs.FSBase = uint64(uintptr(unsafe.Pointer(&bootTLS))) + 8
	arch.InitCPU(arch.Stacks{
		Host: newStack(), Fault: newStack(), Trap: newStack(), DoubleFault: newStack(), NMI: newStack(),
		Size: stackSize,
	}, arch.Handlers{HostCall: host, Fault: fault}, &threads[0].regs, root)
	unmapIdentity()
	initClock()
	buildInitialStack()
}

// die reports what is wrong before anything works, and stops.
func die(why string) {
	plat.Write("cairn: cannot start: ")
	plat.Write(why)
	plat.Write("\r\n")
	plat.Stop()
}
