package vfs

import (
	"sync"

	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// An Opener makes the description f of a special file usable: it sets f.Ops.
type Opener func(t *task.Task, f *File) error

// deviceRange is the minor numbers of one driver.
type deviceRange struct {
	typ          uint32
	major        uint32
	first, count uint32
	open         Opener
}

var devices struct {
	sync.RWMutex
	ranges []deviceRange
}

// RegisterChar gives the character devices with that major number and count
// minor numbers from first on to a driver. Libraries call it when they are
// initialised. Device nodes on any file system then open with it.
func RegisterChar(major, first, count uint32, open Opener) {
	devices.Lock()
	defer devices.Unlock()
	devices.ranges = append(devices.ranges, deviceRange{unix.S_IFCHR, major, first, count, open})
}

// RegisterBlock is RegisterChar for block devices.
func RegisterBlock(major, first, count uint32, open Opener) {
	devices.Lock()
	defer devices.Unlock()
	devices.ranges = append(devices.ranges, deviceRange{unix.S_IFBLK, major, first, count, open})
}

// OpenFIFO opens FIFOs. The library of pipes replaces it; without one they
// fail with ENXIO. It may block, as fifo(7) says.
var OpenFIFO Opener = func(*task.Task, *File) error { return unix.ENXIO }

// OpenSpecial is the Open operation of device nodes, FIFOs and sockets, on any
// file system: ENXIO if no driver has the device, and for sockets.
func OpenSpecial(t *task.Task, f *File) error {
	typ := f.inode.Type()
	switch typ {
	case unix.S_IFIFO:
		return OpenFIFO(t, f)
	case unix.S_IFCHR, unix.S_IFBLK:
		if open := findDevice(typ, f.inode.Rdev); open != nil {
			return open(t, f)
		}
	}
	return unix.ENXIO
}

func findDevice(typ uint32, rdev uint64) Opener {
	major, minor := unix.Major(rdev), unix.Minor(rdev)
	devices.RLock()
	defer devices.RUnlock()
	for _, r := range devices.ranges {
		if r.typ == typ && r.major == major && minor-r.first < r.count {
			return r.open
		}
	}
	return nil
}
