//go:build !cairn

package task

// User stands for user mode in tests on a developer's machine: it changes t.Regs
// to what they are after the next trap.
var User func(t *Task)

func (t *Task) enterUser() { User(t) }

func armSlice() {}
