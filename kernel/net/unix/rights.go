package unix

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/net/socket"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// maxFiles is how many files one message can have (SCM_MAX_FD).
const maxFiles = 253

// rights are the files that go with a message (SCM_RIGHTS), counted. A nil *rights is none.
//
// Between launch and drop they are in flight: sockets that are nowhere else must be
// found and closed (see collect).
type rights struct {
	files  []*vfs.File
	uid    uint32
	flying bool
}

// flight is what is known of all files in flight.
var flight = struct {
	mu    sync.Mutex
	users map[uint32]int      // files of each user
	socks map[*sock]*vfs.File // sockets in flight: how often is sock.inFlight
	any   atomic.Bool         // there are any
}{users: map[uint32]int{}, socks: map[*sock]*vfs.File{}}

// add adds the files of descriptors: EBADF, EINVAL if they are too many.
func (r *rights) add(t *task.Task, p []byte) (*rights, error) {
	n := len(p) / fdSize
	if n == 0 {
		return r, nil
	}
	if r == nil {
		r = &rights{uid: vfs.CredOf(t).RUID}
	}
	if len(r.files)+n > maxFiles {
		return r, unix.EINVAL
	}
	for i := range n {
		f, err := fdtab.GetPath(t, fdOf(p, i))
		if err != nil {
			return r, err
		}
		r.files = append(r.files, f)
	}
	return r, nil
}

// forget gives up files that are not in flight.
func (r *rights) forget() {
	if r == nil {
		return
	}
	for _, f := range r.files {
		f.Put()
	}
}

// sockOf returns the unix socket that f is, or nil.
func sockOf(f *vfs.File) *sock {
	s, _ := socket.Of(f).(*sock)
	return s
}

// launch counts the files as in flight: ETOOMANYREFS if the user has more in flight than descriptors may
// be open.
func (r *rights) launch(t *task.Task) error {
	if r == nil {
		return nil
	}
	flight.mu.Lock()
	defer flight.mu.Unlock()
	if uint64(flight.users[r.uid]) > fdtab.Limit(t) {
		if c := vfs.CredOf(t); !c.Has(unix.CAP_SYS_RESOURCE) && !c.Has(unix.CAP_SYS_ADMIN) {
			return unix.ETOOMANYREFS
		}
	}
	flight.users[r.uid] += len(r.files)
	for _, f := range r.files {
		if s := sockOf(f); s != nil {
			s.inFlight++
			flight.socks[s] = f
			flight.any.Store(true)
		}
	}
	r.flying = true
	return nil
}

// land counts the files as no longer in flight. flight.mu is held.
func (r *rights) land() {
	if flight.users[r.uid] -= len(r.files); flight.users[r.uid] == 0 {
		delete(flight.users, r.uid)
	}
	for _, f := range r.files {
		s := sockOf(f)
		if s == nil {
			continue
		}
		if s.inFlight--; s.inFlight == 0 {
			delete(flight.socks, s)
		}
	}
	flight.any.Store(len(flight.socks) > 0)
}

// drop closes the files.
func (r *rights) drop() {
	if r == nil {
		return
	}
	if r.flying {
		flight.mu.Lock()
		r.land()
		flight.mu.Unlock()
	}
	r.forget()
}

// dup returns the same files once more, counted but not in flight: MSG_PEEK.
func (r *rights) dup() *rights {
	if r == nil {
		return nil
	}
	for _, f := range r.files {
		f.Get()
	}
	return &rights{files: r.files, uid: r.uid}
}
