// Package park is how a goroutine sleeps until another wakes it: a Parker costs less than a channel
// of one element, which it stands for. It uses the Go runtime's own primitives for that, gopark and goready, which
// stay as they are for others who do so (go.dev/issue/67401).
package park
