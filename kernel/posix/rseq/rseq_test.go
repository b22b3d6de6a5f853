package rseq_test

import (
	"testing"

	pt "cairn/kernel/posix/process/processtest"
	_ "cairn/kernel/posix/rseq"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

const signature = 0x53053053

// area is the struct rseq, as a program sees it.
type area struct {
	CPUIDStart, CPUID uint32
	Section           uint64
	Rest              [4]uint32
}

func load(t *testing.T, p *pt.Program, a uint64) area {
	t.Helper()
	v, err := vm.Load[area](p.Task.AS, vm.Addr(a))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRegistration(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(4096, false))
		p.Store(a+4, 0xffffffff) // as a C library leaves it
		for _, c := range []struct {
			name string
			args []uint64
			want error
		}{
			{"not aligned", []uint64{a + 8, 32, 0, signature}, unix.EINVAL},
			{"another size", []uint64{a, 64, 0, signature}, unix.EINVAL},
			{"unknown flags", []uint64{a, 32, 2, signature}, unix.EINVAL},
			{"nowhere", []uint64{0, 32, 0, signature}, unix.EFAULT},
			{"unregistering what is not registered", []uint64{a, 32, 1, signature}, unix.EINVAL},
			{"good", []uint64{a, 32, 0, signature}, nil},
			{"again", []uint64{a, 32, 0, signature}, unix.EBUSY},
			{"again elsewhere", []uint64{a + 32, 32, 0, signature}, unix.EINVAL},
			{"again with another signature", []uint64{a, 32, 0, 1}, unix.EPERM},
			{"unregistering with another signature", []uint64{a, 32, 1, 1}, unix.EPERM},
		} {
			if _, err := p.Call(unix.SYS_RSEQ, c.args...); err != c.want && !(err == nil && c.want == nil) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if got := load(t, p, a); got != (area{}) {
			t.Errorf("registered: %+v, want processor 0", got)
		}
		// A fork keeps the registration, a thread begins without.
		p.Wait(p.Fork(func(c *pt.Program) {
			if _, err := c.Call(unix.SYS_RSEQ, a, 32, 0, signature); err != unix.EBUSY {
				t.Errorf("in a forked child: %v, want EBUSY", err)
			}
		}), 0)
		done := make(chan bool)
		p.Thread(func(th *pt.Program) {
			if _, err := th.Call(unix.SYS_RSEQ, a+64, 32, 0, signature); err != nil {
				t.Errorf("in a thread: %v", err)
			}
			close(done)
			th.Call(unix.SYS_EXIT, 0)
		})
		<-done
		p.Must(unix.SYS_RSEQ, a, 32, 1, signature)
		if got := load(t, p, a); got.CPUID != 0xffffffff {
			t.Errorf("unregistered: %+v, want cpu_id -1", got)
		}
	})
}

func TestSectionsAreAborted(t *testing.T) {
	const start, length, abort = 0x20000, 0x10, 0x30004
	pt.Run(t, func(p *pt.Program) {
		a := uint64(p.Map(4096, false))
		p.Must(unix.SYS_RSEQ, a, 32, 0, signature)
		if _, err := p.Task.AS.Map(vm.MapOpts{Addr: abort &^ 0xfff, Length: 4096, Prot: unix.PROT_READ | unix.PROT_WRITE,
			Flags: unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_FIXED}); err != nil {
			t.Fatal(err)
		}
		p.Store(abort-4, signature)
		section := a + 1024
		raised := 0
		old := task.Kernel.Raise
		task.Kernel.Raise = func(*task.Task, task.Fault) { raised++ }
		defer func() { task.Kernel.Raise = old }()
		good := [5]uint64{0, start, length, abort}
		for _, c := range []struct {
			name    string
			section [5]uint64 // version and flags, start, length, abort handler
			pc      uint64
			want    uint64 // pc afterwards
			raised  int
		}{
			{"before it", good, start - 1, start - 1, 0},
			{"at its begin", good, start, abort, 0},
			{"at its last byte", good, start + length - 1, abort, 0},
			{"after its end", good, start + length, start + length, 0},
			{"an unknown version", [5]uint64{1, start, length, abort}, start, start, 1},
			{"flags that Linux gave up", [5]uint64{1 << 32, start, length, abort}, start, start, 1},
			{"the handler within the section", [5]uint64{0, start, length, start + 4}, start, start, 1},
			{"a handler without the signature", [5]uint64{0, start, length, abort + 4}, start, start, 1},
			{"a section beyond user space", [5]uint64{0, 1 << 63, length, abort}, start, start, 1},
		} {
			vm.Store(p.Task.AS, vm.Addr(section), c.section)
			vm.Store(p.Task.AS, vm.Addr(a+8), section)
			raised = 0
			pc := p.Task.Regs.PC()
			p.Task.Regs.SetPC(c.pc)
			p.Task.Preempted()
			got := p.Task.Regs.PC()
			p.Task.Regs.SetPC(pc)
			if got != c.want || raised != c.raised {
				t.Errorf("%s: pc %#x, %d signals, want %#x, %d", c.name, got, raised, c.want, c.raised)
			}
			if c.raised == 0 && load(t, p, a).Section != 0 {
				t.Errorf("%s: the section was not forgotten", c.name)
			}
		}
	})
}

func TestMembarrier(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		for _, c := range []struct {
			cmd, flags uint64
			want       int64
			err        error
		}{
			{0, 0, 1<<9 - 1, nil},
			{0, 1, -1, unix.EINVAL},
			{1, 0, 0, nil},
			{3, 0, -1, unix.EINVAL},
			{1 << 9, 0, -1, unix.EINVAL},
			{1 << 3, 0, -1, unix.EPERM},
			{1 << 4, 0, 0, nil},
			{1 << 3, 0, 0, nil},
			{1 << 5, 0, -1, unix.EPERM},
			{1 << 8, 0, 0, nil},
			{1 << 7, 1, 0, nil},
			{1 << 3, 1, -1, unix.EINVAL},
		} {
			if got, err := p.Call(unix.SYS_MEMBARRIER, c.cmd, c.flags, 0); got != c.want || err != c.err && !(err == nil && c.err == nil) {
				t.Errorf("membarrier(%#x, %d) = %d, %v; want %d, %v", c.cmd, c.flags, got, err, c.want, c.err)
			}
		}
	})
}
