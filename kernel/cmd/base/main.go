package main

import (
	_ "cairn/kernel/bare"
	"runtime"
	"time"
)

func main() {
	println("hello from bare metal", runtime.Version(), runtime.NumCPU())
	ch := make(chan int)
	for i := range 10 {
		go func() { time.Sleep(time.Duration(i) * time.Millisecond); ch <- i }()
	}
	s := 0
	for range 10 {
		s += <-ch
	}
	println("sum", s)
	func() {
		defer func() { println("recovered", recover().(error).Error()) }()
		var p *int
		*p = 1
	}()
}
