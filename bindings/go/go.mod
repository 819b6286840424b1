module github.com/palabra-ai/libpalabra/bindings/go

go 1.24
