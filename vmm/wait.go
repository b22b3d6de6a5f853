package vmm

import (
	"errors"
	"syscall"
	"time"
)

// ending says how far the end of a machine has come.
type ending struct {
	process chan struct{} // closed when the monitor's process is gone
	said    string        // what the monitor said, from then on
	output  chan struct{} // closed when all output is written, too
}

// kill ends a machine. What it has written is passed on, as far as that is
// possible at once.
func (s *session) kill(e *ending) {
	const drain = time.Second
	s.process.Signal(syscall.SIGKILL)
	<-e.process
	select {
	case <-e.output:
	case <-time.After(drain):
	}
}

// wait handles events until the machine has ended or must be killed. In both
// cases its process is gone afterwards.
func (s *session) wait(signals *signals, timeout time.Duration, e *ending) (status int, err error) {
	w := waiter{session: s, exited: s.exited}
	if timeout > 0 {
		w.limit = time.After(timeout)
	}
	for {
		select {
		case <-e.output:
			return w.result(e)
		case <-w.limit:
			err = ErrTimeout
		case err = <-s.broken:
		case <-w.grace:
			err = w.graceOver
		case status := <-w.exited:
			w.exit(status)
		case sig := <-signals.c:
			err = w.signal(sig)
		}
		if err == errPowerOff {
			s.kill(e)
			return w.status, nil
		}
		if err != nil {
			s.kill(e)
			return 0, err
		}
	}
}

// waiter is the state of wait.
type waiter struct {
	*session
	exited    <-chan int // nil once the status is known
	status    int
	limit     <-chan time.Time // of the whole run
	grace     <-chan time.Time // until the machine is killed, for the following reason
	graceOver error
	stopping  bool // a signal has asked the program to end
}

// errPowerOff says that the machine did not power off after its program ended.
var errPowerOff = errors.New("no power-off")

// exit notes the program's status.
func (w *waiter) exit(status int) {
	w.status, w.exited, w.limit = status, nil, nil
	w.grace, w.graceOver = time.After(exitGrace), errPowerOff
}

// result returns the outcome when the machine has ended by itself.
func (w *waiter) result(e *ending) (int, error) {
	if w.exited == nil {
		return w.status, nil
	}
	select {
	case status := <-w.exited:
		return status, nil
	case err := <-w.broken:
		return 0, err
	default:
		return 0, &DiedError{Monitor: e.said, Serial: w.serial.text()}
	}
}

// signal handles a signal to this process. An error means that the machine must
// be killed.
func (w *waiter) signal(sig syscall.Signal) error {
	switch {
	case sig == syscall.SIGWINCH:
		w.sendSize()
	case sig == syscall.SIGTSTP:
		w.suspend()
	case w.exited == nil:
		// The machine is powering off already.
	case !w.timeline.reached("user") || w.stopping && stops(sig):
		return &SignalError{sig}
	default:
		w.send("signal %d", sig)
		if stops(sig) {
			w.stopping = true
			w.grace, w.graceOver = time.After(stopGrace), &SignalError{sig}
		}
	}
	return nil
}
