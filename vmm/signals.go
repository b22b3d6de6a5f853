package vmm

import (
	"os"
	"os/signal"
	"syscall"
)

// forwarded are the signals that a program may want to get.
var forwarded = []os.Signal{
	syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
	syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM,
}

// stops reports whether a signal means that the machine must end.
func stops(s syscall.Signal) bool {
	return s == syscall.SIGTERM || s == syscall.SIGHUP || s == syscall.SIGQUIT
}

// signals delivers the signals that this process gets.
type signals struct {
	c    chan syscall.Signal
	raw  chan os.Signal
	done chan struct{}
}

// newSignals takes over signal handling. SIGPIPE is caught so that writing to a
// closed pipe gives an error.
func newSignals() *signals {
	s := &signals{c: make(chan syscall.Signal), raw: make(chan os.Signal, 16), done: make(chan struct{})}
	signal.Notify(s.raw, forwarded...)
	signal.Notify(s.raw, syscall.SIGWINCH, syscall.SIGTSTP, syscall.SIGPIPE)
	go func() {
		for {
			select {
			case sig := <-s.raw:
				if n, ok := sig.(syscall.Signal); ok && n != syscall.SIGPIPE {
					select {
					case s.c <- n:
					case <-s.done:
						return
					}
				}
			case <-s.done:
				return
			}
		}
	}()
	return s
}

// stop gives signal handling back.
func (s *signals) stop() {
	signal.Stop(s.raw)
	close(s.done)
}
