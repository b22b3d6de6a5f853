package unix

import (
	"bytes"
	"encoding/binary"
	"strings"
	"sync"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/random"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// pathAt is the offset of sun_path in a struct sockaddr_un.
const pathAt = 2

// An address is the name of a socket. It is not changed.
type address struct {
	// name is what sun_path holds: a path and its NUL, or a NUL and an abstract name.
	name string
	// inode is the file of a path.
	inode *vfs.Inode
	// typ is the type of the socket that has an abstract name: others have names of their own.
	typ int
}

// parse returns what sun_path holds: EINVAL if addr is no address of a unix socket. A path
// ends at the first NUL.
func parse(addr []byte) (string, error) {
	if len(addr) <= pathAt || len(addr) > unix.SizeofSockaddrUnix || familyOf(addr) != unix.AF_UNIX {
		return "", unix.EINVAL
	}
	name := addr[pathAt:]
	if name[0] == 0 {
		return string(name), nil
	}
	if i := bytes.IndexByte(name, 0); i >= 0 {
		name = name[:i]
	}
	return string(name) + "\x00", nil
}

func familyOf(addr []byte) uint16 { return binary.NativeEndian.Uint16(addr) }

// isPath says whether what sun_path holds is a path.
func isPath(name string) bool { return name[0] != 0 }

// append appends the struct sockaddr_un to p. A socket without a name has the family alone.
func (a *address) append(p []byte) []byte {
	p = binary.NativeEndian.AppendUint16(p, unix.AF_UNIX)
	if a != nil {
		p = append(p, a.name...)
	}
	return p
}

// abstractKey is what an abstract name is found by.
type abstractKey struct {
	typ  int
	name string
}

// abstract is the sockets with abstract names.
var abstract = struct {
	sync.Mutex
	socks map[abstractKey]*sock
}{socks: map[abstractKey]*sock{}}

// find returns the socket with a name, for one of the type to connect or send to:
// ECONNREFUSED if nobody has it, EPROTOTYPE if its type is another; for a path also what
// path_resolution(7) has, and EACCES without permission to write.
func find(t *task.Task, name string, typ int) (*sock, error) {
	if !isPath(name) {
		abstract.Lock()
		defer abstract.Unlock()
		if s := abstract.socks[abstractKey{typ, name}]; s != nil {
			return s, nil
		}
		return nil, unix.ECONNREFUSED
	}
	p, err := vfs.Walk(t, vfs.Path{}, strings.TrimSuffix(name, "\x00"), vfs.Follow)
	if err != nil {
		return nil, err
	}
	inode := p.Dentry.Inode()
	if err := vfs.CredOf(t).Permission(inode, vfs.MayWrite); err != nil {
		return nil, err
	}
	s, _ := inode.Attach(nil).(*sock)
	switch {
	case s == nil:
		return nil, unix.ECONNREFUSED
	case s.Type != typ:
		return nil, unix.EPROTOTYPE
	}
	return s, nil
}

// Bind gives the socket a name (unix(7)): a path, an abstract name, or with nothing but a
// family any abstract name that is free. EADDRINUSE, EINVAL if it has one, and for paths what mknod(2) has.
func (s *sock) Bind(t *task.Task, addr []byte) error {
	if len(addr) == pathAt && familyOf(addr) == unix.AF_UNIX {
		return s.autobind()
	}
	name, err := parse(addr)
	if err != nil {
		return err
	}
	s.op.Lock()
	defer s.op.Unlock()
	if isPath(name) {
		return s.bindPath(t, name)
	}
	if s.addr.Load() != nil {
		return unix.EINVAL
	}
	if !s.bindAbstract(name) {
		return unix.EADDRINUSE
	}
	return nil
}

// bindPath makes the file. op is held.
func (s *sock) bindPath(t *task.Task, name string) error {
	mode := uint32(0o777)
	if i := s.Inode(); i != nil {
		mode = i.Mode() & 0o7777
	}
	path := strings.TrimSuffix(name, "\x00")
	if s.addr.Load() != nil {
		if _, err := vfs.Walk(t, vfs.Path{}, path, 0); err == nil {
			return unix.EADDRINUSE
		}
		return unix.EINVAL
	}
	p, err := vfs.MknodAt(t, vfs.Path{}, path, unix.S_IFSOCK|mode, 0)
	if err == unix.EEXIST {
		return unix.EADDRINUSE
	}
	if err != nil {
		return err
	}
	inode := p.Dentry.Inode()
	inode.Hold()
	inode.Attach(func() any { return s })
	s.addr.Store(&address{name: name, inode: inode})
	return nil
}

// bindAbstract gives the socket an abstract name: false if another has it.
func (s *sock) bindAbstract(name string) bool {
	key := abstractKey{s.Type, name}
	abstract.Lock()
	defer abstract.Unlock()
	if abstract.socks[key] != nil {
		return false
	}
	abstract.socks[key] = s
	s.addr.Store(&address{name: name, typ: s.Type})
	return true
}

// autobind gives a socket without a name an abstract one of five digits.
func (s *sock) autobind() error {
	s.op.Lock()
	defer s.op.Unlock()
	if s.addr.Load() != nil {
		return nil
	}
	var r [4]byte
	random.Read(r[:])
	first := binary.NativeEndian.Uint32(r[:])
	for i := range uint32(1 << 20) {
		if s.bindAbstract(kfmt.Sprintf("\x00%05x", (first+i)&0xfffff)) {
			return nil
		}
	}
	return unix.ENOSPC
}

// autobindSender is autobind where Linux does it by itself: a socket with SO_PASSCRED that
// connects or sends.
func (s *sock) autobindSender() error {
	if s.addr.Load() != nil || !s.wantsCred() {
		return nil
	}
	return s.autobind()
}

// unbind takes the name away from a socket that ends. An accepted connection shows its
// listener's name, but does not have it.
func (s *sock) unbind() {
	a := s.addr.Load()
	if a == nil {
		return
	}
	if a.inode != nil {
		if a.inode.Attach(nil) == s {
			a.inode.Detach(s)
			a.inode.Drop()
		}
		return
	}
	abstract.Lock()
	defer abstract.Unlock()
	if key := (abstractKey{a.typ, a.name}); abstract.socks[key] == s {
		delete(abstract.socks, key)
	}
}

// Name appends the socket's name to p, or its peer's: ENOTCONN.
func (s *sock) Name(p []byte, peer bool) ([]byte, error) {
	if peer {
		if s = s.peer.Load(); s == nil {
			return nil, unix.ENOTCONN
		}
	}
	return s.addr.Load().append(p), nil
}
