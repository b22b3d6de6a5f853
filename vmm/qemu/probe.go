package qemu

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

const (
	probePort   = 0xf4
	probeValue  = 0x21
	probeStatus = probeValue<<1 | 1 // as isa-debug-exit makes it
)

// probeKernel returns a kernel with a PVH note that writes to the debug-exit
// port.
func probeKernel() []byte {
	const (
		load    = 0x100000
		codeOff = 64 + 2*56 // behind the headers
	)
	code := []byte{
		0xb0, probeValue, // mov al, probeValue
		0xe6, probePort, // out probePort, al
		0xf4,       // hlt
		0xeb, 0xfd, // jmp to hlt
		0, // aligns the note
	}
	note := []uint32{4, 8, 18, 0x006e6558 /* "Xen" */, load + codeOff, 0}
	size := uint64(codeOff + len(code) + 4*len(note))
	h := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: 1,
		Entry: load + codeOff, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 2,
	}
	copy(h.Ident[:], "\x7fELF\x02\x01\x01")
	progs := [2]elf.Prog64{
		{Type: uint32(elf.PT_LOAD), Flags: 5, Vaddr: load, Paddr: load, Filesz: size, Memsz: size, Align: 4096},
		{Type: uint32(elf.PT_NOTE), Flags: 4, Off: size - uint64(4*len(note)), Filesz: uint64(4 * len(note)), Memsz: uint64(4 * len(note)), Align: 4},
	}
	var b bytes.Buffer
	for _, v := range []any{h, progs, code, note} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err) // only for types without a fixed size
		}
	}
	return b.Bytes()
}
