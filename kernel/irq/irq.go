// Package irq connects interrupts to the functions of drivers. The functions
// are ordinary Go code on a goroutine: an interrupt that came in user mode is
// served by the task it interrupted, one that came while the processor was idle by a
// goroutine of this package.
package irq

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/kfmt"
)

// A Controller is what the interrupt lines end at.
type Controller interface {
	// Route sends a line to a vector. It fails if there is no such line.
	Route(line int, vector uint8) error
}

// handler is a function and what it is for.
type handler struct {
	name string
	f    func()
}

var table struct {
	sync.Mutex
	controller Controller
	lines      map[int]int // line to vector
	handlers   [256][]handler
	next       int
}

// SetController says what the interrupt lines end at.
func SetController(c Controller) {
	table.Lock()
	defer table.Unlock()
	table.controller = c
}

// Handle has f called for each interrupt on a line. Several functions may share one.
func Handle(line int, name string, f func()) error {
	table.Lock()
	defer table.Unlock()
	if table.controller == nil {
		return kfmt.Errorf("interrupt line %d: the machine has no interrupt controller", line)
	}
	vector, known := table.lines[line]
	if !known {
		vector = takeVector()
		if vector == 0 {
			return kfmt.Errorf("interrupt line %d: no vector is free", line)
		}
		if err := table.controller.Route(line, uint8(vector)); err != nil {
			return err
		}
		if table.lines == nil {
			table.lines = map[int]int{}
		}
		table.lines[line] = vector
	}
	table.handlers[vector] = append(table.handlers[vector], handler{name, f})
	return nil
}

// AllocMSI has f called when a device writes data to addr. It reports false if no vector is free.
func AllocMSI(name string, f func()) (addr uint64, data uint32, ok bool) {
	table.Lock()
	defer table.Unlock()
	vector := takeVector()
	if vector == 0 {
		return 0, 0, false
	}
	table.handlers[vector] = []handler{{name, f}}
	addr, data = msi(uint8(vector))
	return addr, data, true
}

func takeVector() int {
	if table.next == 0 {
		table.next = firstVector
	}
	if table.next == endVector {
		return 0
	}
	table.next++
	return table.next - 1
}

// serve calls the functions of a device's vector, and acknowledges it.
func serve(vector uint64) {
	for _, h := range table.handlers[vector] {
		h.f()
	}
	acknowledge()
}

// Interrupt serves an interrupt that came in user mode (task.Kernel.Interrupt).
func Interrupt(vector uint64) {
	if vector < firstVector || vector >= endVector {
		groundFloor(vector)
	} else {
		serve(vector)
	}
	pending()
}

// pending serves what came while the processor was idle.
func pending() {
	for {
		vector, alarm := takePending()
		if alarm {
			clock.Expire()
		}
		if vector == 0 {
			return
		}
		serve(vector)
	}
}
