package acpi

import "encoding/binary"

// An IOAPIC is one I/O interrupt controller (section 5.2.12.3).
type IOAPIC struct {
	ID uint8
	// Addr is the physical address of its registers.
	Addr uint64
	// Base is the global system interrupt of its first input.
	Base uint32
}

// An Override says that an ISA interrupt is not where it would be expected, or has another
// polarity or trigger (section 5.2.12.5).
type Override struct {
	IRQ uint8
	GSI uint32
	// ActiveLow and Level say how the line signals; false is as ISA has it: high, and edge.
	ActiveLow, Level bool
}

// A MADT says where interrupts go (section 5.2.12).
type MADT struct {
	// LAPIC is the physical address of the processors' own controllers.
	LAPIC     uint64
	IOAPICs   []IOAPIC
	Overrides []Override
	// CPUs are the APIC identifiers of the processors that can be used.
	CPUs []uint32
}

// The types of entries, and their sizes.
const (
	madtLAPIC         = 0
	madtIOAPIC        = 1
	madtOverride      = 2
	madtLAPICAddress  = 5
	madtX2APIC        = 9
	madtEntriesOff    = headerSize + 8
	madtCPUEnabled    = 1 << 0
	intiPolarityLow   = 3 // of 2 bits
	intiTriggerLevel  = 3 // of the next 2
	intiTriggerOffset = 2
)

// madtSizes are the least sizes of the entries.
var madtSizes = map[uint8]int{madtLAPIC: 8, madtIOAPIC: 12, madtOverride: 10, madtLAPICAddress: 12, madtX2APIC: 16}

// MADT returns the table.
func (t *Tables) MADT() (*MADT, error) {
	b, err := t.Find("APIC")
	if err != nil {
		return nil, err
	}
	m := &MADT{}
	if len(b) < madtEntriesOff {
		return m, nil
	}
	m.LAPIC = uint64(binary.LittleEndian.Uint32(b[headerSize:]))
	for b = b[madtEntriesOff:]; len(b) >= 2; {
		typ, n := b[0], int(b[1])
		if n < 2 || n > len(b) {
			break
		}
		if n >= madtSizes[typ] {
			m.add(typ, b[:n])
		}
		b = b[n:]
	}
	return m, nil
}

// add takes in one entry. Its size was checked.
func (m *MADT) add(typ uint8, e []byte) {
	le := binary.LittleEndian
	switch typ {
	case madtLAPIC:
		if le.Uint32(e[4:])&madtCPUEnabled != 0 {
			m.CPUs = append(m.CPUs, uint32(e[3]))
		}
	case madtX2APIC:
		if le.Uint32(e[8:])&madtCPUEnabled != 0 {
			m.CPUs = append(m.CPUs, le.Uint32(e[4:]))
		}
	case madtIOAPIC:
		m.IOAPICs = append(m.IOAPICs, IOAPIC{ID: e[2], Addr: uint64(le.Uint32(e[4:])), Base: le.Uint32(e[8:])})
	case madtOverride:
		flags := le.Uint16(e[8:])
		m.Overrides = append(m.Overrides, Override{IRQ: e[3], GSI: le.Uint32(e[4:]),
			ActiveLow: flags&3 == intiPolarityLow, Level: flags>>intiTriggerOffset&3 == intiTriggerLevel})
	case madtLAPICAddress:
		m.LAPIC = le.Uint64(e[4:])
	}
}
