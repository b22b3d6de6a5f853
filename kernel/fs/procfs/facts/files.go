// Package facts is what other libraries tell /proc: files of their own, and what
// they know of processes. It knows nothing itself, so that a library that has something
// to tell does not bring /proc into the image; package procfs shows it.
package facts

import (
	"strings"
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
)

// A File is a file in /proc whose contents are made when it is read.
type File struct {
	// Path is the place below /proc, for example "sys/kernel/ostype". Directories
	// come into being with their files.
	Path string
	// Perm is the permissions.
	Perm uint32
	// Read writes the contents to w. t is the reader.
	Read func(t *task.Task, w *strings.Builder) error
	// Write takes what a program wrote, without the newline at the end. Nil: EACCES or, for
	// root, EIO.
	Write func(t *task.Task, s string) error
	// Target is where a symbolic link points to; then there are no Read and Write.
	Target string
}

// A PIDFile is a file that every /proc/PID and every /proc/PID/task/TID has.
type PIDFile struct {
	// Name is the name, without a directory.
	Name string
	// Perm is the permissions.
	Perm uint32
	// Thread says that just /proc/PID/task/TID has the file.
	Thread bool
	// Private says that only who might trace the process may open the file (ptrace(2)).
	Private bool
	// Read writes the contents to w: what is to be said of target, to reader.
	Read func(reader, target *task.Task, w *strings.Builder) error
	// Write takes what a program wrote, without the newline at the end.
	Write func(writer, target *task.Task, s string) error
	// Link returns what a magic link stands for, as the path of a file that is open or may be opened, and what
	// readlink(2) says; then there are no Read and Write. A zero Path is no file to follow.
	Link func(target *task.Task) (vfs.Path, string, error)
}

var registered struct {
	sync.Mutex
	files    []File
	pidFiles []PIDFile
	added    func(File)
}

// Register adds files. Libraries call it when they are initialised.
func Register(files ...File) {
	registered.Lock()
	registered.files = append(registered.files, files...)
	added := registered.added
	registered.Unlock()
	if added != nil {
		for _, f := range files {
			added(f)
		}
	}
}

// RegisterPID adds files to every process's directory. Libraries call it when they are
// initialised; the last of several files with a name counts.
func RegisterPID(files ...PIDFile) {
	registered.Lock()
	defer registered.Unlock()
	for _, f := range files {
		registered.pidFiles = appendOrReplace(registered.pidFiles, f)
	}
}

func appendOrReplace(list []PIDFile, f PIDFile) []PIDFile {
	for i := range list {
		if list[i].Name == f.Name {
			list[i] = f
			return list
		}
	}
	return append(list, f)
}

// Files calls add for every file registered so far and later.
func Files(add func(File)) {
	registered.Lock()
	files := registered.files
	registered.added = add
	registered.Unlock()
	for _, f := range files {
		add(f)
	}
}

// PIDFiles returns the files of a process's directory, in the order of registration.
func PIDFiles() []PIDFile {
	registered.Lock()
	defer registered.Unlock()
	return registered.pidFiles
}
