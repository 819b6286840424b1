//go:build cgo

// Code generated from src/ffi by tools/api; DO NOT EDIT.

package palabra

// Fills the fields that have no value from the environment. get is os.Getenv.
func (config *ClientConfig) readEnvironment(get func(name string) string) {
	first := func(names ...string) string {
		for _, name := range names {
			if value := get(name); value != "" {
				return value
			}
		}
		return ""
	}
	if config.Credentials.APIKey == "" && config.Credentials.ClientID == "" && config.Credentials.ClientSecret == "" {
		config.Credentials.APIKey = first("PALABRA_API_KEY")
	}
	if config.Credentials.APIKey == "" && config.Credentials.ClientID == "" && config.Credentials.ClientSecret == "" {
		clientID := first("PALABRA_CLIENT_ID")
		clientSecret := first("PALABRA_CLIENT_SECRET")
		if clientID != "" && clientSecret != "" {
			config.Credentials.ClientID = clientID
			config.Credentials.ClientSecret = clientSecret
		}
	}
	if config.Credentials.Region == "" {
		config.Credentials.Region = first("PALABRA_REGION")
	}
	if config.APIURL == "" {
		config.APIURL = first("PALABRA_API_URL")
	}
	if config.TranslationURL == "" && config.Credentials.ClientID == "" {
		config.TranslationURL = first("PALABRA_TRANSLATION_URL")
	}
	if config.TTSURL == "" {
		config.TTSURL = first("PALABRA_TTS_URL")
	}
	if config.STTURL == "" {
		config.STTURL = first("PALABRA_STT_URL")
	}
	if config.ProxyURL == "" && config.HTTPSProxy == "" {
		config.HTTPSProxy = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
	}
	if config.ProxyURL == "" && config.HTTPProxy == "" {
		if get("REQUEST_METHOD") == "" {
			config.HTTPProxy = first("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
		} else {
			config.HTTPProxy = first("http_proxy", "all_proxy", "ALL_PROXY")
		}
	}
	if config.ProxyURL == "" && config.NoProxy == "" {
		config.NoProxy = first("no_proxy", "NO_PROXY")
	}
	if config.SystemCAFile == "" && config.SystemCADir == "" {
		config.SystemCAFile = first("SSL_CERT_FILE")
		config.SystemCADir = first("SSL_CERT_DIR")
	}
}
