package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// jobVariable is the environment variable that makes a test's program a
// container: it names the file that says what to run.
const jobVariable = "CAIRN_TEST_JOB"

// job says what a container runs. Arguments and environment are any bytes, which
// JSON keeps only as byte slices.
type job struct {
	Tree    string   // directory with its root file system, which stays as it is
	Program string   // path in it
	Argv    [][]byte // the program's arguments
	Env     [][]byte // its environment
}

func toBytes(list []string) [][]byte {
	var b [][]byte
	for _, s := range list {
		b = append(b, []byte(s))
	}
	return b
}

func toStrings(list [][]byte) []string {
	var s []string
	for _, b := range list {
		s = append(s, string(b))
	}
	return s
}

func init() {
	if file := os.Getenv(jobVariable); file != "" {
		status, err := container(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, "container:", err)
		}
		os.Exit(status)
	}
}

// container runs a job and returns its program's status. This process is the first
// of its PID namespace, so that all that the job has started ends with it.
func container(file string) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return StatusFailed, err
	}
	var j job
	if err := json.Unmarshal(text, &j); err != nil {
		return StatusFailed, err
	}
	root, err := j.mount()
	if err != nil {
		return StatusFailed, err
	}
	if err := plain(); err != nil {
		return StatusFailed, err
	}
	c := exec.Cmd{
		Path: j.Program, Args: toStrings(j.Argv), Env: toStrings(j.Env), Dir: "/",
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		SysProcAttr: &syscall.SysProcAttr{Chroot: root},
	}
	var exit *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &exit) {
		return StatusFailed, err
	}
	return status(c.ProcessState), nil
}

// plain gives this process, and so the program, what the first program of a machine has, whatever the tests were started
// from: no signals that are ignored, no niceness, no core dumps.
func plain() error {
	if err := defaultSignals(); err != nil {
		return fmt.Errorf("signals: %w", err)
	}
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, 0, 0); err != nil {
		return fmt.Errorf("setting the niceness: %w", err)
	}
	syscall.Umask(0o022)
	none := syscall.Rlimit{Cur: 0, Max: 0}
	return syscall.Setrlimit(syscall.RLIMIT_CORE, &none)
}

// mount makes the root file system: the job's tree under a layer that takes what
// is written, devices, and /proc. It returns its path.
func (j *job) mount() (string, error) {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return "", fmt.Errorf("making mounts private: %w", err)
	}
	base := filepath.Join(filepath.Dir(j.Tree), "mnt")
	if err := os.MkdirAll(base, 0o755); err != nil {
		return "", err
	}
	if err := syscall.Mount("tmpfs", base, "tmpfs", 0, "mode=755"); err != nil {
		return "", fmt.Errorf("mounting tmpfs: %w", err)
	}
	root := filepath.Join(base, "root")
	for _, d := range []string{root, base + "/upper", base + "/work"} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return "", err
		}
	}
	options := "lowerdir=" + j.Tree + ",upperdir=" + base + "/upper,workdir=" + base + "/work,userxattr"
	if err := syscall.Mount("overlay", root, "overlay", 0, options); err != nil {
		return "", fmt.Errorf("mounting overlay: %w", err)
	}
	if err := syscall.Mount("proc", root+"/proc", "proc", 0, ""); err != nil {
		return "", fmt.Errorf("mounting proc: %w", err)
	}
	return root, devices(root + "/dev")
}

// devices fills /dev.
func devices(dev string) error {
	if err := syscall.Mount("tmpfs", dev, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	for _, name := range []string{"null", "zero", "full", "random", "urandom", "tty"} {
		f, err := os.Create(filepath.Join(dev, name))
		if err != nil {
			return err
		}
		f.Close()
		if err := syscall.Mount("/dev/"+name, f.Name(), "", syscall.MS_BIND, ""); err != nil {
			return err
		}
	}
	for _, d := range []struct{ name, kind, options string }{
		{"pts", "devpts", "newinstance,ptmxmode=0666"}, {"shm", "tmpfs", "mode=1777"},
	} {
		name := filepath.Join(dev, d.name)
		if err := os.Mkdir(name, 0o755); err != nil {
			return err
		}
		if err := syscall.Mount(d.kind, name, d.kind, 0, d.options); err != nil {
			return err
		}
	}
	for name, target := range map[string]string{
		"ptmx": "pts/ptmx", "fd": "/proc/self/fd",
		"stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2",
	} {
		if err := os.Symlink(target, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	return nil
}
