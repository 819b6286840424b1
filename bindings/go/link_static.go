//go:build palabra_static

package palabra

// // The archive is named outright: where both kinds are installed the linker would take the shared one.
// #cgo linux LDFLAGS: -l:libpalabra.a -Wl,--as-needed
// #cgo pkg-config: --static palabra
import "C"
