#include "translate.h"

static gboolean plugin_init(GstPlugin *plugin) {
    return gst_element_register(plugin, "palabratranslate", GST_RANK_NONE, PALABRA_TYPE_TRANSLATE);
}

/* "MIT/X11" is how GStreamer calls one of the two licences. */
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, palabra, "Live speech translation by Palabra AI", plugin_init,
                  PALABRA_VERSION_STRING, "MIT/X11", PACKAGE, "https://palabra.ai")
