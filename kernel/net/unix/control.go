package unix

import (
	"encoding/binary"
	"slices"

	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/net/socket"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A cred is who sent a message (SCM_CREDENTIALS).
type cred struct {
	known    bool
	pid      int32
	uid, gid uint32
}

// nobody is who sent a message if nobody asked for that when it was sent: no process, and the overflow
// user and group.
var nobody = cred{uid: 65534, gid: 65534}

// credSize is the size of a struct ucred.
const credSize = 12

// wantsCred says whether messages to the socket come with credentials.
func (s *sock) wantsCred() bool { return s.Has(socket.PassCred) }

// addCred says who sends seg, if one of the ends wants to know, or if the other one is not accepted yet and
// may want to.
func (s *sock) addCred(t *task.Task, other *sock, seg *segment) {
	if seg.cred.known || !s.wantsCred() && !other.wantsCred() && other.Inode() != nil {
		return
	}
	c := vfs.CredOf(t)
	seg.cred = cred{known: true, pid: t.Proc.PID, uid: c.RUID, gid: c.RGID}
}

// parseControl returns the segment that control messages describe: EINVAL for those that do not exist
// or are of the wrong size, and the errors of SCM_RIGHTS and SCM_CREDENTIALS.
func parseControl(t *task.Task, p []byte) (seg segment, err error) {
	for {
		c, rest, ok, err := socket.NextControl(p)
		if err == nil && !ok {
			break
		}
		if err == nil && c.Level == unix.SOL_SOCKET {
			err = seg.add(t, c)
		}
		if err != nil {
			seg.files.forget()
			return segment{}, err
		}
		p = rest
	}
	if err := seg.files.launch(t); err != nil {
		seg.files.forget()
		return segment{}, err
	}
	return seg, nil
}

// add adds one control message of SOL_SOCKET.
func (s *segment) add(t *task.Task, c socket.ControlMessage) (err error) {
	switch c.Type {
	case unix.SCM_RIGHTS:
		s.files, err = s.files.add(t, c.Data)
		return err
	case unix.SCM_CREDENTIALS:
		s.cred, err = parseCred(t, c.Data)
		return err
	}
	return unix.EINVAL
}

// parseCred returns the credentials of a struct ucred: EINVAL if it is of another size, EPERM if they are not
// the sender's, ESRCH if there is no such process.
func parseCred(t *task.Task, p []byte) (cred, error) {
	if len(p) != credSize {
		return cred{}, unix.EINVAL
	}
	c := cred{true, int32(binary.NativeEndian.Uint32(p)), binary.NativeEndian.Uint32(p[4:]), binary.NativeEndian.Uint32(p[8:])}
	own, ids := vfs.CredOf(t), facts.Process.Creds(t)
	switch {
	case c.pid != t.Proc.PID && !own.Has(unix.CAP_SYS_ADMIN),
		!slices.Contains(ids.UID[:3], c.uid) && !own.Has(unix.CAP_SETUID),
		!slices.Contains(ids.GID[:3], c.gid) && !own.Has(unix.CAP_SETGID):
		return cred{}, unix.EPERM
	case c.uid == ^uint32(0) || c.gid == ^uint32(0):
		return cred{}, unix.EINVAL
	case c.pid != t.Proc.PID && task.Find(c.pid) == nil:
		return cred{}, unix.ESRCH
	}
	return c, nil
}

// putControl gives the receiver the control messages of what it took, and sets MSG_CTRUNC if it has no
// room for them.
func (s *sock) putControl(t *task.Task, m *socket.Message, x *taken) error {
	wants := s.wantsCred()
	if !m.HasControl() {
		if wants || x.files != nil {
			m.Flags |= unix.MSG_CTRUNC
		}
		x.files.drop()
		return nil
	}
	if wants {
		c := x.cred
		if !c.known {
			c = nobody
		}
		var p [credSize]byte
		binary.NativeEndian.PutUint32(p[:], uint32(c.pid))
		binary.NativeEndian.PutUint32(p[4:], c.uid)
		binary.NativeEndian.PutUint32(p[8:], c.gid)
		if err := m.Put(unix.SOL_SOCKET, unix.SCM_CREDENTIALS, p[:]); err != nil {
			x.files.drop()
			return err
		}
	}
	if x.files == nil {
		return nil
	}
	return putFiles(t, m, x.files)
}

// fdSize is the size of a descriptor in a control message.
const fdSize = 4

// putFiles gives the receiver a descriptor for each file that there is room for. The others are closed,
// with MSG_CTRUNC.
func putFiles(t *task.Task, m *socket.Message, r *rights) error {
	defer r.drop()
	cloexec := m.Flags&unix.MSG_CMSG_CLOEXEC != 0
	room, n := m.ControlRoom()/fdSize, 0
	for n < min(room, len(r.files)) {
		fd, err := fdtab.Reserve(t, cloexec)
		if err != nil {
			break
		}
		if err := vm.Store(t.AS, m.DataAddr()+vm.Addr(n*fdSize), int32(fd)); err != nil {
			fdtab.Release(t, fd)
			break
		}
		r.files[n].Get()
		fdtab.Fill(t, fd, r.files[n])
		n++
	}
	if n < len(r.files) {
		m.Flags |= unix.MSG_CTRUNC
	}
	if n == 0 {
		return nil
	}
	return m.PutHeader(unix.SOL_SOCKET, unix.SCM_RIGHTS, n*fdSize)
}

// fdOf returns descriptor number i of a control message.
func fdOf(p []byte, i int) sys.FD { return sys.FD(binary.NativeEndian.Uint32(p[i*fdSize:])) }
