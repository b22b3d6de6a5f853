// Command goroutines is ten thousand goroutines, some of which start programs.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	many     = 10_000
	programs = 40
	atOnce   = 8
)

func main() {
	if len(os.Args) > 1 {
		fmt.Println("child", strings.Join(os.Args[1:], " "))
		os.Exit(len(os.Args))
	}
	ring()
	pipes()
	children()
	signals()
	sockets()
}

// ring hands a number through all goroutines, a hundred times.
func ring() {
	first := make(chan int)
	in := first
	for range many {
		out := make(chan int)
		go func(in <-chan int) {
			for n := range in {
				out <- n + 1
			}
			close(out)
		}(in)
		in = out
	}
	const rounds = 20
	go func() {
		for range rounds {
			first <- 0
		}
		close(first)
	}()
	sum := 0
	for n := range in {
		sum += n
	}
	fmt.Println("ring", sum)
}

// pipes has goroutines that block in reads of pipes.
func pipes() {
	var all sync.WaitGroup
	var total atomic.Int64
	for range 200 {
		r, w, err := os.Pipe()
		if err != nil {
			fmt.Println(err)
			return
		}
		all.Go(func() {
			var b bytes.Buffer
			n, err := b.ReadFrom(r)
			if err != nil {
				fmt.Println(err)
			}
			total.Add(n)
			r.Close()
		})
		all.Go(func() {
			time.Sleep(time.Millisecond)
			fmt.Fprint(w, strings.Repeat("x", 1000))
			w.Close()
		})
	}
	all.Wait()
	fmt.Println("pipes", total.Load())
}

// children starts programs from many goroutines.
func children() {
	var all sync.WaitGroup
	var good atomic.Int64
	tickets := make(chan bool, atOnce)
	for i := range programs {
		all.Go(func() {
			tickets <- true
			defer func() { <-tickets }()
			cmd := exec.Command("/proc/self/exe", fmt.Sprint(i), "arg")
			out, err := cmd.Output()
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.ExitCode() == 3 && string(out) == fmt.Sprintf("child %d arg\n", i) {
				good.Add(1)
			}
		})
	}
	all.Wait()
	fmt.Println("children", good.Load())
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := exec.CommandContext(ctx, "/bin/sleep", "60").Run()
	fmt.Println("timeout", err)
	_, err = exec.LookPath("nosuch")
	fmt.Println(err)
}

// signals receives those that the process sends itself.
func signals() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	for range 100 {
		if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
			fmt.Println(err)
		}
		<-c
	}
	fmt.Println("signals")
}

// sockets has a server and many clients.
func sockets() {
	l, err := net.Listen("unix", "/tmp/goroutines.sock")
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				b := make([]byte, 100)
				n, _ := c.Read(b)
				c.Write(bytes.ToUpper(b[:n]))
				c.Close()
			}()
		}
	}()
	var all sync.WaitGroup
	var good atomic.Int64
	for range 100 {
		all.Go(func() {
			c, err := net.Dial("unix", l.Addr().String())
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Fprint(c, "hello")
			var b bytes.Buffer
			b.ReadFrom(c)
			if b.String() == "HELLO" {
				good.Add(1)
			}
			c.Close()
		})
	}
	all.Wait()
	l.Close()
	fmt.Println("sockets", good.Load())
}
