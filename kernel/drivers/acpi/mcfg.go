package acpi

import "encoding/binary"

// An ECAM is a stretch of memory in which the PCI configuration space of some buses is (PCI
// Firmware Specification 3.0, section 4.1.2).
type ECAM struct {
	// Base is the physical address for bus 0, whether that is among the buses or not.
	Base     uint64
	Segment  uint16
	StartBus uint8
	EndBus   uint8
}

// MCFG returns the stretches that the table MCFG names.
func (t *Tables) MCFG() ([]ECAM, error) {
	b, err := t.Find("MCFG")
	if err != nil {
		return nil, err
	}
	const entriesOff, entrySize = headerSize + 8, 16
	var list []ECAM
	if len(b) < entriesOff {
		return nil, nil
	}
	for b = b[entriesOff:]; len(b) >= entrySize; b = b[entrySize:] {
		list = append(list, ECAM{Base: binary.LittleEndian.Uint64(b), Segment: binary.LittleEndian.Uint16(b[8:]),
			StartBus: b[10], EndBus: b[11]})
	}
	return list, nil
}
