package palabra

// #include "palabra.h"
import "C"

import (
	"cmp"
	"context"
	"os"
	"time"
)

const bindingName = "palabra-go/0.1"

// Credentials are an API key, or a client id and secret. Set either kind, not both.
type Credentials struct {
	APIKey       string // API key or short-lived user token
	ClientID     string
	ClientSecret string
	Region       string // of the API key, such as "eu"; "": PALABRA_REGION, else "eu"
}

func (c *Credentials) arguments(a *arguments) cCredentials {
	return cCredentials{
		api_key:       a.text("APIKey", c.APIKey),
		client_id:     a.text("ClientID", c.ClientID),
		client_secret: a.text("ClientSecret", c.ClientSecret),
		region:        a.text("Region", c.Region),
	}
}

// String says nothing: credentials are secrets.
func (Credentials) String() string { return "palabra.Credentials{***}" }

// GoString is String.
func (c Credentials) GoString() string { return c.String() }

// ClientConfig holds credentials, endpoints and TLS settings. Zero values mean the defaults: the variables of the
// environment as NewClient finds them, os.Setenv included, else the hosted service. With ClientIgnoreEnvironment no variable
// is read. The comments of palabra_client_config in palabra.h say more about each field.
type ClientConfig struct {
	Flags          ClientFlag
	Credentials    Credentials   // zero: those of the environment
	TokenSource    TokenSource   // asked for credentials whenever a session or call needs some; nil: nobody is asked
	APIURL         string        // address of the REST API; "": PALABRA_API_URL, else the hosted service
	TranslationURL string        // address of the translation stream for an API key; "": PALABRA_TRANSLATION_URL, else the region's
	TTSURL         string        // address of the text-to-speech stream; "": PALABRA_TTS_URL, else the default
	STTURL         string        // address of the speech-to-text stream; "": PALABRA_STT_URL, else the default
	ProxyURL       string        // proxy for all connections; "": HTTPSProxy or HTTPProxy
	HTTPSProxy     string        // proxy for connections over TLS; "": HTTPS_PROXY, else ALL_PROXY
	HTTPProxy      string        // the same for connections without TLS; "": HTTP_PROXY, else ALL_PROXY
	NoProxy        string        // hosts that are connected to without a proxy, in the form of NO_PROXY
	CAPEM          string        // certificates in PEM format to trust in addition to the system's
	CAFile         string        // file of such certificates, or of one in DER format
	CADir          string        // directory of such files
	SystemCAFile   string        // file with the certificates to trust in place of the system's; "": SSL_CERT_FILE
	SystemCADir    string        // directories of such files, separated as in PATH; "": SSL_CERT_DIR
	BindingName    string        // name and version for the User-Agent; "": this package's
	ConnectTimeout time.Duration // for resolving, connecting and encrypting; 0: 10 s
	RESTTimeout    time.Duration // for one REST call; 0: 30 s
}

// A Client holds credentials and settings of the connection. It opens sessions and makes the calls about an account.
// Any goroutine may use it, and any number of sessions share it.
type Client struct {
	handle *C.palabra_client
	names  *names      // what a session or call without a Queue stands in; nil: it has a queue of its own
	tokens *tokenAsker // nil: no TokenSource
}

// NewClient creates a client. Nothing is sent: wrong credentials show when a session is opened.
//
// ErrUnsupported: the loaded library does not fit this package, or ProxyURL is not an HTTP proxy.
func NewClient(config ClientConfig) (*Client, error) {
	if err := versionCheck(); err != nil {
		return nil, err
	}
	if config.BindingName == "" {
		config.BindingName = bindingName
	}
	if config.Flags&ClientIgnoreEnvironment == 0 {
		// The library reads the environment once for the process, and unsafely beside os.Setenv.
		config.readEnvironment(os.Getenv)
		config.Flags |= ClientIgnoreEnvironment | ClientSystemProxy
	}
	if config.TokenSource != nil {
		config.Flags |= ClientAskCredentials
	}
	var a arguments
	defer a.release()
	c := config.arguments(&a)
	if a.err != nil {
		return nil, a.err
	}
	client, e := new(Client), newCError()
	if err := explained(C.palabra_client_new(c, &client.handle, e), e); err != nil {
		return nil, err
	}
	switch {
	case config.TokenSource != nil:
		client.tokens = newTokenAsker(client, config.TokenSource)
		client.names = &names{needed: client.tokens.ask}
	case config.Flags&ClientAskCredentials == 0:
		client.names = &sourceNames
	}
	return client, nil
}

func (config *ClientConfig) arguments(a *arguments) *cClientConfig {
	return &cClientConfig{
		struct_size:        C.sizeof_palabra_client_config,
		flags:              C.uint32_t(config.Flags),
		credentials:        config.Credentials.arguments(a),
		api_url:            a.text("APIURL", config.APIURL),
		translation_url:    a.text("TranslationURL", config.TranslationURL),
		tts_url:            a.text("TTSURL", config.TTSURL),
		stt_url:            a.text("STTURL", config.STTURL),
		proxy_url:          a.text("ProxyURL", config.ProxyURL),
		https_proxy:        a.text("HTTPSProxy", config.HTTPSProxy),
		http_proxy:         a.text("HTTPProxy", config.HTTPProxy),
		no_proxy:           a.text("NoProxy", config.NoProxy),
		ca_pem:             a.text("CAPEM", config.CAPEM),
		ca_file:            a.text("CAFile", config.CAFile),
		ca_dir:             a.text("CADir", config.CADir),
		system_ca_file:     a.text("SystemCAFile", config.SystemCAFile),
		system_ca_dir:      a.text("SystemCADir", config.SystemCADir),
		binding_name:       a.text("BindingName", config.BindingName),
		connect_timeout_ms: a.ms("ConnectTimeout", config.ConnectTimeout),
		rest_timeout_ms:    a.ms("RESTTimeout", config.RESTTimeout),
	}
}

// SetCredentials replaces the credentials, for sessions that connect from now on, and answers EventCredentialsNeeded.
// They must be of the kind that the client has.
func (client *Client) SetCredentials(credentials Credentials) error {
	var a arguments
	defer a.release()
	c := credentials.arguments(&a)
	if a.err != nil {
		return a.err
	}
	e := newCError()
	return explained(C.palabra_client_set_credentials(client.handle, &c, e), e)
}

// What opening a session of any kind has in common.
func (client *Client) open(
	ctx context.Context, p plan, a *arguments, queue **C.palabra_queue, call func(**C.palabra_session, *cError) cStatus,
) (*Session, error) {
	var handle *C.palabra_session
	in, err := client.opened(ctx, a, queue, func(e *cError) cStatus { return call(&handle, e) })
	if err != nil {
		return nil, err
	}
	return newSession(ctx, handle, p, in), nil
}

// What opening a session or a call has in common. Without a queue of its own its events are waited for by name.
func (client *Client) opened(
	ctx context.Context, a *arguments, queue **C.palabra_queue, open func(*cError) cStatus,
) (in *names, err error) {
	defer a.release()
	if err := cmp.Or(ctx.Err(), a.err); err != nil {
		return nil, err
	}
	if *queue == nil && client.names != nil {
		in = client.names
		if *queue, err = in.join(); err != nil {
			return nil, err
		}
	}
	e := newCError()
	if err = explained(open(e), e); err != nil && in != nil {
		in.leave(0)
	}
	return in, err
}

// Check asks the service whether it answers and accepts the credentials, for health checks: one short request, which creates
// nothing. It says nothing about the streams, which are on other hosts, and nothing about the account's balance.
func (client *Client) Check(ctx context.Context) error {
	_, err := await(ctx, new(arguments), func(limit C.int32_t, e *cError) (struct{}, error) {
		return struct{}{}, explained(C.palabra_client_check(client.handle, limit, e), e)
	})
	return err
}

// Close frees the client. Open sessions remain valid; the credentials are wiped with the last of them. Closing twice is
// not an error.
func (client *Client) Close() error {
	if client.tokens != nil {
		client.tokens.stop()
	}
	if status := C.palabra_client_free(client.handle); Status(status) != ErrBadHandle {
		return check(status)
	}
	return nil
}

// RuntimeConfig has the settings of the library's threads.
type RuntimeConfig struct {
	// How many shards: at most one for each processor that the process may use. 0: 1. -1: one for each processor.
	Shards int32
	Flags  RuntimeFlag
}

// Configure says how many threads, called shards, serve the sessions and calls of the process, before the first one is
// opened. Without it there is one, which serves some hundreds of calls. A session or call lives on the shard that had the
// fewest of them when it was opened. The first call decides, until Shutdown: others with the same settings do nothing, and
// the rest return ErrBusy.
func Configure(config RuntimeConfig) error {
	e := newCError()
	c := C.palabra_runtime_config{
		struct_size: C.sizeof_palabra_runtime_config,
		flags:       C.uint32_t(config.Flags),
		shards:      C.int32_t(config.Shards),
	}
	return explained(C.palabra_runtime_configure(&c, e), e)
}

// Shutdown stops the library: it asks every session of the process to say goodbye, which may take that long, then it
// stops and joins its threads. A program that exits does not need it. A session that is opened afterwards
// starts the library again.
//
// It blocks an OS thread.
func Shutdown(timeout time.Duration) error {
	var a arguments
	limit := a.ms("timeout", timeout)
	if a.err != nil {
		return a.err
	}
	return check(C.palabra_shutdown(limit))
}

// Version returns the version of the loaded library, such as "0.1.0".
func Version() string { return C.GoString(C.palabra_version_string()) }

// HasFeature returns whether an optional part was built into the loaded library: "decoders" are FLAC, MP3 and Ogg
// Vorbis files, "vad" is the detection of speech in calls, "echo" the measurement and
// cancellation of echo, noise suppression and gain control.
func HasFeature(name string) bool {
	text, err := terminated(name)
	return err == nil && C.palabra_has_feature(charPointer(text)) == 1
}
