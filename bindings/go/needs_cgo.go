//go:build !cgo

package palabra

// The C library is called by way of cgo: set CGO_ENABLED=1, and CC to a C compiler for the target.
var _ = palabra_needs_cgo_and_a_C_compiler
