package sysinfo

import (
	"runtime"
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// What uname(2) says of the kernel. Programs compare the release with the Linux
// that they need: it is that of the Linux whose calls are provided.
const (
	SysName = "Linux"
	Release = "6.1.0-cairn"
	Version = "#1 Cairn"
)

// nameMax is the longest host name or domain name in bytes (__NEW_UTS_LEN).
const nameMax = 64

// names are what sethostname(2) and setdomainname(2) set.
var names = struct {
	sync.Mutex
	host, domain string
}{host: "cairn", domain: "(none)"}

// Machine is the hardware's name as uname(2) gives it.
func Machine() string {
	if runtime.GOARCH == "arm64" {
		return "aarch64"
	}
	return "x86_64"
}

// Hostname returns the machine's name.
func Hostname() string {
	names.Lock()
	defer names.Unlock()
	return names.host
}

// SetHostname sets the machine's name, at most 64 bytes of it.
func SetHostname(name string) { setName(&names.host, name) }

// Domainname returns the machine's NIS domain.
func Domainname() string {
	names.Lock()
	defer names.Unlock()
	return names.domain
}

// SetDomainname sets the machine's NIS domain, at most 64 bytes of it.
func SetDomainname(name string) { setName(&names.domain, name) }

func setName(field *string, name string) {
	names.Lock()
	defer names.Unlock()
	*field = name[:min(len(name), nameMax)]
}

// Uname implements uname(2).
//
//cairn:syscall uname
func Uname(t *task.Task, buf sys.OutUtsname) error {
	var u unix.Utsname
	copy(u.Sysname[:], SysName)
	copy(u.Nodename[:], Hostname())
	copy(u.Release[:], Release)
	copy(u.Version[:], Version)
	copy(u.Machine[:], Machine())
	copy(u.Domainname[:], Domainname())
	return vm.Store(t.AS, vm.Addr(buf), u)
}

// Sethostname implements sethostname(2).
//
//cairn:syscall sethostname
func Sethostname(t *task.Task, name sys.InBuf, n int32) error {
	return copyName(t, &names.host, name, n)
}

// Setdomainname implements setdomainname(2).
//
//cairn:syscall setdomainname
func Setdomainname(t *task.Task, name sys.InBuf, n int32) error {
	return copyName(t, &names.domain, name, n)
}

func copyName(t *task.Task, field *string, name sys.InBuf, n int32) error {
	if !vfs.CredOf(t).Has(unix.CAP_SYS_ADMIN) {
		return unix.EPERM
	}
	if n < 0 || n > nameMax {
		return unix.EINVAL
	}
	b := make([]byte, n)
	if _, err := t.CopyIn(b, vm.Addr(name)); err != nil {
		return err
	}
	setName(field, unix.ByteSliceToString(b))
	return nil
}
