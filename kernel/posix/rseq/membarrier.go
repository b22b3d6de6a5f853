package rseq

import (
	"sync/atomic"

	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// The commands of membarrier(2) (Linux's include/uapi/linux/membarrier.h).
const (
	barrierQuery                    = 0
	barrierGlobal                   = 1 << 0
	barrierGlobalExpedited          = 1 << 1
	barrierRegisterGlobalExpedited  = 1 << 2
	barrierPrivateExpedited         = 1 << 3
	barrierRegisterPrivate          = 1 << 4
	barrierPrivateExpeditedSyncCore = 1 << 5
	barrierRegisterPrivateSyncCore  = 1 << 6
	barrierPrivateExpeditedRseq     = 1 << 7
	barrierRegisterPrivateRseq      = 1 << 8
	barrierAll                      = 1<<9 - 1
	barrierFlagCPU                  = 1 << 0
	barrierRegistrations            = barrierRegisterGlobalExpedited | barrierRegisterPrivate | barrierRegisterPrivateSyncCore | barrierRegisterPrivateRseq
	barrierPrivate                  = barrierPrivateExpedited | barrierPrivateExpeditedSyncCore | barrierPrivateExpeditedRseq
	barrierRegistrationOf           = 1 // a private command's registration is one bit further
)

// barriers are the registrations of an address space.
type barriers struct{ registered atomic.Uint32 }

var barrierSlot task.Slot[barriers]

func init() {
	barrierSlot = task.NewSlot(task.Hooks[barriers]{
		New: func(*task.Task) (*barriers, error) { return &barriers{}, nil },
		Clone: func(parent, _ *task.Task, flags uint64) (*barriers, error) {
			b := barrierSlot.Get(parent)
			if flags&unix.CLONE_VM != 0 {
				return b, nil
			}
			c := &barriers{}
			c.registered.Store(b.registered.Load())
			return c, nil
		},
		Exec: func(*task.Task, *barriers) *barriers { return &barriers{} },
	})
}

// Membarrier implements membarrier(2).
//
// Supports all commands up to MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, and
// MEMBARRIER_CMD_FLAG_CPU. There is one processor: no other one runs a thread, and those that do not
// run passed a barrier when they were broken off.
//
//cairn:syscall membarrier
func Membarrier(t *task.Task, cmd sys.MembarrierCmd, flags uint32, cpu int32) (int, error) {
	if flags != 0 && (cmd != barrierPrivateExpeditedRseq || flags != barrierFlagCPU) {
		return 0, unix.EINVAL
	}
	if cmd == barrierQuery {
		return barrierAll, nil
	}
	if cmd < 0 || cmd&^barrierAll != 0 || cmd&(cmd-1) != 0 {
		return 0, unix.EINVAL
	}
	b := barrierSlot.Get(t)
	if cmd&barrierRegistrations != 0 {
		b.registered.Or(uint32(cmd))
	}
	if cmd&barrierPrivate != 0 && b.registered.Load()&uint32(cmd<<barrierRegistrationOf) == 0 {
		return 0, unix.EPERM
	}
	return 0, nil
}
