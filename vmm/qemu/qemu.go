package qemu

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"cairn/vmm"
)

// program is the name of QEMU for x86_64 guests.
const program = "qemu-system-x86_64"

// ErrNotFound says that QEMU is not installed.
var ErrNotFound = errors.New(program + " is not in PATH: install it (on Debian: apt-get install qemu-system-x86)")

// Launcher starts machines with QEMU. It implements [vmm.Launcher].
type Launcher struct {
	// Program is the QEMU executable; it is looked up in PATH if empty.
	Program string

	// CacheDir is where the finding about KVM is kept. Without it every run
	// with accelerator "auto" starts a probe guest.
	CacheDir string
}

// Start starts QEMU. See [vmm.Launcher].
func (l *Launcher) Start(m *vmm.Machine, c *vmm.Channels, verbose func(string, ...any)) (vmm.Process, error) {
	path, err := l.find()
	if err != nil {
		return nil, err
	}
	accel, why, err := l.accelerator(path, m)
	if err != nil {
		return nil, err
	}
	verbose("accelerator: %s (%s)", accel, why)
	args, files, err := arguments(m, c, accel)
	if err != nil {
		return nil, err
	}
	verbose("starting %s %s", path, strings.Join(args, " "))
	return start(path, args, files)
}

// find returns the path of QEMU.
func (l *Launcher) find() (string, error) {
	name := l.Program
	if name == "" {
		name = program
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", ErrNotFound
	}
	return path, nil
}

// process is a running QEMU.
type process struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	done   chan struct{} // closed when the process is gone
	err    error         // how it ended

	mu   sync.Mutex // held while signalling, so that no other process is hit
	gone bool
}

// start starts QEMU with files as descriptors 3 and up. It runs in a process
// group of its own, so that ^C at the terminal does not reach it, and is killed
// when this process ends. The kernel ties that to the thread that started it,
// so the thread is kept.
func start(path string, args []string, files []*os.File) (*process, error) {
	p := &process{cmd: exec.Command(path, args...), done: make(chan struct{})}
	p.cmd.ExtraFiles = files
	p.cmd.Stdout, p.cmd.Stderr = &p.stderr, &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.reap()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting QEMU: %w", err)
	}
	return p, nil
}

// reap waits for the process. Its number stays its own until it is waited for
// with mu held.
func (p *process) reap() {
	defer close(p.done)
	waitExited(p.cmd.Process.Pid)
	p.mu.Lock()
	p.gone = true
	p.mu.Unlock()
	p.err = p.cmd.Wait()
}

// waitExited waits until a child has ended and leaves it to be waited for.
func waitExited(pid int) {
	for {
		err := waitNoReap(pid)
		if err != syscall.EINTR {
			return
		}
	}
}

// Signal sends a signal to QEMU, if it still runs.
func (p *process) Signal(sig syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.gone {
		_ = p.cmd.Process.Signal(sig) // it may be ending just now
	}
}

// Wait waits until QEMU is gone and returns its messages.
func (p *process) Wait() string {
	<-p.done
	said := strings.TrimSpace(p.stderr.String())
	var exit *exec.ExitError
	if errors.As(p.err, &exit) && !exit.Exited() {
		said = strings.TrimSpace(said + "\nQEMU ended by " + exit.String())
	}
	return said
}
