package sys

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestIsRestart(t *testing.T) {
	for e := unix.Errno(505); e < 525; e++ {
		want := e == ERESTARTSYS || e == ERESTARTNOINTR || e == ERESTARTNOHAND || e == ERESTART_RESTARTBLOCK
		if got := IsRestart(e); got != want {
			t.Errorf("IsRestart(%d) = %v", e, got)
		}
	}
}
