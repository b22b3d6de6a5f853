package wait

import "testing"

type counter struct{ n, last int }

func (c *counter) Notify(_ *Entry, ev Events) { c.n, c.last = c.n+1, int(ev) }

func TestQueue(t *testing.T) {
	var q Queue
	var in, out, ex1, ex2 counter
	ein := Entry{Mask: In, Waiter: &in}
	eout := Entry{Mask: Out, Waiter: &out}
	e1 := Entry{Mask: In, Waiter: &ex1, Exclusive: true}
	e2 := Entry{Mask: In, Waiter: &ex2, Exclusive: true}
	for _, e := range []*Entry{&ein, &e1, &eout, &e2} {
		q.Add(e)
	}
	q.Wake(In)
	if in.n != 1 || out.n != 0 || ex1.n != 1 || ex2.n != 0 {
		t.Errorf("after Wake(In): %d %d %d %d, want 1 0 1 0", in.n, out.n, ex1.n, ex2.n)
	}
	q.Wake(Hup)
	if out.n != 1 || Events(out.last) != Hup {
		t.Error("Hup does not reach those who wait for Out")
	}
	e1.Declined = true
	q.Wake(In)
	if ex1.n != 3 || ex2.n != 1 {
		t.Errorf("when the first declines: %d %d, want 3 1", ex1.n, ex2.n)
	}
	q.Remove(&e1)
	q.Remove(&e1)
	ex1.n, ex2.n = 2, 0
	q.Wake(In)
	if ex1.n != 2 || ex2.n != 1 {
		t.Errorf("after Remove: %d %d, want 2 1", ex1.n, ex2.n)
	}
	for _, e := range []*Entry{&ein, &eout, &e2} {
		q.Remove(e)
	}
	if !q.Empty() {
		t.Error("queue is not empty after all left")
	}
}

func TestMark(t *testing.T) {
	var q, other Queue
	m := q.Mark()
	e := Entry{Mask: In, Waiter: new(counter)}
	q.Add(&e)
	if !m.Stands(&q) || m.Stands(&other) || new(Mark).Stands(&q) {
		t.Error("the mark is of another queue, or an entry counts as a wake-up")
	}
	q.Remove(&e)
	q.Wake(Out)
	if m.Stands(&q) {
		t.Error("the mark stands after a wake-up that nobody waited for")
	}
	if !q.Empty() {
		t.Error("wake-ups count as entries")
	}
	e.Leave()
	q.Add(&e)
	e.Leave()
	if !q.Empty() {
		t.Error("Leave left the entry in the queue")
	}
}
