module shim

go 1.24

require github.com/palabra-ai/libpalabra/bindings/go v0.0.0

replace github.com/palabra-ai/libpalabra/bindings/go => ../../../bindings/go
