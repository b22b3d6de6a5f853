package pci

import (
	"errors"

	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
)

// ErrNoMSIX says that a device, or the machine, has no message-signalled interrupts.
var ErrNoMSIX = errors.New("no MSI-X")

// MSIX is the message-signalled interrupts of a device.
type MSIX struct {
	d     *Device
	cap   uint16
	table drivers.Registers
	size  int
}

// MSIX finds the device's table of message-signalled interrupts: ErrNoMSIX if there is none.
func (d *Device) MSIX() (*MSIX, error) {
	caps := d.Capabilities(CapMSIX)
	if len(caps) == 0 {
		return nil, ErrNoMSIX
	}
	m := &MSIX{d: d, cap: caps[0]}
	m.size = int(d.cfg.Read(d.Address, m.cap+msixControl)>>16&msixSizeMask) + 1
	where := d.cfg.Read(d.Address, m.cap+msixTable)
	var err error
	m.table, err = d.Map(int(where&msixBIRMask), uint64(where&^msixBIRMask), uint64(m.size)*msixEntry)
	return m, err
}

// Size returns the number of interrupts.
func (m *MSIX) Size() int { return m.size }

// Handle connects f to interrupt i. Enable lets it through.
func (m *MSIX) Handle(i int, name string, f func()) error {
	if i < 0 || i >= m.size {
		return kfmt.Errorf("interrupt %d of %d: %w", i, m.size, ErrNoMSIX)
	}
	addr, data, ok := drivers.AllocMSI(name, f)
	if !ok {
		return ErrNoMSIX
	}
	e := drivers.At(m.table, uint32(i*msixEntry))
	drivers.Write64(e, 0, addr)
	e.Write32(8, data)
	e.Write32(msixVectorOf, e.Read32(msixVectorOf)&^msixMasked)
	return nil
}

// Enable makes the device use the table instead of its interrupt line, or not.
func (m *MSIX) Enable(on bool) {
	v := m.d.cfg.Read(m.d.Address, m.cap+msixControl) &^ (msixEnable | msixMaskAll)
	if on {
		v |= msixEnable
	}
	m.d.cfg.Write(m.d.Address, m.cap+msixControl, v)
}
