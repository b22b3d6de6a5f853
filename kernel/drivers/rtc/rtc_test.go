package rtc

import (
	"testing"

	"cairn/kernel/drivers"
)

// chip is a model of the clock. It embeds ports for the accesses that are none of its.
type chip struct {
	drivers.Ports
	regs [128]uint8
	sel  uint8
	busy int // reads of status A that still show an update
	tick bool
}

func (c *chip) Write8(off uint32, v uint8) {
	if off == regSelect {
		c.sel = v & 0x7f
	}
}

func (c *chip) Read8(off uint32) uint8 {
	if off != regValue {
		return 0xff
	}
	if c.sel == statusA && c.busy > 0 {
		c.busy--
		return updateInProgress
	}
	v := c.regs[c.sel]
	if c.sel == seconds && c.tick {
		c.tick = false
		c.regs[seconds], c.regs[minutes] = 0, c.regs[minutes]+1
	}
	return v
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		chip chip
		want string
	}{
		"BCD, 24 hours":    {chip{regs: [128]uint8{0x59, 0, 0x34, 0, 0x23, 0, 0, 0x31, 0x12, 0x25, 0, format24, century: 0x20}}, "2025-12-31T23:34:59Z"},
		"binary, 24 hours": {chip{regs: [128]uint8{5, 0, 34, 0, 0, 0, 0, 9, 2, 99, 0, format24 | formatBinary, century: 19}}, "1999-02-09T00:34:05Z"},
		"BCD, noon":        {chip{regs: [128]uint8{0, 0, 0, 0, 0x12 | hourPM, 0, 0, 1, 1, 0x30, 0, 0, century: 0x20}}, "2030-01-01T12:00:00Z"},
		"BCD, midnight":    {chip{regs: [128]uint8{0, 0, 0, 0, 0x12, 0, 0, 1, 1, 0x30, 0, 0, century: 0x20}}, "2030-01-01T00:00:00Z"},
		"no century":       {chip{regs: [128]uint8{0, 0, 0, 0, 0x11 | hourPM, 0, 0, 1, 1, 0x30, 0, 0}}, "2030-01-01T23:00:00Z"},
		"update under way": {chip{busy: 9, regs: [128]uint8{1, 0, 2, 0, 3, 0, 0, 4, 5, 6, 0, format24, century: 0x20}}, "2006-05-04T03:02:01Z"},
		"change meanwhile": {chip{tick: true, regs: [128]uint8{0x59, 0, 2, 0, 3, 0, 0, 4, 5, 6, 0, format24, century: 0x20}}, "2006-05-04T03:03:00Z"},
	} {
		got, err := Read(&c.chip)
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v, %v, want %s", name, got, err, c.want)
		}
	}
}

func TestReadOfNothing(t *testing.T) {
	if got, err := Read(drivers.Ports(portBase)); err != ErrAbsent {
		t.Errorf("without a clock: %v, %v", got, err)
	}
	bad := chip{regs: [128]uint8{0x99, statusB: format24}}
	if got, err := Read(&bad); err == nil || err == ErrAbsent {
		t.Errorf("99 seconds, month 0: %v, %v", got, err)
	}
}
