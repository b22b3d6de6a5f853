// Package rtc reads the time of day from the real-time clock of a PC: the MC146818 (Motorola data
// sheet, 1984), as every PC still has it. It is taken to run in UTC.
package rtc

import (
	"errors"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
)

// The ports: the number of a register goes to the first, its value is in the second.
const (
	portBase  = 0x70
	regSelect = 0
	regValue  = 1
)

// The registers of the clock. The century is where ACPI says; on PCs it is here.
const (
	seconds    = 0x00
	minutes    = 0x02
	hours      = 0x04
	dayOfMonth = 0x07
	month      = 0x08
	year       = 0x09
	statusA    = 0x0a
	statusB    = 0x0b
	century    = 0x32

	updateInProgress = 1 << 7 // in status A
	format24         = 1 << 1 // in status B
	formatBinary     = 1 << 2 // in status B
	hourPM           = 1 << 7
)

// ErrAbsent says that the machine has no real-time clock.
var ErrAbsent = errors.New("no real-time clock")

// maxWaits bounds the wait for the end of an update, which takes 2 ms at most, in reads of a
// register, which take a microsecond or so.
const maxWaits = 20_000

func init() { drivers.Register(drivers.Devices, "rtc", probe) }

func probe() error {
	t, err := Read(drivers.Ports(portBase))
	if err == ErrAbsent {
		return nil
	}
	if err != nil {
		return err
	}
	clock.SetWall(t.Unix() * clock.Second)
	return nil
}

// A reading is the time registers as they are.
type reading struct {
	sec, min, hour, day, month, year, century uint8
}

// Read returns the time of day. The registers change once a second, so they are read until two
// readings agree.
func Read(r drivers.Registers) (clock.Date, error) {
	get := func(reg uint8) uint8 {
		r.Write8(regSelect, reg)
		return r.Read8(regValue)
	}
	var last reading
	for n := 0; n < maxWaits; n++ {
		if get(statusA)&updateInProgress != 0 {
			continue
		}
		now := reading{get(seconds), get(minutes), get(hours), get(dayOfMonth), get(month), get(year), get(century)}
		if n > 0 && now == last {
			return now.date(get(statusB))
		}
		last = now
	}
	return clock.Date{}, ErrAbsent
}

// date decodes a reading in the format that status B names.
func (v reading) date(status uint8) (clock.Date, error) {
	pm := v.hour&hourPM != 0 && status&format24 == 0
	v.hour &^= hourPM
	if status&formatBinary == 0 {
		for _, p := range []*uint8{&v.sec, &v.min, &v.hour, &v.day, &v.month, &v.year, &v.century} {
			*p = *p>>4*10 + *p&15
		}
	}
	if status&format24 == 0 {
		v.hour %= 12
		if pm {
			v.hour += 12
		}
	}
	const first, last = 19, 29
	if v.century < first || v.century > last {
		v.century = 20
	}
	if v.sec > 60 || v.min > 59 || v.hour > 23 || v.day < 1 || v.day > 31 || v.month < 1 || v.month > 12 || v.year > 99 {
		return clock.Date{}, kfmt.Errorf("real-time clock shows no time: %+v", v)
	}
	return clock.Date{
		Year: int(v.century)*100 + int(v.year), Month: int(v.month), Day: int(v.day),
		Hour: int(v.hour), Minute: int(v.min), Second: int(v.sec),
	}, nil
}
