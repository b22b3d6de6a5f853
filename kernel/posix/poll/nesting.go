package poll

import "sync"

// maxNests is how many epolls may watch each other in a row, besides the first
// (Linux's EP_MAX_NESTS).
const maxNests = 4

// A nesting is an epoll's place among those that watch epolls. Most have none.
type nesting struct {
	children map[*epoll]int // epolls that this one watches, and by how many descriptors
	parents  map[*epoll]int // epolls that watch this one
}

// nestLock guards the nesting of all epolls. It is taken after an epoll's lock.
var nestLock sync.Mutex

// nest notes that parent is about to watch child. It reports false, and notes nothing, if
// that would make a loop or too long a row (ELOOP).
func nest(parent, child *epoll) bool {
	nestLock.Lock()
	defer nestLock.Unlock()
	down := child.depth(parent, 0)
	if down > maxNests || down+1+parent.height(0) > maxNests {
		return false
	}
	count(&parent.nest.children, child, 1)
	count(&child.nest.parents, parent, 1)
	return true
}

// unnest undoes nest.
func unnest(parent, child *epoll) {
	nestLock.Lock()
	defer nestLock.Unlock()
	count(&parent.nest.children, child, -1)
	count(&child.nest.parents, parent, -1)
}

func count(m *map[*epoll]int, ep *epoll, n int) {
	if *m == nil {
		*m = map[*epoll]int{}
	}
	if (*m)[ep] += n; (*m)[ep] == 0 {
		delete(*m, ep)
	}
}

// depth returns how long the longest row of epolls below ep is: more than maxNests if it
// is too long or leads to top.
func (ep *epoll) depth(top *epoll, at int) int {
	if ep == top || at > maxNests {
		return maxNests + 1
	}
	d := 0
	for child := range ep.nest.children {
		d = max(d, child.depth(top, at+1)+1)
	}
	return d
}

// height returns how long the longest row of epolls above ep is.
func (ep *epoll) height(at int) int {
	if at > maxNests {
		return maxNests + 1
	}
	h := 0
	for parent := range ep.nest.parents {
		h = max(h, parent.height(at+1)+1)
	}
	return h
}
