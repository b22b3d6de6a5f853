package vm

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/arch"
	"cairn/kernel/mem"
	"cairn/kernel/trial"

	"golang.org/x/sys/unix"
)

// An AddressSpace is what a process sees as memory: mappings and the page
// tables that hold as much of them as was touched. Threads share it, and so do
// the two sides of a vfork, so it is counted (Get, Put). All methods may be
// called by several goroutines at once.
type AddressSpace struct {
	refs atomic.Int32
	id   uint64
	root mem.Frame // the top page table

	mu      sync.Mutex
	regions []*region // sorted by start, disjoint
	last    *region   // where the last fault was; nil when regions went
	dead    bool      // the last Put came: nothing is mapped, no processor uses root
	layout  Layout
	limits  Limits
	brk     brk
	lockAll regionFlags // what mlockall(MCL_FUTURE) gives new regions
	ipcLock bool        // RLIMIT_MEMLOCK does not count
	search  search
	usage   usage
	gather  gather
	around  [aroundPages]mem.Frame // scratch of faultAround
}

// lastID numbers address spaces.
var lastID atomic.Uint64

// New returns an empty address space with one user. It fails with ENOMEM when memory is out.
func New() (*AddressSpace, error) {
	root, ok := mem.AllocZero(tablePurpose)
	if !ok {
		return nil, unix.ENOMEM
	}
	if kernel := arch.KernelRoot(); kernel != 0 {
		copy(root.Words()[arch.UserEntries:], mem.Frame(kernel).Words()[arch.UserEntries:])
	}
	as := &AddressSpace{id: lastID.Add(1), root: root, limits: noLimits}
	as.refs.Store(1)
	trial.Spaces.Add(1)
	as.setLayout(FixedLayout())
	return as, nil
}

// Root returns the physical address of the top page table.
func (as *AddressSpace) Root() uint64 { return uint64(as.root) }

// ID is a number that no other address space has or had.
func (as *AddressSpace) ID() uint64 { return as.id }

// Get counts one more user of the address space, and returns it.
func (as *AddressSpace) Get() *AddressSpace {
	as.refs.Add(1)
	return as
}

// Put counts one user less. The last one frees everything; no task may be
// running on the address space then.
func (as *AddressSpace) Put() {
	if as.refs.Add(-1) == 0 {
		as.destroy()
	}
}

// destroy unmaps everything and frees the page tables.
func (as *AddressSpace) destroy() {
	as.mu.Lock()
	defer as.mu.Unlock()
	arch.LeaveRoot(uint64(as.root))
	as.dead = true
	for i, r := range as.regions {
		as.zap(r, r.start, r.end, false)
		ceiling := uint64(UserEnd)
		if i+1 < len(as.regions) {
			ceiling = as.regions[i+1].start
		}
		as.freeTables(r.start, r.end, 0, ceiling)
	}
	as.remove(0, len(as.regions))
	as.gather.flush(as)
	as.root.Put()
	as.root = 0
	trial.Spaces.Add(-1)
	as.regions = nil
}

// Limits are the resource limits of getrlimit(2) that concern memory, in
// bytes; unix.RLIM_INFINITY is none.
type Limits struct {
	AS      uint64 // RLIMIT_AS
	Data    uint64 // RLIMIT_DATA
	Stack   uint64 // RLIMIT_STACK
	Memlock uint64 // RLIMIT_MEMLOCK
}

// noLimits are the limits of a new address space.
var noLimits = Limits{unix.RLIM_INFINITY, unix.RLIM_INFINITY, 8 << 20, unix.RLIM_INFINITY}

// SetLimits sets the limits. What is mapped already stays.
func (as *AddressSpace) SetLimits(l Limits) {
	as.mu.Lock()
	defer as.mu.Unlock()
	as.limits = l
}

// Limits returns the limits.
func (as *AddressSpace) Limits() Limits {
	as.mu.Lock()
	defer as.mu.Unlock()
	return as.limits
}

// SetIPCLock says whether the process may lock memory whatever RLIMIT_MEMLOCK says (CAP_IPC_LOCK).
func (as *AddressSpace) SetIPCLock(on bool) {
	as.mu.Lock()
	defer as.mu.Unlock()
	as.ipcLock = on
}

// mayAdd says whether the limits and the overcommit rule permit bytes more of
// memory like r, of which replaced bytes take the place of others. It fails with ENOMEM.
func (as *AddressSpace) mayAdd(r *region, bytes, replaced uint64) error {
	if as.usage.size<<mem.PageShift+bytes-replaced > as.limits.AS {
		return unix.ENOMEM
	}
	if r.isData() && as.usage.data<<mem.PageShift+bytes-replaced > as.limits.Data {
		return unix.ENOMEM
	}
	if r.committed() && bytes > mem.Total() {
		return unix.ENOMEM
	}
	return nil
}

// mayConvert says whether r may become private and writable. It fails with ENOMEM.
func (as *AddressSpace) mayConvert(r *region) error {
	if as.usage.data<<mem.PageShift+r.size() > as.limits.Data || r.committed() && r.size() > mem.Total() {
		return unix.ENOMEM
	}
	return nil
}

// committed says whether the region's pages need memory of their own. One
// obviously too large is refused (vm.overcommit_memory=0; see proc_sys_vm(5)).
func (r *region) committed() bool {
	switch {
	case r.has(noReserve):
		return false
	case r.has(shared):
		return r.object == nil // shared memory that is still to be made
	default:
		return r.prot&ProtWrite != 0
	}
}

// lockable says whether bytes more may be locked: EPERM if nothing may, over if too much.
func (as *AddressSpace) lockable(bytes uint64, over error) error {
	switch limit := as.limits.Memlock; {
	case as.ipcLock, limit == unix.RLIM_INFINITY:
		return nil
	case limit == 0:
		return unix.EPERM
	case as.usage.locked<<mem.PageShift+bytes > limit:
		return over
	}
	return nil
}
