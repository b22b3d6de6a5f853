package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"

	"cairn/image/bootpage"
)

// A Note is something that an image says of itself, in an ELF note of the name "Cairn" (elf(5)). It is not
// loaded.
type Note struct {
	Type NoteType
	Data []byte
}

// NoteType says what a note holds.
type NoteType uint32

// What images say of themselves.
const (
	// NoteConfig is the configuration, in the .config format.
	NoteConfig NoteType = 1
	// NoteParams are the boot parameters that the image knows: a line for each
	// with the name, the type, the default and the help text, separated by tabs.
	NoteParams NoteType = 2
)

// Owners of notes.
const (
	ownerXen   = "Xen"
	ownerCairn = "Cairn"
)

// pvhNote returns an ELF note of type XEN_ELFNOTE_PHYS32_ENTRY (Xen
// public/elfnote.h) with the physical address of the stub. The address has
// eight bytes, as 64-bit Linux has it: QEMU reads that many.
func pvhNote() []byte {
	const physEntry32 = 18
	return encodeNote(ownerXen, physEntry32, binary.LittleEndian.AppendUint64(nil, bootpage.Phys+offStub32))
}

// noteAlign is what the parts of a note are aligned to.
const noteAlign = 4

func encodeNote(owner string, typ uint32, data []byte) []byte {
	name := append([]byte(owner), 0)
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(name)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = binary.LittleEndian.AppendUint32(b, typ)
	for _, part := range [][]byte{name, data} {
		b = append(b, part...)
		for len(b)%noteAlign != 0 {
			b = append(b, 0)
		}
	}
	return b
}

// ReadNote returns the data of an image's note, or [ErrNotCairn] if the file is no image or has no
// note of that type.
func ReadNote(img []byte, typ NoteType) ([]byte, error) {
	if _, err := Inspect(img); err != nil {
		return nil, err
	}
	f, err := elf.NewFile(bytes.NewReader(img))
	if err != nil {
		return nil, ErrNotCairn
	}
	for _, p := range f.Progs {
		if p.Type != elf.PT_NOTE || p.Filesz > uint64(len(img)) {
			continue
		}
		b := make([]byte, p.Filesz)
		if _, err := p.ReadAt(b, 0); err != nil {
			return nil, ErrNotCairn
		}
		if data, ok := findNote(b, uint32(typ)); ok {
			return data, nil
		}
	}
	return nil, ErrNotCairn
}

// findNote looks for one of our notes in a segment.
func findNote(b []byte, typ uint32) ([]byte, bool) {
	const header = 12
	for len(b) >= header {
		nameSize, dataSize := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
		at := binary.LittleEndian.Uint32(b[8:])
		name, b2, ok := cutPart(b[header:], nameSize)
		if !ok {
			return nil, false
		}
		data, rest, ok := cutPart(b2, dataSize)
		if !ok {
			return nil, false
		}
		if at == typ && string(name) == ownerCairn+"\x00" {
			return data, true
		}
		b = rest
	}
	return nil, false
}

// cutPart cuts the name or the data of a note off b, with what fills it up.
func cutPart(b []byte, size uint32) (part, rest []byte, ok bool) {
	padded := (uint64(size) + noteAlign - 1) &^ (noteAlign - 1)
	if padded > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:size], b[padded:], true
}
