package process

import (
	"cairn/kernel/clock"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Usage is what a process used (getrusage(2)).
type Usage struct {
	task.Usage
	// MaxRSS is the most memory that was resident, in bytes.
	MaxRSS uint64
}

// add adds what a child, and its children, used.
func (u *Usage) add(o Usage) {
	u.Usage.Add(o.Usage)
	u.MaxRSS = max(u.MaxRSS, o.MaxRSS)
}

// Rusage returns the struct rusage. What Linux does not count is 0.
func (u *Usage) Rusage() unix.Rusage {
	return unix.Rusage{
		Utime: unix.NsecToTimeval(int64(u.User)), Stime: unix.NsecToTimeval(int64(u.System)),
		Maxrss: int64(u.MaxRSS >> 10),
		Minflt: u.Faults, Nvcsw: u.Voluntary, Nivcsw: u.Involuntary,
	}
}

// Self returns what the process has used until now.
func (p *Process) Self() Usage {
	tree.Lock()
	if p.life >= zombie {
		defer tree.Unlock()
		return p.usage
	}
	rss := p.usage.MaxRSS // of earlier programs
	tree.Unlock()
	u := Usage{Usage: p.Tasks.Usage(), MaxRSS: rss}
	for _, t := range p.Tasks.Tasks() {
		if as := t.Space(); as != nil {
			u.MaxRSS = max(u.MaxRSS, as.Stats().PeakResident)
			as.Put()
			break
		}
	}
	return u
}

// OfChildren returns what the children that were waited for used.
func (p *Process) OfChildren() Usage {
	tree.Lock()
	defer tree.Unlock()
	return p.childUsage
}

// noteRSS keeps the most memory that was resident of an address space that the process leaves.
func (p *Process) noteRSS(as *vm.AddressSpace) {
	peak := as.Stats().PeakResident
	tree.Lock()
	defer tree.Unlock()
	p.usage.MaxRSS = max(p.usage.MaxRSS, peak)
}

// Getrusage implements getrusage(2).
//
// CPU time, resident memory, page faults (all are minor: nothing is paged from a disk) and context switches are counted,
// the rest is 0, as on Linux but for block input and output.
//
//cairn:syscall getrusage
func Getrusage(t *task.Task, who sys.RusageWho, out sys.OutRusage) error {
	p := Of(t)
	var u Usage
	switch who {
	case unix.RUSAGE_SELF:
		u = p.Self()
	case unix.RUSAGE_CHILDREN:
		u = p.OfChildren()
	case unix.RUSAGE_THREAD:
		u = Usage{Usage: t.Usage(), MaxRSS: p.Self().MaxRSS}
	default:
		return unix.EINVAL
	}
	return vm.Store(t.AS, vm.Addr(out), u.Rusage())
}

// tick is the unit of times(2) in nanoseconds (USER_HZ is 100).
const tick = clock.Second / 100

// Times implements times(2).
//
//cairn:syscall times
func Times(t *task.Task, out sys.OutTms) (int64, error) {
	if out != 0 {
		p := Of(t)
		self, children := p.Self(), p.OfChildren()
		tms := unix.Tms{
			Utime: int64(self.User / tick), Stime: int64(self.System / tick),
			Cutime: int64(children.User / tick), Cstime: int64(children.System / tick),
		}
		if err := vm.Store(t.AS, vm.Addr(out), tms); err != nil {
			return 0, err
		}
	}
	return int64(clock.Now() / tick), nil
}
