package unix

import "sync/atomic"

// A socket that was sent over itself, or two that were sent over each other, and whose descriptors
// were then closed, are open for ever: each waits in the queue of a socket that nobody can receive from.
// collect finds these cycles, as Linux does: when a socket is closed while others are in flight.

// collecting counts who asks for a collection: the first one does it, again for the others.
var collecting atomic.Int32

// collect closes the sockets in flight that nobody can receive any more.
func collect() {
	if !flight.any.Load() || collecting.Add(1) > 1 {
		return
	}
	for {
		asked := collecting.Load()
		for _, r := range garbage() {
			r.drop() // may end sockets, which ask for another collection
		}
		if collecting.CompareAndSwap(asked, 0) {
			return
		}
	}
}

// garbage takes the files out of the queues that nobody can receive from, and returns them.
//
// A socket may be out of reach if all references to it are in flight. It is within reach nevertheless
// if one of them is not in the queue of such a socket, or if it is in the queue of one within reach. While
// flight.mu is held, nothing takes off or lands; what a receiver has taken out of a queue but
// not landed yet counts as within reach.
func garbage() []*rights {
	flight.mu.Lock()
	defer flight.mu.Unlock()
	inside := map[*sock]int{} // candidates: references from queues of candidates
	for s, f := range flight.socks {
		if f.Refs() == s.inFlight {
			inside[s] = 0
		}
	}
	for s := range inside {
		s.eachInQueue(func(o *sock) {
			if _, ok := inside[o]; ok {
				inside[o]++
			}
		})
	}
	var reached []*sock
	for s, n := range inside {
		if n < s.inFlight {
			reached = append(reached, s)
		}
	}
	for len(reached) > 0 {
		s := reached[len(reached)-1]
		reached = reached[:len(reached)-1]
		if _, ok := inside[s]; !ok {
			continue
		}
		delete(inside, s)
		s.eachInQueue(func(o *sock) { reached = append(reached, o) })
	}
	var lost []*rights
	for s := range inside {
		lost = append(lost, s.takeRights()...)
	}
	return lost
}

// queues returns the sockets that s receives for: itself and the connections it has not accepted.
func (s *sock) queues() []*sock {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*sock{s}, s.pending...)
}

// eachInQueue calls do for the sockets in flight that s would receive.
func (s *sock) eachInQueue(do func(*sock)) {
	for _, q := range s.queues() {
		for _, r := range q.rights(false) {
			for _, f := range r.files {
				if o := sockOf(f); o != nil {
					do(o)
				}
			}
		}
	}
}

// rights returns the files in the queue, and takes them out if take says so.
func (s *sock) rights(take bool) (all []*rights) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.queue.count {
		seg := s.queue.at(i)
		if seg.files == nil {
			continue
		}
		all = append(all, seg.files)
		if take {
			seg.files = nil
		}
	}
	return all
}

// takeRights takes the files out of the queues of s.
func (s *sock) takeRights() (all []*rights) {
	for _, q := range s.queues() {
		all = append(all, q.rights(true)...)
	}
	return all
}
