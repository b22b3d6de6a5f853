package syscall

import (
	"slices"

	"cairn/kernel/config"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Where a routine stands: entry routines run in ascending order, exit routines
// in descending order, so that they nest. Routines of the same order run in the order
// in which they were added (at exit, the reverse).
const (
	OrderTrace      = 100 // sees every call, as the program made it
	OrderFilter     = 200 // may refuse a call
	OrderAccounting = 300 // sees the calls that are really made
)

// A Routine is code that a library runs at the entry and the exit of every
// system call. Either function may be nil.
type Routine struct {
	Name  string // of the library, for people
	Order int
	// Entry runs before the call. An error keeps the call from being made and
	// becomes its result; unix.Errno(0) makes the result 0. The entry routines
	// that come later do not run, but every exit routine does.
	Entry func(t *task.Task, nr uintptr, args [6]uintptr) error
	// Exit runs after the call, with the handler's results: err is nil or
	// replaces v, and may be an ERESTART error. It does not run for a call that
	// does not return (exit, exit_group).
	Exit func(t *task.Task, nr uintptr, v uintptr, err error)
	// Signal runs when a signal reaches t, with the signal's siginfo_t; see
	// [Signalled].
	Signal func(t *task.Task, info *[SigInfoSize]byte)
}

// SigInfoSize is the size of a siginfo_t (SI_MAX_SIZE).
const SigInfoSize = 128

// routines is in the order of entry. It changes only while the machine boots,
// before the first task runs, and so is read without a lock.
var routines []Routine

// AddRoutine adds a routine to the tables. It may be called until the first task
// runs, and needs the option LIBSYSCALL_SHIM_ROUTINES: a library that calls it selects
// that option in its Kconfig.
func AddRoutine(r Routine) {
	if !config.LIBSYSCALL_SHIM_ROUTINES {
		panic("syscall: routine " + r.Name + " added, but LIBSYSCALL_SHIM_ROUTINES is off")
	}
	i := 0
	for i < len(routines) && routines[i].Order <= r.Order {
		i++
	}
	routines = slices.Insert(routines, i, r)
}

// Enter runs the entry routines for a call that code in the image makes on
// behalf of t. If it returns an error, the call must not be made. [Leave] must follow in
// any case.
func Enter(t *task.Task, nr uintptr, args [6]uintptr) error {
	if config.LIBSYSCALL_SHIM_ROUTINES && len(routines) != 0 {
		return enter(t, nr, args)
	}
	return nil
}

// Leave runs the exit routines for a call that code in the image made, with its
// results, and returns the error for the caller: nobody restarts such a call, so
// an ERESTART error becomes EINTR.
func Leave(t *task.Task, nr uintptr, v uintptr, err error) error {
	if config.LIBSYSCALL_SHIM_ROUTINES && len(routines) != 0 {
		leave(t, nr, v, err)
	}
	if e, ok := err.(unix.Errno); ok && (e == 0 || sys.IsRestart(e)) {
		if e == 0 {
			return nil
		}
		return unix.EINTR
	}
	return err
}

// Signalled runs the signal routines. The library that delivers signals calls it
// when a signal of t is about to run a handler, stop or kill the process, or is dropped
// since it is ignored by default.
func Signalled(t *task.Task, info *[SigInfoSize]byte) {
	if !config.LIBSYSCALL_SHIM_ROUTINES {
		return
	}
	for i := range routines {
		if f := routines[i].Signal; f != nil {
			f(t, info)
		}
	}
}

// enter runs the entry routines.
func enter(t *task.Task, nr uintptr, args [6]uintptr) error {
	for i := range routines {
		if f := routines[i].Entry; f != nil {
			if err := f(t, nr, args); err != nil {
				return err
			}
		}
	}
	return nil
}

// leave runs the exit routines.
func leave(t *task.Task, nr uintptr, v uintptr, err error) {
	for i := len(routines) - 1; i >= 0; i-- {
		if f := routines[i].Exit; f != nil {
			f(t, nr, v, err)
		}
	}
}
