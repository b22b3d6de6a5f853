package process

import (
	"cairn/kernel/config"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/prctl"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The values of PR_SET_DUMPABLE.
const (
	dumpNone = 0 // SUID_DUMP_DISABLE
	dumpUser = 1 // SUID_DUMP_USER
)

// nameSize is the size of a task's name with its NUL (TASK_COMM_LEN).
const nameSize = 16

// numSignals is the highest signal number.
const numSignals = 64

func init() {
	if !config.LIBPOSIX_PRCTL {
		return
	}
	for op, f := range map[int]func(*task.Task, *prctl.Args) (int, error){
		unix.PR_SET_NAME:            setName,
		unix.PR_GET_NAME:            getName,
		unix.PR_SET_PDEATHSIG:       setDeathSignal,
		unix.PR_GET_PDEATHSIG:       getDeathSignal,
		unix.PR_SET_DUMPABLE:        setDumpable,
		unix.PR_GET_DUMPABLE:        func(t *task.Task, _ *prctl.Args) (int, error) { return int(Of(t).dumpable.Load()), nil },
		unix.PR_SET_NO_NEW_PRIVS:    setNoNewPrivs,
		unix.PR_GET_NO_NEW_PRIVS:    getNoNewPrivs,
		unix.PR_SET_CHILD_SUBREAPER: setSubreaper,
		unix.PR_GET_CHILD_SUBREAPER: getSubreaper,
		unix.PR_SET_TIMERSLACK:      setTimerSlack,
		unix.PR_GET_TIMERSLACK:      getTimerSlack,
		unix.PR_SET_THP_DISABLE:     setTHP,
		unix.PR_GET_THP_DISABLE:     getTHP,
		unix.PR_SET_TIMING:          setTiming,
		unix.PR_GET_TIMING:          func(*task.Task, *prctl.Args) (int, error) { return timingStatistical, nil },
		unix.PR_GET_TSC:             getTSC,
		unix.PR_SET_TSC:             setTSC,
		unix.PR_GET_SECCOMP:         func(*task.Task, *prctl.Args) (int, error) { return 0, nil },
		unix.PR_MCE_KILL:            setMachineCheck,
		unix.PR_MCE_KILL_GET:        getMachineCheck,
		unix.PR_SET_IO_FLUSHER:      setFlusher,
		unix.PR_GET_IO_FLUSHER:      getFlusher,
		// There are no performance counters to turn on or off.
		unix.PR_TASK_PERF_EVENTS_DISABLE: nothing,
		unix.PR_TASK_PERF_EVENTS_ENABLE:  nothing,
	} {
		prctl.Handle(sys.PrctlOp(op), f)
	}
}

func setName(t *task.Task, a *prctl.Args) (int, error) {
	var b [nameSize - 1]byte
	for i := range b {
		// Byte by byte: what follows the name may not be readable.
		if _, err := t.CopyIn(b[i:i+1], vm.Addr(a[0])+vm.Addr(i)); err != nil {
			return 0, err
		}
		if b[i] == 0 {
			break
		}
	}
	t.SetName(unix.ByteSliceToString(b[:]))
	return 0, nil
}

func getName(t *task.Task, a *prctl.Args) (int, error) {
	var b [nameSize]byte
	copy(b[:], *t.Name.Load())
	return 0, vm.Store(t.AS, vm.Addr(a[0]), b)
}

func setDeathSignal(t *task.Task, a *prctl.Args) (int, error) {
	if a[0] > numSignals {
		return 0, unix.EINVAL
	}
	threads.Get(t).deathSignal.Store(int32(a[0]))
	return 0, nil
}

func getDeathSignal(t *task.Task, a *prctl.Args) (int, error) {
	return 0, vm.Store(t.AS, vm.Addr(a[0]), threads.Get(t).deathSignal.Load())
}

func setDumpable(t *task.Task, a *prctl.Args) (int, error) {
	if a[0] != dumpNone && a[0] != dumpUser {
		return 0, unix.EINVAL
	}
	Of(t).dumpable.Store(int32(a[0]))
	return 0, nil
}

// Dumpable says whether others of the same user may look into the process (prctl(2), PR_SET_DUMPABLE).
func (p *Process) Dumpable() bool { return p.dumpable.Load() == dumpUser }

// CredChanged notes that t got another effective identity or more capabilities.
func CredChanged(t *task.Task) {
	threads.Get(t).deathSignal.Store(0)
	Of(t).dumpable.Store(dumpNone)
}

// settle is what execve(2) does to the attributes of prctl(2). secure says that the program
// has other credentials than its caller.
func settle(t *task.Task, secure bool) {
	if secure {
		CredChanged(t)
		return
	}
	Of(t).dumpable.Store(dumpUser)
}

func setNoNewPrivs(t *task.Task, a *prctl.Args) (int, error) {
	if a[0] != 1 || !a.RestZero(1) {
		return 0, unix.EINVAL
	}
	threads.Get(t).noNewPrivs.Store(true)
	return 0, nil
}

func getNoNewPrivs(t *task.Task, a *prctl.Args) (int, error) {
	if !a.RestZero(0) {
		return 0, unix.EINVAL
	}
	return number(NoNewPrivs(t)), nil
}

// NoNewPrivs says whether t can get no privileges by executing a program (prctl(2), PR_SET_NO_NEW_PRIVS).
func NoNewPrivs(t *task.Task) bool { return threads.Get(t).noNewPrivs.Load() }

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func setSubreaper(t *task.Task, a *prctl.Args) (int, error) {
	p := Of(t)
	tree.Lock()
	defer tree.Unlock()
	p.subreaper = a[0] != 0
	return 0, nil
}

func getSubreaper(t *task.Task, a *prctl.Args) (int, error) {
	p := Of(t)
	tree.Lock()
	on := number(p.subreaper)
	tree.Unlock()
	return 0, vm.Store(t.AS, vm.Addr(a[0]), int32(on))
}

func setTimerSlack(t *task.Task, a *prctl.Args) (int, error) {
	th := threads.Get(t)
	if int64(a[0]) <= 0 {
		th.timerSlack.Store(th.firstSlack)
	} else {
		th.timerSlack.Store(int64(a[0]))
	}
	return 0, nil
}

func getTimerSlack(t *task.Task, _ *prctl.Args) (int, error) {
	return int(threads.Get(t).timerSlack.Load()), nil
}

func setTHP(t *task.Task, a *prctl.Args) (int, error) {
	if !a.RestZero(1) {
		return 0, unix.EINVAL
	}
	Of(t).thp.Store(a[0] != 0)
	return 0, nil
}

func getTHP(t *task.Task, a *prctl.Args) (int, error) {
	if !a.RestZero(0) {
		return 0, unix.EINVAL
	}
	return number(Of(t).thp.Load()), nil
}

// timingStatistical is the only value of PR_SET_TIMING (PR_TIMING_STATISTICAL).
const timingStatistical = 0

func setTiming(_ *task.Task, a *prctl.Args) (int, error) {
	if a[0] != timingStatistical {
		return 0, unix.EINVAL
	}
	return 0, nil
}

// tscEnable says that the time-stamp counter may be read, which cannot be changed (PR_TSC_ENABLE).
const tscEnable = 1

func getTSC(t *task.Task, a *prctl.Args) (int, error) {
	return 0, vm.Store(t.AS, vm.Addr(a[0]), int32(tscEnable))
}

func setTSC(_ *task.Task, a *prctl.Args) (int, error) {
	if a[0] != tscEnable {
		return 0, unix.EINVAL
	}
	return 0, nil
}

func nothing(*task.Task, *prctl.Args) (int, error) { return 0, nil }

// setMachineCheck is PR_MCE_KILL. The machine's memory does not fail: the policy is kept.
func setMachineCheck(t *task.Task, a *prctl.Args) (int, error) {
	policy := uint64(unix.PR_MCE_KILL_DEFAULT)
	switch a[0] {
	case unix.PR_MCE_KILL_CLEAR:
		if a[1] != 0 {
			return 0, unix.EINVAL
		}
	case unix.PR_MCE_KILL_SET:
		policy = a[1]
	default:
		return 0, unix.EINVAL
	}
	if policy > unix.PR_MCE_KILL_DEFAULT || !a.RestZero(2) {
		return 0, unix.EINVAL
	}
	threads.Get(t).machineCheck.Store(uint32(policy))
	return 0, nil
}

func getMachineCheck(t *task.Task, a *prctl.Args) (int, error) {
	if !a.RestZero(0) {
		return 0, unix.EINVAL
	}
	return int(threads.Get(t).machineCheck.Load()), nil
}

// setFlusher is PR_SET_IO_FLUSHER. No memory is freed by writing to devices, so nothing depends on it.
func setFlusher(t *task.Task, a *prctl.Args) (int, error) {
	switch {
	case !vfs.CredOf(t).Has(unix.CAP_SYS_RESOURCE):
		return 0, unix.EPERM
	case a[0] > 1 || !a.RestZero(1):
		return 0, unix.EINVAL
	}
	threads.Get(t).flusher.Store(a[0] == 1)
	return 0, nil
}

func getFlusher(t *task.Task, a *prctl.Args) (int, error) {
	switch {
	case !vfs.CredOf(t).Has(unix.CAP_SYS_RESOURCE):
		return 0, unix.EPERM
	case !a.RestZero(0):
		return 0, unix.EINVAL
	}
	return number(threads.Get(t).flusher.Load()), nil
}
