package syscall

import (
	"cairn/kernel/arch"
	"cairn/kernel/config"
	"cairn/kernel/kfmt"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
)

// A Handler makes one system call. It reads the arguments from r, the registers
// that t trapped with, and returns the call's value. An error takes the place of
// the value: a unix.Errno is returned to the program negated. Handlers are
// generated; see tools/sysgen.
type Handler func(t *task.Task, r *arch.Regs) (uintptr, error)

// An Entry is one line of the table.
type Entry struct {
	Nr      uint16 // the call's number on this architecture
	Handler Handler
}

// A Description says how a call is printed.
type Description struct {
	Nr   uint16
	Name string
	Args [6]sys.Kind // up to the first KindNone
	Ret  sys.Kind    // of the value
}

var (
	// table holds the handlers by number: unprovided for a call that nobody provides.
	table [maxNumber + 1]Handler
	// provided says which calls have a handler of their own.
	provided [maxNumber + 1]bool
	// descriptions is filled if config.LIBSYSCALL_SHIM_DESCRIPTIONS is set.
	descriptions []*Description
)

func init() {
	for nr := range table {
		table[nr] = unprovided
	}
}

// Register puts calls into the table. Libraries call it when they are
// initialised, never later. It panics if a number is taken: two libraries that
// provide one call cannot be in one image.
func Register(entries []Entry) {
	for _, e := range entries {
		if provided[e.Nr] {
			panic(kfmt.Sprintf("syscall: two libraries provide system call %d", e.Nr))
		}
		table[e.Nr], provided[e.Nr] = e.Handler, true
	}
}

// Provided reports whether the image has the call with that number.
func Provided(nr uintptr) bool { return nr < uintptr(len(table)) && provided[nr] }

// Describe notes how calls are printed. It keeps the slice. The generated code
// calls it only if config.LIBSYSCALL_SHIM_DESCRIPTIONS is set.
func Describe(ds []Description) {
	if descriptions == nil {
		descriptions = make([]*Description, len(table))
	}
	for i := range ds {
		descriptions[ds[i].Nr] = &ds[i]
	}
}

// Describes returns the description of a call, or nil if there is none: the
// image does not have the call, or has no descriptions.
func Describes(nr uintptr) *Description {
	if !config.LIBSYSCALL_SHIM_DESCRIPTIONS || nr >= uintptr(len(descriptions)) {
		return nil
	}
	return descriptions[nr]
}
