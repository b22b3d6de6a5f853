//go:build cairn

package arch

import "unsafe"

// In8 reads a byte from an I/O port.
func In8(port uint16) uint8

// In16 reads a word from an I/O port.
func In16(port uint16) uint16

// In32 reads a double word from an I/O port.
func In32(port uint16) uint32

// Out8 writes a byte to an I/O port.
func Out8(port uint16, v uint8)

// Out16 writes a word to an I/O port.
func Out16(port uint16, v uint16)

// Out32 writes a double word to an I/O port.
func Out32(port uint16, v uint32)

// OutString writes the bytes at p to an I/O port, one after the other.
//
//go:noescape
func OutString(port uint16, p unsafe.Pointer, n uintptr)

// ReadMSR reads a model-specific register.
func ReadMSR(msr uint32) uint64

// WriteMSR writes a model-specific register.
func WriteMSR(msr uint32, v uint64)

// CPUID returns what the instruction answers for a leaf and subleaf.
func CPUID(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// ReadTSC reads the time-stamp counter.
func ReadTSC() uint64

// ReadCR2 returns the address of the last page fault.
func ReadCR2() uint64

// ReadCR3 returns the physical address of the page tables in use.
func ReadCR3() uint64

// WriteCR3 switches to the page tables at root, a physical address.
func WriteCR3(root uint64)

// ReadCR4 reads CR4.
func ReadCR4() uint64

// WriteCR4 writes CR4.
func WriteCR4(v uint64)

// WriteXCR0 says which vector states user mode may use.
func WriteXCR0(v uint64)

// InvalidatePage forgets the translation of the page at addr.
func InvalidatePage(addr uint64)

// RandomWord returns a random number from RDRAND; ok is false when the processor
// has none to give. Ask only if CPUID says that the instruction exists.
func RandomWord() (v uint64, ok bool)

// Halt stops the processor for good.
func Halt()

// WaitForInterrupt sleeps until an interrupt comes, and returns its vector. The
// interrupt has not been acknowledged. It must be called with interrupts off, and
// returns with interrupts off.
func WaitForInterrupt() uint64

// TripleFault resets the processor, by an exception that no table describes.
func TripleFault()

func loadTables(gdt *uint64, gdtLimit uint64, idt *uint64, idtLimit uint64)
func syscallEntryPC() uintptr
func vectorStubsPC() uintptr
