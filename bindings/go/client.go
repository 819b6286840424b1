package palabra

// #include <palabra.h>
import "C"

import (
	"cmp"
	"context"
	"time"
)

const bindingName = "palabra-go/0.1"

// ClientConfig holds credentials, endpoints and trust. Zero values mean the defaults: credentials from the
// environment, the hosted service.
type ClientConfig struct {
	Flags          ClientFlag
	ClientID       string // first generation of credentials; give both of id and secret or neither
	ClientSecret   string
	APIKey         string        // second generation; not together with id and secret
	Region         string        // of the API key; "": PALABRA_REGION, else "eu"
	APIURL         string        // address of the REST API
	TranslationURL string        // address of the translation stream for an API key
	TTSURL         string        // address of the text-to-speech stream
	STTURL         string        // address of the speech-to-text stream
	ProxyURL       string        // HTTP proxy for everything; "": that of the environment
	CAPEM          string        // PEM certificates to trust besides the system's
	CAFile         string        // file with such certificates; at most one of the two
	BindingName    string        // name and version for the User-Agent; "": this package's
	ConnectTimeout time.Duration // for resolving, connecting and encrypting; 0: 10 s
	RESTTimeout    time.Duration // for one REST call; 0: 30 s
}

// A Client opens sessions and asks for what belongs to an account. Any goroutine may use it, and any number of sessions share it.
type Client struct {
	handle *C.palabra_client
}

// NewClient makes a client. Nothing is sent: wrong credentials show when a session is opened.
func NewClient(config ClientConfig) (*Client, error) {
	if config.BindingName == "" {
		config.BindingName = bindingName
	}
	var a arguments
	defer a.release()
	c := config.arguments(&a)
	if a.err != nil {
		return nil, a.err
	}
	client, e := new(Client), newCError()
	return client, explained(C.palabra_client_new(c, &client.handle, e), e)
}

func (config *ClientConfig) arguments(a *arguments) *cClientConfig {
	return &cClientConfig{
		struct_size:        C.sizeof_palabra_client_config,
		flags:              C.uint32_t(config.Flags),
		client_id:          a.text("ClientID", config.ClientID),
		client_secret:      a.text("ClientSecret", config.ClientSecret),
		api_key:            a.text("APIKey", config.APIKey),
		region:             a.text("Region", config.Region),
		api_url:            a.text("APIURL", config.APIURL),
		translation_url:    a.text("TranslationURL", config.TranslationURL),
		tts_url:            a.text("TTSURL", config.TTSURL),
		stt_url:            a.text("STTURL", config.STTURL),
		proxy_url:          a.text("ProxyURL", config.ProxyURL),
		ca_pem:             a.text("CAPEM", config.CAPEM),
		ca_file:            a.text("CAFile", config.CAFile),
		binding_name:       a.text("BindingName", config.BindingName),
		connect_timeout_ms: a.ms("ConnectTimeout", config.ConnectTimeout),
		rest_timeout_ms:    a.ms("RESTTimeout", config.RESTTimeout),
	}
}

// Open opens a translation session and returns at once, in StateConnecting. The outcome is an event: EventReady, or
// EventClosed with the reason. Audio may be sent and commands given from the first moment: they wait inside.
//
// The context is the session's: when it is done, the session is closed.
func (client *Client) Open(ctx context.Context, config Config) (*Session, error) {
	plan, err := config.plan()
	if err != nil {
		return nil, err
	}
	var a arguments
	c := config.arguments(&a)
	// Said in so many words, library and binding cannot differ about how long a frame is.
	c.input_encoding = C.int32_t(plan.input.encoding)
	c.input_channels = C.uint32_t(plan.input.channels)
	return open(ctx, plan, &a, func(session **C.palabra_session, e *cError) cStatus {
		return C.palabra_session_open(client.handle, c, session, e)
	})
}

// What opening a session of any kind has in common.
func open(ctx context.Context, p plan, a *arguments, call func(**C.palabra_session, *cError) cStatus) (*Session, error) {
	defer a.release()
	if err := cmp.Or(ctx.Err(), a.err); err != nil {
		return nil, err
	}
	var handle *C.palabra_session
	e := newCError()
	if err := explained(call(&handle, e), e); err != nil {
		return nil, err
	}
	return newSession(ctx, handle, p), nil
}

// Close gives the client back; its credentials are wiped with the last of its sessions, which live on. Closing twice
// is no error.
func (client *Client) Close() error {
	if status := C.palabra_client_free(client.handle); Status(status) != ErrBadHandle {
		return check(status)
	}
	return nil
}

// Shutdown stops the library: every session of the process is asked to say goodbye, for so long at most, then the
// background thread is joined. A program that simply exits does not need it. A later Open starts the library afresh.
//
// It blocks an OS thread.
func Shutdown(timeout time.Duration) error {
	var a arguments
	ms := a.ms("timeout", timeout)
	if a.err != nil {
		return a.err
	}
	return check(C.palabra_shutdown(ms))
}

// Version is that of the loaded library, such as "0.1.0".
func Version() string { return C.GoString(C.palabra_version_string()) }

// LoadedAPIVersion is the version of the API that the loaded library speaks: it fits if its upper 16 bits are those
// of APIVersion and the rest is not lower.
func LoadedAPIVersion() uint32 { return uint32(C.palabra_api_version()) }
