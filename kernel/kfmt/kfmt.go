// Package kfmt formats text for the kernel: the verbs of package fmt that the
// kernel uses. Package fmt itself would cost an image more than half a megabyte,
// since it makes the linker keep every exported method of every type.
//
// The verbs are %v %s %d %x %X %o %b %c %q %t %f %U and %w, with the flags '-', '0',
// '#', '+' and ' ', width and precision. Other values than numbers, strings, byte
// slices, booleans, errors and types with a String method are shown by their type only.
package kfmt

import (
	"errors"
	"io"
)

// Sprintf returns the text.
func Sprintf(format string, args ...any) string { return string(Appendf(nil, format, args...)) }

// Fprintf writes the text to w.
func Fprintf(w io.Writer, format string, args ...any) (int, error) {
	return w.Write(Appendf(nil, format, args...))
}

// Sprint returns the value as %v shows it.
func Sprint(arg any) string { return Sprintf("%v", arg) }

// Errorf returns an error with the text, which wraps the arguments of its %w verbs.
func Errorf(format string, args ...any) error {
	p := printer{args: args}
	p.run(format)
	switch len(p.wrapped) {
	case 0:
		return errors.New(string(p.out))
	case 1:
		return &wrapError{string(p.out), p.wrapped[0]}
	}
	return &wrapErrors{string(p.out), p.wrapped}
}

// Appendf appends the text to b.
func Appendf(b []byte, format string, args ...any) []byte {
	p := printer{out: b, args: args}
	p.run(format)
	return p.out
}

type wrapError struct {
	text string
	err  error
}

// Error returns the text.
func (e *wrapError) Error() string { return e.text }

// Unwrap returns the argument of %w.
func (e *wrapError) Unwrap() error { return e.err }

type wrapErrors struct {
	text string
	errs []error
}

// Error returns the text.
func (e *wrapErrors) Error() string { return e.text }

// Unwrap returns the arguments of %w.
func (e *wrapErrors) Unwrap() []error { return e.errs }
