package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// sections copies the section headers of the kernel, and the sections that are
// not loaded, to the end of the output, and enters them in its header.
func (w *writer) sections(h *elf.Header64) error {
	var in elf.Header64
	raw := w.k.raw
	if err := binary.Read(bytes.NewReader(raw), binary.LittleEndian, &in); err != nil {
		return fmt.Errorf("image: reading the kernel's header: %w", err)
	}
	table := make([]elf.Section64, in.Shnum)
	if in.Shoff > uint64(len(raw)) || in.Shentsize != shdrSize {
		return fmt.Errorf("image: the kernel's section headers at %#x are unusable", in.Shoff)
	}
	if err := binary.Read(bytes.NewReader(raw[in.Shoff:]), binary.LittleEndian, table); err != nil {
		return fmt.Errorf("image: reading the kernel's section headers: %w", err)
	}
	for i := range table {
		if err := w.section(&table[i]); err != nil {
			return err
		}
	}
	w.padTo((uint64(w.out.Len()) + 7) &^ 7)
	h.Shoff, h.Shentsize, h.Shnum, h.Shstrndx = uint64(w.out.Len()), shdrSize, in.Shnum, in.Shstrndx
	w.put(table)
	return nil
}

// section gives a section its place in the output.
func (w *writer) section(s *elf.Section64) error {
	switch {
	case s.Type == uint32(elf.SHT_NULL):
		return nil
	case s.Flags&uint64(elf.SHF_ALLOC) != 0:
		for i, g := range w.segments {
			if s.Addr >= g.virt && s.Addr < g.virt+g.size {
				s.Off = w.offsets[i] + s.Addr - g.virt
				return nil
			}
		}
		*s = elf.Section64{} // in the page of headers, which is not loaded
		return nil
	}
	raw := w.k.raw
	if s.Off > uint64(len(raw)) || s.Size > uint64(len(raw))-s.Off {
		return fmt.Errorf("image: a section of the kernel at %#x is outside the file", s.Off)
	}
	data := raw[s.Off : s.Off+s.Size]
	w.padTo((uint64(w.out.Len()) + 7) &^ 7)
	s.Off = uint64(w.out.Len())
	w.put(data)
	return nil
}
