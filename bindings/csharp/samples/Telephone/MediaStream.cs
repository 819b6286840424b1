using System.Buffers;
using System.Buffers.Text;
using System.Net.WebSockets;
using System.Text.Json;

namespace Telephone;

/// <summary>The media-stream protocol over the WebSocket of one call.</summary>
internal sealed class MediaStream(WebSocket socket)
{
    /// <summary>Bytes of 20 ms of mu-law.</summary>
    public const int FrameBytes = 160;

    private readonly byte[] incoming = new byte[8192];
    private readonly byte[] audio = new byte[4096];
    private readonly ArrayBufferWriter<byte> outgoing = new(512);

    /// <summary>The carrier's id of the stream; empty until its start message came.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The audio of the next media message, until the next call; null: the call is over.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken gone)
    {
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult got;
            do
            {
                if (length == incoming.Length)
                    throw new WebSocketException("a message of more than 8 kB");
                got = await socket.ReceiveAsync(incoming.AsMemory(length), gone);
                length += got.Count;
            }
            while (!got.EndOfMessage);
            if (got.MessageType == WebSocketMessageType.Close)
                return null;
            if (!Parse(incoming.AsSpan(0, length), out int bytes))
                return null;
            if (bytes > 0)
                return audio.AsMemory(0, bytes);
        }
    }

    /// <summary>Sends audio to the caller. One call at a time.</summary>
    public ValueTask WriteAsync(ReadOnlySpan<byte> frame, CancellationToken gone)
    {
        outgoing.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(outgoing))
        {
            json.WriteStartObject();
            json.WriteString("event"u8, "media"u8);
            json.WriteString("streamSid"u8, Id);
            json.WriteStartObject("media"u8);
            json.WriteBase64String("payload"u8, frame);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return socket.SendAsync(outgoing.WrittenMemory, WebSocketMessageType.Text, true, gone);
    }

    public async Task CloseAsync(CancellationToken gone)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone);
    }

    /// <summary>Reads one message; false: it was the stop message.</summary>
    private bool Parse(ReadOnlySpan<byte> message, out int bytes)
    {
        bytes = 0;
        var json = new Utf8JsonReader(message);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
                continue;
            if (json.ValueTextEquals("event"u8))
            {
                json.Read();
                if (json.ValueTextEquals("stop"u8))
                    return false;
            }
            else if (json.ValueTextEquals("streamSid"u8))
            {
                json.Read();
                if (Id.Length == 0)
                    Id = json.GetString() ?? "";
            }
            else if (json.ValueTextEquals("payload"u8))
            {
                json.Read();
                if (Base64.DecodeFromUtf8(json.ValueSpan, audio, out _, out bytes) != OperationStatus.Done)
                    throw new WebSocketException("a payload that is not base64, or longer than 0.5 s");
            }
        }
        return true;
    }
}
