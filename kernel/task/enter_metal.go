//go:build cairn

package task

import (
	"cairn/kernel/arch"
	"cairn/kernel/bare"
)

// enterUser runs user mode until a trap.
func (t *Task) enterUser() { arch.Enter(&t.Regs, &t.FPU, t.AS.Root()) }

// armSlice gives user mode a time slice.
func armSlice() { bare.ArmSlice() }
