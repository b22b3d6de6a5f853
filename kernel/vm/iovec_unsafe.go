package vm

import "unsafe"

// loadIovecs reads count struct iovecs at user address a, into room if they fit.
func loadIovecs(as *AddressSpace, a Addr, room []IOVec, count int) ([]IOVec, error) {
	if count == 0 {
		return nil, nil
	}
	if count > cap(room) {
		room = make([]IOVec, count)
	}
	room = room[:count]
	_, err := as.copyIn(unsafe.Pointer(&room[0]), a, count*int(unsafe.Sizeof(room[0])))
	return room, err
}
