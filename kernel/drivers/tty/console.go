package tty

import (
	"sync/atomic"

	"cairn/kernel/drivers"
	"cairn/kernel/drivers/console"
	"cairn/kernel/fs/devfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// consoleMinor is the minor number of /dev/console.
const consoleMinor = 1

// lineNumbers are the device numbers of the lines that a console can be
// (Documentation/admin-guide/devices.txt).
var lineNumbers = map[string]uint64{"hvc0": unix.Mkdev(229, 0), "ttyS0": unix.Mkdev(4, 64)}

// initPID is the process, group and session of the machine's first program.
const initPID = 1

// atConsole is the terminal that the host is at; nil if there is none.
var atConsole atomic.Pointer[Terminal]

func init() {
	console.NewTerminal = newConsole
	vfs.RegisterChar(auxMajor, consoleMinor, 1, openConsole)
	devfs.RegisterTerminal("console", 0600, unix.Mkdev(auxMajor, consoleMinor))
}

// Console returns the terminal that the host is at, nil if there is none.
func Console() *Terminal { return atConsole.Load() }

// newConsole makes the terminal that the host is at, with its device node. It is the controlling
// terminal of the first program's session.
func newConsole(line string, in, out drivers.Channel) console.Terminal {
	dev := lineNumbers[line]
	t := New("/dev/"+line, dev, in, out)
	t.AttachSession(initPID, initPID)
	atConsole.Store(t)
	vfs.RegisterChar(unix.Major(dev), unix.Minor(dev), 1, func(tk *task.Task, f *vfs.File) error {
		return t.Open(tk, f, f.NoCTTY())
	})
	devfs.RegisterTerminal(line, 0620, dev)
	return t
}

// openConsole is the Opener of /dev/console, which is never made a controlling terminal: ENODEV if the
// host is at none.
func openConsole(tk *task.Task, f *vfs.File) error {
	t := Console()
	if t == nil {
		return unix.ENODEV
	}
	return t.Open(tk, f, true)
}

// SetSize sets the size of the terminal's window.
func (t *Terminal) SetSize(rows, cols uint16) { t.SetWinsize(unix.Winsize{Row: rows, Col: cols}) }

// OpenStd opens the terminal for the first program: by its device node, so that ttyname(3) finds that, or
// without one.
func (t *Terminal) OpenStd() (*vfs.File, error) {
	if root := vfs.Root(); root.Mount != nil {
		f, err := vfs.OpenAt(nil, root, t.name, unix.O_RDWR|unix.O_NOCTTY, 0)
		if err == nil {
			return f, nil
		}
	}
	return t.NewFile(nil, unix.O_RDWR)
}
