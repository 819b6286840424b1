//go:build !palabra_static

package palabra

// #cgo pkg-config: palabra
import "C"
