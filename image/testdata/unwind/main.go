// Command unwind does what makes the Go runtime look at its table of functions,
// and prints what comes of it. With an argument it ends in a panic that nobody
// recovers.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

func main() {
	fmt.Println("direct:", try(func() { defer direct(); panic("p") }))
	fmt.Println("inlined into the deferred function:", try(func() { defer func() { direct() }(); panic("p") }))
	fmt.Println("closure:", try(func() { defer func() { recover() }(); panic("p") }))
	fmt.Println("recover itself:", try(func() { defer recover(); panic("p") }))
	fmt.Println("with an argument:", try(func() { defer withArgument(1); panic("p") }))
	fmt.Println("method value:", try(func() { defer (&counter{}).rescue(); panic("p") }))
	fmt.Println("called by a method value:", try(func() { defer (&counter{}).delegate(); panic("p") }))
	fmt.Println("interface:", try(func() { var r rescuer = counter{}; defer r.rescue(); panic("p") }))
	fmt.Println("embedded:", try(func() { var r rescuer = &outer{}; defer r.rescue(); panic("p") }))
	fmt.Println("in a loop:", try(func() {
		for range 3 {
			defer direct()
		}
		panic("p")
	}))
	fmt.Println("panic while panicking:", try(func() { defer func() { defer direct(); panic("q") }(); panic("p") }))
	fmt.Println("bounds:", message(func() { s := []int{1, 2}; fmt.Println(s[len(os.Args)+4]) }))
	fmt.Println("slice:", message(func() { s := []int{1, 2}; fmt.Println(s[len(os.Args)+3:]) }))
	fmt.Println("nil:", message(func() { var c *counter; fmt.Println(c.n) }))
	fmt.Println("value method:", message(func() { noCounter.rescue() }))
	fmt.Println("division:", message(func() { fmt.Println(1 / (len(os.Args) / 100)) }))
	fmt.Println("callers:", callers())
	fmt.Println("stacks:", grow(400))
	var ch = make(chan int)
	for i := range 8 {
		go func() { ch <- grow(50 * (i + 1)) }()
	}
	sum := 0
	for range 8 {
		sum += <-ch
		runtime.GC()
	}
	fmt.Println("goroutines:", sum)
	if len(os.Args) > 1 {
		outermost([]string{"x"})
	}
}

// try says what becomes of a panic.
func try(f func()) (result string) {
	defer func() {
		if r := recover(); r != nil {
			result = fmt.Sprint("passed on ", r)
		}
	}()
	f()
	return "recovered"
}

// message returns the text of a panic.
func message(f func()) (text string) {
	defer func() {
		err, _ := recover().(error)
		var r runtime.Error
		text = fmt.Sprint(err, " ", errors.As(err, &r))
	}()
	f()
	return "none"
}

func direct() { recover() }

func withArgument(int) { recover() }

type rescuer interface{ rescue() }

type counter struct{ n int }

func (c counter) rescue() { recover() }

func (c *counter) delegate() { apart() }

//go:noinline
func apart() { recover() }

// noCounter is a nil pointer with a method of the value.
var noCounter rescuer = (*counter)(nil)

type outer struct {
	_ [3]int
	counter
}

// callers returns which of this program's functions are active.
//
//go:noinline
func callers() string {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs[:])])
	var names []string
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if strings.HasPrefix(f.Function, "main.") {
			names = append(names, f.Function)
		}
	}
	return strings.Join(names, " ")
}

// grow makes a deep stack with pointers into the heap and into itself, which the
// collector finds and the growing stack moves.
func grow(depth int) int {
	local := [4]int{depth, 1, 2, 3}
	heap := &counter{n: depth}
	own := &local
	if depth%40 == 0 {
		runtime.GC()
	}
	below := 0
	if depth > 0 {
		below = grow(depth - 1)
	}
	return below + heap.n + own[0] + own[3]
}

//go:noinline
func outermost(s []string) { fmt.Println(s[innermost(len(s))]) }

//go:noinline
func innermost(n int) int {
	if n > 0 {
		panic("nobody recovers this")
	}
	return n
}
