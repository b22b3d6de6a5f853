package image

import (
	"bytes"
	"debug/elf"
	"errors"

	"cairn/image/bootpage"
)

// ErrNotCairn says that a file is not an image made by [Pack].
var ErrNotCairn = errors.New("not a Cairn kernel image; make one with \"cairn build -o FILE\"")

// Inspect returns the sizes of an image made by [Pack], or [ErrNotCairn].
func Inspect(img []byte) (*Sizes, error) {
	f, err := elf.NewFile(bytes.NewReader(img))
	if err != nil || len(f.Progs) < 3 || f.Progs[1].Paddr != bootpage.Phys {
		return nil, ErrNotCairn
	}
	var raw [bootpage.HeaderSize]byte
	if _, err := f.Progs[1].ReadAt(raw[:], bootpage.HeaderOffset); err != nil {
		return nil, ErrNotCairn
	}
	h, ok := bootpage.Decode(&raw)
	if !ok {
		return nil, ErrNotCairn
	}
	s := &Sizes{
		File:    uint64(len(img)),
		Boot:    f.Progs[1].Memsz + f.Progs[2].Memsz,
		LazyBSS: h.LazyBSSEnd - h.LazyBSSStart,
		PhysEnd: h.ImageEnd,
	}
	for _, p := range f.Progs[3:] {
		s.add(p.Flags, p.Filesz, p.Memsz)
	}
	return s, nil
}

// add counts a segment of the kernel.
func (s *Sizes) add(flags elf.ProgFlag, file, mem uint64) {
	switch {
	case flags&elf.PF_X != 0:
		s.Text += mem
	case flags&elf.PF_W != 0:
		s.Data += file
		s.BSS += mem - file
	default:
		s.ROData += mem
	}
}
