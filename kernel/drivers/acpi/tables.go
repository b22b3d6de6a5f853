package acpi

import (
	"encoding/binary"
	"errors"

	"cairn/kernel/boot"
	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
)

// Memory reads n bytes of physical memory at pa.
type Memory func(pa uint64, n int) ([]byte, error)

// ErrNone says that the machine has no ACPI tables, or not the one that was asked for.
var ErrNone = errors.New("no such ACPI table")

const (
	// headerSize is the size of the header that every table has (section 5.2.6).
	headerSize = 36
	// maxTable bounds the size of a table; the DSDTs of real machines have a few hundred KiB.
	maxTable = 4 << 20
	// maxTables bounds the number of tables.
	maxTables = 256
)

// The root pointer (section 5.2.5): its size in revision 0, and from revision 2 on.
const (
	rsdpSignature = "RSD PTR "
	rsdpSize0     = 20
	rsdpSize2     = 36
)

// Tables is the tables of one machine.
type Tables struct {
	mem   Memory
	roots []uint64 // addresses of the tables in RSDT or XSDT
}

// Machine returns the tables of this machine.
func Machine() (*Tables, error) { return Open(drivers.ReadPhysical, boot.Machine.RSDP) }

// Open finds the tables from the root pointer at rsdp, as the boot protocol hands it over.
// It fails with ErrNone if that is 0: the machine has none.
func Open(m Memory, rsdp uint64) (*Tables, error) {
	if rsdp == 0 {
		return nil, ErrNone
	}
	p, err := readRSDP(m, rsdp)
	if err != nil {
		return nil, err
	}
	t := &Tables{mem: m}
	const rsdtOff, xsdtOff, revisionOff = 16, 24, 15
	if p[revisionOff] >= 2 {
		if xsdt := binary.LittleEndian.Uint64(p[xsdtOff:]); xsdt != 0 && t.readRoots(xsdt, "XSDT", 8) == nil {
			return t, nil
		}
	}
	return t, t.readRoots(uint64(binary.LittleEndian.Uint32(p[rsdtOff:])), "RSDT", 4)
}

// readRSDP reads and checks the root pointer at pa.
func readRSDP(m Memory, pa uint64) ([]byte, error) {
	p, err := m(pa, rsdpSize2)
	if err != nil {
		return nil, err
	}
	if string(p[:8]) != rsdpSignature || sum(p[:rsdpSize0]) != 0 {
		return nil, kfmt.Errorf("ACPI root pointer at %#x: %w", pa, ErrNone)
	}
	const revisionOff = 15
	if p[revisionOff] >= 2 && sum(p) != 0 {
		p[revisionOff] = 0 // the part of the old revision is all that is right
	}
	return p, nil
}

// readRoots reads the list of tables, whose entries have size bytes.
func (t *Tables) readRoots(pa uint64, signature string, size int) error {
	b, err := t.read(pa, signature)
	if err != nil {
		return err
	}
	for b = b[headerSize:]; len(b) >= size && len(t.roots) < maxTables; b = b[size:] {
		if size == 8 {
			t.roots = append(t.roots, binary.LittleEndian.Uint64(b))
		} else {
			t.roots = append(t.roots, uint64(binary.LittleEndian.Uint32(b)))
		}
	}
	return nil
}

// read returns the table at pa, header and all, after checking it.
func (t *Tables) read(pa uint64, signature string) ([]byte, error) {
	if pa == 0 {
		return nil, kfmt.Errorf("ACPI table %s: %w", signature, ErrNone)
	}
	h, err := t.mem(pa, headerSize)
	if err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(h[4:])
	if string(h[:4]) != signature || n < headerSize || n > maxTable {
		return nil, kfmt.Errorf("ACPI table at %#x is %q with %d bytes, not %s", pa, h[:4], n, signature)
	}
	b, err := t.mem(pa, int(n))
	if err != nil {
		return nil, err
	}
	if sum(b) != 0 {
		return nil, kfmt.Errorf("ACPI table %s at %#x has a wrong check sum", signature, pa)
	}
	return b, nil
}

// Find returns the first table with the signature, header and all: ErrNone if there is none.
func (t *Tables) Find(signature string) ([]byte, error) {
	for _, pa := range t.roots {
		if h, err := t.mem(pa, 4); err == nil && string(h) == signature {
			return t.read(pa, signature)
		}
	}
	return nil, kfmt.Errorf("ACPI table %s: %w", signature, ErrNone)
}

// sum adds bytes; a table's bytes add up to 0.
func sum(b []byte) (s uint8) {
	for _, c := range b {
		s += c
	}
	return s
}
