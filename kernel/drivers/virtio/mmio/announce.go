package mmio

import (
	"fmt"
	"strconv"
	"strings"
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
		return Place{}, fmt.Errorf("virtio_mmio.device=%q: want SIZE@ADDRESS:IRQ, as 512@0xfeb00e00:12", s)
	}
	size, rest, ok := strings.Cut(s, "@")
	fields := strings.Split(rest, ":")
	if !ok || len(fields) < 2 || len(fields) > 3 {
		return bad()
	}
	var p Place
	var err error
	if p.Size, err = parseSize(size); err != nil {
		return bad()
	}
	if p.Addr, err = parseSize(fields[0]); err != nil {
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
		return Place{}, fmt.Errorf("virtio_mmio.device=%q: no room for the registers, which take %#x bytes, aligned to 4", s, regConfig)
	}
	return p, nil
}

// parseSize reads a number that may end in K, M or G.
func parseSize(s string) (uint64, error) {
	shift := 0
	if s != "" {
		switch s[len(s)-1] {
		case 'k', 'K':
			shift = 10
		case 'm', 'M':
			shift = 20
		case 'g', 'G':
			shift = 30
		}
	}
	if shift != 0 {
		s = s[:len(s)-1]
	}
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		return 0, err
	}
	if n<<shift>>shift != n {
		return 0, strconv.ErrRange
	}
	return n << shift, nil
}
