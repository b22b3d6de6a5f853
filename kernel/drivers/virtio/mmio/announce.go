package mmio

import (
	"strconv"
	"strings"

	"cairn/kernel/kfmt"
	"cairn/kernel/param"
)

// A Place is where a device is: what virtio_mmio.device= says.
type Place struct {
	// Size of the register window in bytes.
	Size uint64
	// Addr is the physical address of the window.
	Addr uint64
	// IRQ is the device's interrupt line.
	IRQ int
}

const maxIRQ = 1<<16 - 1

// ParsePlace reads SIZE@ADDRESS:IRQ[:ID]. Size and address are decimal, octal
// (0...) or hexadecimal (0x...), and may end in K, M or G.
func ParsePlace(s string) (Place, error) {
	bad := func() (Place, error) {
		return Place{}, kfmt.Errorf("virtio_mmio.device=%q: want SIZE@ADDRESS:IRQ, as 512@0xfeb00e00:12", s)
	}
	size, rest, ok := strings.Cut(s, "@")
	fields := strings.Split(rest, ":")
	if !ok || len(fields) < 2 || len(fields) > 3 {
		return bad()
	}
	var p Place
	var err error
	if p.Size, err = param.ParseSize(size); err != nil {
		return bad()
	}
	if p.Addr, err = param.ParseSize(fields[0]); err != nil {
		return bad()
	}
	irq, err := strconv.ParseUint(fields[1], 0, 32)
	if err != nil || irq > maxIRQ {
		return bad()
	}
	if len(fields) == 3 {
		if _, err := strconv.ParseUint(fields[2], 0, 31); err != nil {
			return bad()
		}
	}
	p.IRQ = int(irq)
	if p.Size < regConfig || p.Addr%4 != 0 || p.Addr+p.Size < p.Addr {
		return Place{}, kfmt.Errorf("virtio_mmio.device=%q: no room for the registers, which take %#x bytes, aligned to 4", s, regConfig)
	}
	return p, nil
}
