package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"

	"cairn/image/bootpage"
)

// Options says how to pack a kernel.
type Options struct {
	// KeepSymbols keeps the symbol table and the debugging sections, for
	// debuggers and profilers. They make the image more than twice as large
	// and are not loaded. Files and line numbers stay in tracebacks.
	KeepSymbols bool

	// Notes are kept in the image, behind the one for the boot protocol.
	Notes []Note

	// Warn is called with a sentence if the image is not made as small as it
	// could be, because the Go release is not known. It may be nil.
	Warn func(message string)
}

// Sizes says how large the parts of an image are, in bytes.
type Sizes struct {
	Boot    uint64 // boot segment: stub and page tables
	Text    uint64 // machine code
	ROData  uint64 // read-only data
	Data    uint64 // initialised variables
	BSS     uint64 // zeroed variables that have memory from the start
	LazyBSS uint64 // zeroed variables that get memory when touched
	File    uint64 // the image file
	PhysEnd uint64 // physical address behind the loaded image
}

// Pack makes a bootable image of a kernel. The package comment describes both.
// Equal input gives equal output.
func Pack(kernel []byte, o Options) ([]byte, *Sizes, error) {
	k, err := readKernel(kernel, &o)
	if err != nil {
		return nil, nil, err
	}
	root := uint64(bootpage.Phys + pageSize)
	t := bootTables(root, k.segments)
	if end := root + t.size(); end > bootpage.KernelPhys {
		return nil, nil, fmt.Errorf("image: the kernel is too large: its page tables would reach %#x", end)
	}
	page := bootCode(k.entry, &bootpage.Header{
		ImageStart:    bootpage.Phys,
		ImageEnd:      k.physEnd,
		RootPageTable: root,
		LazyBSSStart:  k.lazyStart,
		LazyBSSEnd:    k.lazyEnd,
	}, t.fills)
	w := writer{k: k}
	w.segments = append([]segment{
		{flags: elf.PF_R | elf.PF_X, virt: bootpage.Phys, phys: bootpage.Phys, data: page, size: pageSize},
		{flags: elf.PF_R | elf.PF_W, virt: root, phys: root, data: t.mem, size: t.size()},
	}, k.segments...)
	out, err := w.write(o)
	if err != nil {
		return nil, nil, err
	}
	sizes, err := Inspect(out)
	return out, sizes, err
}

const (
	ehdrSize = 64 // sizes of ELF structures, as in elf(5)
	phdrSize = 56
	shdrSize = 64
)

// writer lays out the output file: ELF header, program headers, note, then the
// segments, each from a page boundary on, then what a debugger needs.
type writer struct {
	k        *kernel
	segments []segment
	offsets  []uint64 // of the segments in the file
	out      bytes.Buffer
}

// write returns the file.
func (w *writer) write(o Options) ([]byte, error) {
	note := pvhNote()
	for _, n := range o.Notes {
		note = append(note, encodeNote(ownerCairn, uint32(n.Type), n.Data)...)
	}
	phnum := 1 + len(w.segments)
	noteOff := uint64(ehdrSize + phdrSize*phnum)
	progs := []elf.Prog64{{
		Type: uint32(elf.PT_NOTE), Flags: uint32(elf.PF_R), Off: noteOff,
		Filesz: uint64(len(note)), Memsz: uint64(len(note)), Align: 4,
	}}
	off := pageUp(noteOff + uint64(len(note)))
	for _, s := range w.segments {
		w.offsets = append(w.offsets, off)
		progs = append(progs, elf.Prog64{
			Type: uint32(elf.PT_LOAD), Flags: uint32(s.flags), Off: off, Vaddr: s.virt, Paddr: s.phys,
			Filesz: uint64(len(s.data)), Memsz: s.size, Align: pageSize,
		})
		off += pageUp(uint64(len(s.data)))
	}
	w.put(make([]byte, ehdrSize), progs, note)
	for i, s := range w.segments {
		w.padTo(w.offsets[i])
		w.put(s.data)
	}
	h := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: w.k.entry, Phoff: ehdrSize, Ehsize: ehdrSize, Phentsize: phdrSize, Phnum: uint16(phnum),
	}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS] = byte(elf.ELFCLASS64)
	h.Ident[elf.EI_DATA] = byte(elf.ELFDATA2LSB)
	h.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	if o.KeepSymbols {
		if err := w.sections(&h); err != nil {
			return nil, err
		}
	}
	var head bytes.Buffer
	if err := binary.Write(&head, binary.LittleEndian, h); err != nil {
		return nil, err
	}
	out := w.out.Bytes()
	copy(out, head.Bytes())
	return out, nil
}

// put appends values of fixed size, which cannot fail.
func (w *writer) put(values ...any) {
	for _, v := range values {
		if err := binary.Write(&w.out, binary.LittleEndian, v); err != nil {
			panic(err) // only for types that have no fixed size
		}
	}
}

// padTo appends zeros up to an offset in the file.
func (w *writer) padTo(off uint64) { w.out.Write(make([]byte, off-uint64(w.out.Len()))) }
