package signal

import (
	"testing"

	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Where the test program is.
const (
	codeAt    = 0x401000
	handlerAt = 0x402000
	restoreAt = 0x403000
	stackSize = 64 << 10
)

// newTask returns a task that is about to run its program.
func newTask(t *testing.T) *tasktest.Task {
	k := tasktest.New(t)
	k.Regs.Start(codeAt, uint64(k.Map(stackSize))+stackSize)
	return k
}

// install sets the action for a signal.
func install(t *testing.T, k *tasktest.Task, sig unix.Signal, handler uint64, flags uint64, mask Set) {
	t.Helper()
	a := k.Map(32)
	if err := vm.Store(k.AS, a, sigActionT{handler, flags | saRestorer, restoreAt, uint64(mask)}); err != nil {
		t.Fatal(err)
	}
	if err := RtSigaction(k.Task, sys.Signal(sig), sys.SigAction(a), 0, setSize); err != nil {
		t.Fatalf("rt_sigaction: %v", err)
	}
}

func block(k *tasktest.Task, mask Set) {
	s := slot.Get(k.Task)
	s.proc.mu.Lock()
	defer s.proc.mu.Unlock()
	s.setBlocked(k.Task, mask)
}

// send sends a signal as kill(2) or, with a value, as sigqueue(3) does.
func sendTo(t *testing.T, k *tasktest.Task, sig unix.Signal, value uint64, toProcess bool) {
	t.Helper()
	i := NewInfo(int(sig), SIUser)
	if value != 0 {
		i = NewInfo(int(sig), SIQueue)
		i.put64(offValue, value)
	}
	if err := send(k.Task, &i, toProcess); err != nil {
		t.Fatalf("send: %v", err)
	}
}

// back returns from a handler.
func back(t *testing.T, k *tasktest.Task) {
	t.Helper()
	k.Regs.RSP += 8
	if _, err := RtSigreturn(k.Task); err != nil {
		t.Fatalf("rt_sigreturn: %v", err)
	}
}

func TestHandler(t *testing.T) {
	k := newTask(t)
	k.Regs.RBX, k.Regs.XMM[5][3] = 77, 9
	before := k.Regs
	install(t, k, unix.SIGUSR1, handlerAt, 0, SetOf(unix.SIGTERM))
	sendTo(t, k, unix.SIGUSR1, 0, true)
	if !k.Pending(task.WorkSignal) {
		t.Fatal("no work was posted")
	}
	deliver(k.Task)
	s := slot.Get(k.Task)
	if k.Regs.PC() != handlerAt || k.Regs.RDI != uint64(unix.SIGUSR1) {
		t.Errorf("goes on at %#x with %d", k.Regs.PC(), k.Regs.RDI)
	}
	if want := SetOf(unix.SIGUSR1, unix.SIGTERM); s.blocked != want {
		t.Errorf("the handler blocks %#x, want %#x", s.blocked, want)
	}
	if k.Pending(task.WorkSignal) {
		t.Error("work is left")
	}
	back(t, k)
	k.Regs.OrigRAX = before.OrigRAX
	if k.Regs != before || s.blocked != 0 {
		t.Errorf("came back with %+v, mask %#x", k.Regs, s.blocked)
	}
}

// TestNested delivers two signals at once: the last one set up runs first.
func TestNested(t *testing.T) {
	k := newTask(t)
	for _, sig := range []unix.Signal{unix.SIGUSR1, unix.SIGUSR2} {
		install(t, k, sig, handlerAt+uint64(sig), 0, 0)
		sendTo(t, k, sig, 0, true)
	}
	deliver(k.Task)
	for _, want := range []uint64{handlerAt + uint64(unix.SIGUSR2), handlerAt + uint64(unix.SIGUSR1), codeAt} {
		if k.Regs.PC() != want {
			t.Fatalf("goes on at %#x, want %#x", k.Regs.PC(), want)
		}
		if want != codeAt {
			back(t, k)
		}
	}
}

func TestInterruptedCall(t *testing.T) {
	const number = 42
	minusEINTR := uint64(interrupted)
	tests := []struct {
		err          unix.Errno
		handler      bool
		flags        uint64
		rip, rax     uint64 // before the handler
		restartBlock bool
	}{
		{err: sys.ERESTARTSYS, rip: codeAt - 2, rax: number},
		{err: sys.ERESTARTSYS, handler: true, rip: codeAt, rax: minusEINTR},
		{err: sys.ERESTARTSYS, handler: true, flags: saRestart, rip: codeAt - 2, rax: number},
		{err: sys.ERESTARTNOINTR, rip: codeAt - 2, rax: number},
		{err: sys.ERESTARTNOINTR, handler: true, rip: codeAt - 2, rax: number},
		{err: sys.ERESTARTNOHAND, rip: codeAt - 2, rax: number},
		{err: sys.ERESTARTNOHAND, handler: true, flags: saRestart, rip: codeAt, rax: minusEINTR},
		{err: sys.ERESTART_RESTARTBLOCK, rip: codeAt - 2, rax: unix.SYS_RESTART_SYSCALL},
		{err: sys.ERESTART_RESTARTBLOCK, handler: true, flags: saRestart, rip: codeAt, rax: minusEINTR},
	}
	for _, test := range tests {
		k := newTask(t)
		k.SetRestart(test.err, number)
		if test.handler {
			install(t, k, unix.SIGUSR1, handlerAt, test.flags, 0)
			sendTo(t, k, unix.SIGUSR1, 0, true)
		}
		deliver(k.Task)
		if test.handler {
			back(t, k)
		}
		if k.Regs.PC() != test.rip || k.Regs.RAX != test.rax {
			t.Errorf("%+v: goes on at %#x with %#x", test, k.Regs.PC(), k.Regs.RAX)
		}
	}
}

func TestSuspendedMask(t *testing.T) {
	k := newTask(t)
	usr1 := SetOf(unix.SIGUSR1)
	block(k, usr1)
	install(t, k, unix.SIGUSR1, handlerAt, 0, 0)
	sendTo(t, k, unix.SIGUSR1, 0, true)
	suspendMask(k.Task, 0)
	if err := Pause(k.Task); err != sys.ERESTARTNOHAND {
		t.Fatalf("pause returned %v", err)
	}
	deliver(k.Task)
	if k.Regs.PC() != handlerAt {
		t.Fatal("the handler does not run")
	}
	back(t, k)
	if s := slot.Get(k.Task); s.blocked != usr1 || s.hasSaved {
		t.Errorf("the mask is %#x afterwards", s.blocked)
	}
	// Without a signal the mask comes back at once.
	suspendMask(k.Task, 0)
	restoreMask(k.Task, false)
	if s := slot.Get(k.Task); s.blocked != usr1 || s.hasSaved {
		t.Errorf("the mask is %#x after a call that was not interrupted", s.blocked)
	}
}

// TestBadStack sets up handlers on stacks that cannot take the frame.
func TestBadStack(t *testing.T) {
	k := newTask(t)
	k.Regs.RSP = 0x1000
	install(t, k, unix.SIGUSR1, handlerAt, 0, 0)
	sendTo(t, k, unix.SIGUSR1, 0, true)
	deliver(k.Task)
	if !k.Proc.Exiting() {
		t.Error("a process without a stack goes on")
	}
	k = newTask(t)
	top := k.Regs.RSP
	s := slot.Get(k.Task)
	s.alt = altStack{base: vm.Addr(top - stackSize), size: stackSize}
	k.Regs.RSP = 0x1000
	install(t, k, unix.SIGUSR1, handlerAt, 0, 0)
	install(t, k, unix.SIGSEGV, handlerAt+8, saOnStack, 0)
	sendTo(t, k, unix.SIGUSR1, 0, true)
	deliver(k.Task)
	if k.Proc.Exiting() || k.Regs.PC() != handlerAt+8 {
		t.Errorf("goes on at %#x, want the handler of SIGSEGV", k.Regs.PC())
	}
}

func TestQueueOrder(t *testing.T) {
	k := newTask(t)
	block(k, ^Set(0))
	rt := unix.Signal(FirstRealTime)
	for _, s := range []struct {
		sig       unix.Signal
		value     uint64
		toProcess bool
	}{
		{rt + 1, 1, true}, {rt, 2, true}, {rt, 3, true}, {unix.SIGUSR1, 4, true}, {unix.SIGUSR1, 5, true},
		{unix.SIGSEGV, 6, true}, {rt + 1, 7, false}, {unix.SIGHUP, 8, true},
	} {
		sendTo(t, k, s.sig, s.value, s.toProcess)
	}
	s := slot.Get(k.Task)
	var i Info
	for _, want := range []uint64{7, 6, 8, 4, 2, 3, 1} { // the task's own, then synchronous ones, then by number
		if !s.takeFrom(^Set(0), &i) || i.get64(offValue) != want {
			t.Fatalf("took value %d, want %d", i.get64(offValue), want)
		}
	}
	if s.takeFrom(^Set(0), &i) || s.pending.set|s.proc.pending.set != 0 {
		t.Error("something is left")
	}
	if n := Queued(0); n != 0 {
		t.Errorf("%d signals count as queued", n)
	}
}

// TestStopAndContinue checks that SIGCONT and the stop signals cancel each other.
func TestStopAndContinue(t *testing.T) {
	k := newTask(t)
	block(k, ^Set(0))
	sendTo(t, k, unix.SIGTSTP, 0, true)
	sendTo(t, k, unix.SIGTTIN, 0, false)
	sendTo(t, k, unix.SIGCONT, 0, true)
	if got := Waiting(k.Task); got != SetOf(unix.SIGCONT) {
		t.Errorf("after SIGCONT %#x waits", got)
	}
	sendTo(t, k, unix.SIGTTOU, 0, true)
	if got := Waiting(k.Task); got != SetOf(unix.SIGTTOU) {
		t.Errorf("after SIGTTOU %#x waits", got)
	}
}

func TestAltStack(t *testing.T) {
	const base, size = 0x10000, 8192
	on := altStack{base, size, 0}
	tests := []struct {
		name string
		now  altStack
		sp   uint64
		n    stackT
		want error
	}{
		{"set", altStack{}, 0x500, stackT{base: base, size: size}, nil},
		{"too small", altStack{}, 0x500, stackT{base: base, size: minStack - 1}, unix.ENOMEM},
		{"bad flags", altStack{}, 0x500, stackT{base: base, size: size, flags: 4}, unix.EINVAL},
		{"disable", on, 0x500, stackT{flags: ssDisable}, nil},
		{"in use", on, base + 100, stackT{flags: ssDisable}, unix.EPERM},
		{"in use at its top", on, base + size, stackT{flags: ssDisable}, unix.EPERM},
		{"just below", on, base, stackT{flags: ssDisable}, nil},
		{"in use, given up", altStack{base, size, ssAutoDisarm}, base + 100, stackT{flags: ssDisable}, nil},
	}
	for _, test := range tests {
		a := test.now
		if err := a.set(test.n, test.sp); err != test.want {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

// TestConcurrentSenders sends from many goroutines to a process whose two threads take what comes and
// change their masks. What is queued is taken once.
func TestConcurrentSenders(t *testing.T) {
	const senders, each = 4, 200
	k := newTask(t)
	other := k.Clone(unix.CLONE_VM | unix.CLONE_SIGHAND | unix.CLONE_THREAD)
	rt := unix.Signal(FirstRealTime)
	block(k, ^Set(0))
	block(other, ^Set(0))
	done := make(chan bool)
	for range senders {
		go func() {
			for range each {
				i := NewInfo(int(rt), SIQueue)
				for send(k.Task, &i, true) != nil { // RLIMIT_SIGPENDING: until some were taken
				}
			}
			done <- true
		}()
	}
	taken := make(chan int)
	stop := make(chan bool)
	for _, who := range []*tasktest.Task{k, other} {
		go func() {
			n := 0
			var i Info
			for {
				if Take(who.Task, SetOf(rt), &i) {
					n++
					continue
				}
				block(who, 0)
				block(who, ^Set(0))
				select {
				case <-stop:
					taken <- n
					return
				default:
				}
			}
		}()
	}
	for range senders {
		<-done
	}
	for Waiting(k.Task).Has(int(rt)) {
	}
	close(stop)
	if n := <-taken + <-taken; n != senders*each {
		t.Errorf("%d signals taken, want %d", n, senders*each)
	}
}

// TestDeliveryAllocatesNothing is about the path of every handled signal.
func TestDeliveryAllocatesNothing(t *testing.T) {
	k := newTask(t)
	install(t, k, unix.SIGUSR1, handlerAt, 0, 0)
	round := func() {
		if err := Kill(k.Task, sys.Pid(k.TID), sys.Signal(unix.SIGUSR1)); err != nil {
			t.Fatal(err)
		}
		deliver(k.Task)
		k.Regs.RSP += 8
		_, _ = RtSigreturn(k.Task) // it does not fail
	}
	round()
	if n := testing.AllocsPerRun(100, round); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if k.Regs.PC() != codeAt {
		t.Errorf("went on to %#x", k.Regs.PC())
	}
}

func TestFDInfo(t *testing.T) {
	i := NewInfo(int(unix.SIGCHLD), 1)
	i.from(12, 34)
	i.status(5, 7*tick, 8*tick)
	b := i.FDInfo()
	for off, want := range map[int]byte{0: byte(unix.SIGCHLD), 8: 1, 12: 12, 16: 34, 40: 5, 56: 7, 64: 8} {
		if b[off] != want {
			t.Errorf("byte %d of a child's is %d, want %d", off, b[off], want)
		}
	}
	fault := NewInfo(int(unix.SIGSEGV), 1)
	fault.put64(offAddr, 0x1234)
	if b := fault.FDInfo(); b[72] != 0x34 || b[12] != 0 {
		t.Error("the address of a fault is not where it belongs")
	}
}
