// Package image turns a Go program into a kernel image that a virtual machine
// monitor can boot.
//
// # Input
//
// The input of [Pack] is what the stock Go linker writes for GOOS=linux,
// GOARCH=amd64 with [LinkFlags]: a static executable, linked in the top 2 GiB of
// the address space, whose entry point is an assembly function of the kernel.
//
// # Output
//
// The output is an ELF executable with a PVH note, as QEMU, Firecracker, Cloud
// Hypervisor and Xen take it. It has two parts. The boot segment is loaded at
// physical 1 MiB (bootpage.Phys) and has these pages:
//
//	page 0       stub at 0x000 (32 bit) and 0x100 (64 bit), GDT at 0x800,
//	             GDT pointer at 0x8f0, header for the kernel at 0xf00
//	             (package bootpage)
//	page 1       PML4
//	pages 2-     upper tables, and the kernel map in 4 KiB pages
//	then         identity map of the first 1 GiB and direct map of the first 4 GiB, in 2 MiB
//	             pages: five tables that the image does not hold, and the stub fills
//
// The kernel follows at physical 2 MiB (bootpage.KernelPhys), linked at
// bootpage.KernelVirt. Its mapping at entry:
//
//	PML4[0]      0                   identity map    RWX, until the kernel switches
//	PML4[256]    0xffff800000000000  direct map      RW-, global
//	PML4[511]    0xffffffff81000000  text            R-X, global
//	                                 read-only data  R--, global
//	                                 data and bss    RW-, global
//
// Accessed and dirty bits are set, so that no CPU has to write them. The bss is
// zeroed by the loader, up to the first variable of [LazyLimit] bytes or more;
// the linker sorts by size, so such variables come last. The rest has neither
// memory nor mappings: the kernel supplies frames when it is touched.
//
// Read-only data may end before the address where the linker has the data begin;
// physical memory has no hole there.
//
// # Functions
//
// A good part of what the Go linker writes is the table of functions
// (.gopclntab). Pack makes it smaller: file names, line numbers, inlined calls and
// arguments go, function names lose the path of their package, what is
// within a function is called like it, and generated wrappers lose their names. Tracebacks then show functions that are not inlined,
// with offsets in their code. runtime.Callers counts an inlined function as a part
// of its caller. Unwinding, growing stacks, garbage collection and recover need none
// of this. Signals no longer preempt goroutines, which a kernel has no use for;
// function calls still do. With [Options].KeepSymbols everything stays; the code is
// at the same addresses, so such an image tells the lines for a traceback of a small
// one. Pack leaves the table as it is, and calls [Options].Warn, if a release of Go
// has built the kernel whose table it does not know.
//
// # State at entry
//
// The stub follows the PVH boot ABI (Xen docs/misc/pvh.pandoc): it is entered in
// 32-bit protected mode without paging, with the physical address of
// hvm_start_info in EBX. It enters the kernel in 64-bit mode with interrupts off,
// CR0 = PG|PE|WP among others, CR4 = PAE|PGE, EFER = NXE|LME|LMA|SCE,
// CS = bootpage.KernelCode, SS = DS = ES = bootpage.KernelData, no stack,
// RDI = physical address of hvm_start_info, ESI = bootpage.ProtocolPVH.
package image
