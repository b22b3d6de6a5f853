package image

import (
	"encoding/binary"

	"cairn/image/bootpage"
)

// Places within page 0 of the boot segment.
const (
	offStub32 = 0x000
	offStub64 = 0x100
	offGDT    = 0x800
	offGDTR   = 0x8f0
)

// Bits of the control registers and of the EFER register, as in the AMD64
// Architecture Programmer's Manual, volume 2, sections 3.1 and 3.1.7.
const (
	cr0PE = 1 << 0  // protected mode
	cr0WP = 1 << 16 // read-only pages are so for the kernel too
	cr0PG = 1 << 31 // paging

	cr4PAE = 1 << 5 // 64-bit page-table entries
	cr4PGE = 1 << 7 // global pages

	msrEFER = 0xc0000080
	eferSCE = 1 << 0  // SYSCALL and SYSRET
	eferLME = 1 << 8  // long mode
	eferNXE = 1 << 11 // no-execute pages
)

// gdt is the boot descriptor table. Its order suits SYSCALL and SYSRET. The
// accessed bits are set, so that no CPU has to write to it.
var gdt = [3]uint64{
	0,
	bootpage.KernelCode / 8: 0x00af9b000000ffff, // 64-bit code, privilege level 0
	bootpage.KernelData / 8: 0x00cf93000000ffff, // data, 0-4 GiB, writable
}

// code collects machine code.
type code []byte

// op appends the bytes of an instruction or of its opcode.
func (c *code) op(b ...byte) { *c = append(*c, b...) }

// imm32 appends a 32-bit operand.
func (c *code) imm32(v uint32) { *c = binary.LittleEndian.AppendUint32(*c, v) }

// imm64 appends a 64-bit operand.
func (c *code) imm64(v uint64) { *c = binary.LittleEndian.AppendUint64(*c, v) }

// stub32 is the PVH entry point: from 32-bit protected mode without paging to
// 64-bit mode. EBX holds the physical address of hvm_start_info.
func stub32(pml4 uint32, fills []fill) []byte {
	var c code
	c.op(0xfa)       // cli
	c.op(0xfc)       // cld
	c.op(0x89, 0xde) // mov esi, ebx
	for _, f := range fills {
		c.fill(f)
	}

	c.op(0xb8) // mov eax, pml4
	c.imm32(pml4)
	c.op(0x0f, 0x22, 0xd8) // mov cr3, eax

	c.op(0x0f, 0x20, 0xe0) // mov eax, cr4
	c.op(0x0d)             // or eax, PAE|PGE
	c.imm32(cr4PAE | cr4PGE)
	c.op(0x0f, 0x22, 0xe0) // mov cr4, eax

	c.op(0xb9) // mov ecx, EFER
	c.imm32(msrEFER)
	c.op(0x0f, 0x32) // rdmsr
	c.op(0x0d)       // or eax, NXE|LME|SCE
	c.imm32(eferNXE | eferLME | eferSCE)
	c.op(0x0f, 0x30) // wrmsr

	c.op(0x0f, 0x20, 0xc0) // mov eax, cr0
	c.op(0x0d)             // or eax, PG|WP|PE
	c.imm32(cr0PG | cr0WP | cr0PE)
	c.op(0x0f, 0x22, 0xc0) // mov cr0, eax

	c.op(0x0f, 0x01, 0x15) // lgdt [gdtr]
	c.imm32(bootpage.Phys + offGDTR)
	c.op(0xea) // ljmp KernelCode:stub64
	c.imm32(bootpage.Phys + offStub64)
	c.op(bootpage.KernelCode, 0)
	return c
}

// fill makes a row of page-table entries. All that they map is below 4 GiB.
func (c *code) fill(f fill) {
	c.op(0xbf) // mov edi, start
	c.imm32(uint32(f.start))
	c.op(0xb8) // mov eax, lower half of the first entry
	c.imm32(uint32(f.bits))
	c.op(0xba) // mov edx, upper half
	c.imm32(uint32(f.bits >> 32))
	loop := len(*c)
	c.op(0x89, 0x07)       // mov [edi], eax
	c.op(0x89, 0x57, 0x04) // mov [edi+4], edx
	c.op(0x05)             // add eax, 2 MiB
	c.imm32(largePage)
	c.op(0x83, 0xc7, 0x08) // add edi, 8
	c.op(0x81, 0xff)       // cmp edi, end
	c.imm32(uint32(f.end))
	c.op(0x75, byte(loop-len(*c)-2)) // jne
}

// stub64 enters the kernel.
func stub64(entry uint64) []byte {
	var c code
	c.op(0xb8) // mov eax, KernelData
	c.imm32(bootpage.KernelData)
	c.op(0x8e, 0xd8) // mov ds, eax
	c.op(0x8e, 0xc0) // mov es, eax
	c.op(0x8e, 0xd0) // mov ss, eax
	c.op(0x89, 0xf7) // mov edi, esi (clears the upper half)
	c.op(0xbe)       // mov esi, ProtocolPVH
	c.imm32(bootpage.ProtocolPVH)
	c.op(0x48, 0xb8) // mov rax, entry
	c.imm64(entry)
	c.op(0xff, 0xe0) // jmp rax
	return c
}

// bootCode returns page 0 of the boot segment.
func bootCode(entry uint64, h *bootpage.Header, fills []fill) []byte {
	page := make([]byte, pageSize)
	copy(page[offStub32:offStub64], stub32(uint32(h.RootPageTable), fills))
	copy(page[offStub64:], stub64(entry))
	for i, d := range gdt {
		binary.LittleEndian.PutUint64(page[offGDT+8*i:], d)
	}
	binary.LittleEndian.PutUint16(page[offGDTR:], uint16(8*len(gdt)-1))
	binary.LittleEndian.PutUint32(page[offGDTR+2:], bootpage.Phys+offGDT)
	header := h.Encode()
	copy(page[bootpage.HeaderOffset:], header[:])
	return page
}
