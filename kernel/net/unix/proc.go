package unix

import (
	"sort"
	"strings"
	"sync"

	"cairn/kernel/config"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/kfmt"
	"cairn/kernel/task"
)

// registry is all sockets, for /proc/net/unix.
type registry struct {
	mu    sync.Mutex
	socks map[*sock]struct{}
	most  int // that there were in socks
}

// keepMap is how many sockets a map may have had that is kept when it is empty: maps do not shrink.
const keepMap = 1000

var all = registry{socks: map[*sock]struct{}{}}

func (r *registry) add(s *sock) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.socks[s] = struct{}{}
	r.most = max(r.most, len(r.socks))
}

func (r *registry) remove(s *sock) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.socks, s)
	if len(r.socks) == 0 && r.most > keepMap {
		r.socks, r.most = map[*sock]struct{}{}, 0
	}
}

func init() {
	if !config.LIBPROCFS {
		return
	}
	facts.Register(
		facts.File{Path: "net/unix", Perm: 0o444, Read: procUnix},
		facts.File{Path: "sys/net/unix/max_dgram_qlen", Perm: 0o444, Read: func(_ *task.Task, w *strings.Builder) error {
			kfmt.Fprintf(w, "%d\n", maxQueue)
			return nil
		}},
	)
}

// procUnix writes /proc/net/unix (unix(7), "Files"). Sockets have no address in the kernel to show.
func procUnix(_ *task.Task, w *strings.Builder) error {
	w.WriteString("Num       RefCount Protocol Flags    Type St Inode Path\n")
	all.mu.Lock()
	defer all.mu.Unlock()
	list := make([]*sock, 0, len(all.socks))
	for s := range all.socks {
		list = append(list, s)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].number() < list[j].number() })
	for _, s := range list {
		s.describe(w)
	}
	return nil
}

// The values of the columns Flags and St: __SO_ACCEPTCON and enum socket_state of Linux.
const (
	acceptCon       = 1 << 16
	ssUnconnected   = 1
	ssConnecting    = 2
	ssConnected     = 3
	ssDisconnecting = 4
)

// number returns the inode's number: 0 for a connection that is not accepted yet.
func (s *sock) number() uint64 {
	if i := s.Inode(); i != nil {
		return i.Ino
	}
	return 0
}

// describe writes one line of /proc/net/unix.
func (s *sock) describe(w *strings.Builder) {
	flags, state := 0, ssUnconnected
	switch s.state.Load() {
	case listening:
		flags = acceptCon
	case connected:
		state = ssConnected
	}
	ino := s.number()
	switch {
	case ino != 0:
	case state == ssConnected:
		state = ssConnecting
	default:
		state = ssDisconnecting
	}
	refs := 2
	if s.peer.Load() != nil {
		refs++
	}
	kfmt.Fprintf(w, "%016x: %08X %08X %08X %04X %02X %5d", 0, refs, 0, flags, s.Type, state, ino)
	if a := s.addr.Load(); a != nil {
		w.WriteByte(' ')
		w.WriteString(visible(a.name))
	}
	w.WriteByte('\n')
}

// visible returns a name as /proc shows it: each NUL of an abstract name as an @.
func visible(name string) string {
	if isPath(name) {
		return strings.TrimSuffix(name, "\x00")
	}
	return strings.ReplaceAll(name, "\x00", "@")
}
