package vm

import (
	"sync"

	"cairn/kernel/mem"
)

// A Quota limits the pages of several Pages together, as the size of a tmpfs
// does. Its methods may be called by several goroutines at once.
type Quota struct {
	mu    sync.Mutex
	limit uint64
	used  uint64
}

// NewQuota returns a quota of limit bytes, rounded up to whole pages.
func NewQuota(limit uint64) *Quota { return &Quota{limit: pages(pageUp(limit))} }

// SetLimit changes the limit, in bytes. It may be less than what is in use.
func (q *Quota) SetLimit(limit uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.limit = pages(pageUp(limit))
}

// Usage returns the limit and what is in use, in bytes.
func (q *Quota) Usage() (limit, used uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.limit << mem.PageShift, q.used << mem.PageShift
}

// take counts one page more, if that is allowed and leaves processes what they need. A nil quota allows all.
func (q *Quota) take() bool {
	if q == nil {
		return true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.used >= q.limit || mem.Low() {
		return false
	}
	q.used++
	return true
}

// left returns how many pages more there may be: no more than there is memory for.
func (q *Quota) left() uint64 {
	n := pages(mem.Available())
	if q != nil {
		q.mu.Lock()
		defer q.mu.Unlock()
		n = min(n, q.limit-min(q.used, q.limit))
	}
	return n
}

// give counts n pages less.
func (q *Quota) give(n uint64) {
	if q == nil || n == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.used -= n
}
