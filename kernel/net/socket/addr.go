package socket

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// maxAddr is the size of a struct sockaddr_storage: the longest address.
const maxAddr = 128

// loadAddr reads an address of n bytes at user address a into room: EINVAL if it is too long,
// EFAULT.
func loadAddr(t *task.Task, room []byte, a vm.Addr, n sys.SockLen) ([]byte, error) {
	if n > maxAddr {
		return nil, unix.EINVAL
	}
	if n == 0 {
		return nil, nil
	}
	_, err := t.CopyIn(room[:n], a)
	return room[:n], err
}

// storeAddr stores an address at user address a, as far as the length at user address n
// says there is room, and its real length there: EINVAL if the length is negative, EFAULT.
func storeAddr(t *task.Task, addr []byte, a, n vm.Addr) error {
	room, err := vm.Load[int32](t.AS, n)
	if err != nil {
		return err
	}
	if room < 0 {
		return unix.EINVAL
	}
	if room = min(room, int32(len(addr))); room > 0 { // else any address will do
		if _, err := t.CopyOut(a, addr[:room]); err != nil {
			return err
		}
	}
	return vm.Store(t.AS, n, uint32(len(addr)))
}
