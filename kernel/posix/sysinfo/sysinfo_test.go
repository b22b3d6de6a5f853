package sysinfo_test

import (
	"regexp"
	"strings"
	"testing"

	"cairn/kernel/klog"
	"cairn/kernel/mem"
	pt "cairn/kernel/posix/process/processtest"
	"cairn/kernel/posix/sysinfo"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

func TestUname(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		old := sysinfo.Hostname()
		defer sysinfo.SetHostname(old)
		p.Must(unix.SYS_SETHOSTNAME, p.String("box"), 3)
		a := p.Map(6*65, false)
		p.Must(unix.SYS_UNAME, uint64(a))
		u, _ := vm.Load[unix.Utsname](p.Task.AS, a)
		for _, c := range []struct{ got, want string }{
			{unix.ByteSliceToString(u.Sysname[:]), "Linux"},
			{unix.ByteSliceToString(u.Nodename[:]), "box"},
			{unix.ByteSliceToString(u.Release[:]), sysinfo.Release},
			{unix.ByteSliceToString(u.Domainname[:]), "(none)"},
		} {
			if c.got != c.want {
				t.Errorf("%q, want %q", c.got, c.want)
			}
		}
		if _, err := p.Call(unix.SYS_SETHOSTNAME, uint64(a), 65); err != unix.EINVAL {
			t.Errorf("a long name: %v, want EINVAL", err)
		}
		p.Must(unix.SYS_SETUID, 1000)
		if _, err := p.Call(unix.SYS_SETDOMAINNAME, uint64(a), 1); err != unix.EPERM {
			t.Errorf("as a user: %v, want EPERM", err)
		}
	})
}

func TestSysinfo(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := p.Map(112, false)
		p.Must(unix.SYS_SYSINFO, uint64(a))
		s, _ := vm.Load[unix.Sysinfo_t](p.Task.AS, a)
		if s.Totalram != mem.Total() || s.Freeram == 0 || s.Freeram > s.Totalram || s.Unit != 1 || s.Procs < 2 {
			t.Errorf("%+v", s)
		}
	})
}

func TestSyslog(t *testing.T) {
	const read, readAll, readClear, clear, unread, size = 2, 3, 4, 5, 9, 10
	stamp := regexp.MustCompile(`>\[ *\d+\.\d{6}\] `)
	const line = 24 // bytes of the first; the second is one longer
	pt.Run(t, func(p *pt.Program) {
		buf := p.Map(65536, false)
		text := func(action uint64, room uint64) string {
			n, err := p.Call(unix.SYS_SYSLOG, action, uint64(buf), room)
			if err != nil {
				t.Errorf("syslog(%d): %v", action, err)
				return ""
			}
			b := make([]byte, n)
			p.Task.CopyIn(b, buf)
			return stamp.ReplaceAllString(string(b), ">[time] ")
		}
		p.Must(unix.SYS_SYSLOG, clear, 0, 0)
		text(read, 65536)
		klog.Infof("first")
		klog.Errf("second")
		if got := text(readAll, 65536); got != "<6>[time] first\n<3>[time] second\n" {
			t.Errorf("the log: %q", got)
		}
		if got := text(readAll, line+2); got != "<3>[time] second\n" {
			t.Errorf("the log's end: %q", got)
		}
		if n := p.Must(unix.SYS_SYSLOG, unread, 0, 0); n != 2*line+1 {
			t.Errorf("%d bytes unread, want %d", n, 2*line+1)
		}
		if got := text(read, line+2); got != "<6>[time] first\n" {
			t.Errorf("the first line: %q", got)
		}
		if got := text(readClear, 65536); !strings.HasSuffix(got, "second\n") || text(readAll, 65536) != "" {
			t.Errorf("reading and clearing: %q", got)
		}
		p.Must(unix.SYS_SETUID, 1000)
		if _, err := p.Call(unix.SYS_SYSLOG, clear, 0, 0); err != unix.EPERM {
			t.Errorf("as a user: %v, want EPERM", err)
		}
		p.Must(unix.SYS_SYSLOG, size, 0, 0)
	})
}
