// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;

namespace PalabraAI.Extensions.AI;

/// <summary>
/// Text-to-speech for programs that are written against <see cref="ITextToSpeechClient"/>. Each request opens a session of its own, and a
/// request that is cancelled cancels its speech.
/// </summary>
/// <remarks>
/// `AudioFormat` is "wav" (the default of a whole speech), "pcm" (16-bit samples, the default of a stream), or "mp3". `Speed` 1 is the voice's
/// own; there is no pitch and no volume. `RawRepresentationFactory` may return <see cref="TtsOptions"/>.
/// </remarks>
[Experimental("MEAI001")]
public sealed class PalabraTextToSpeechClient : ITextToSpeechClient
{
    private readonly PalabraClient client;
    private readonly string? language;
    private readonly TextToSpeechClientMetadata metadata = new("palabra");

    /// <summary>Makes a client of another one, which stays the program's.</summary>
    /// <param name="client">Opens the sessions.</param>
    /// <param name="language">The language of requests that name none, such as "en".</param>
    public PalabraTextToSpeechClient(PalabraClient client, string? language = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        this.client = client;
        this.language = language;
    }

    /// <inheritdoc/>
    public async Task<TextToSpeechResponse> GetAudioAsync(string text, TextToSpeechOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        string kind = AudioKind.Wanted(options?.AudioFormat, "wav");
        TtsSession session = await client.OpenTtsAsync(Settings(options, kind), cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            PalabraAudio speech = await session.SynthesizeAsync(text, cancellationToken: cancellationToken).ConfigureAwait(false);
            ReadOnlyMemory<byte> bytes = kind == "audio/mpeg" ? speech.Data : kind == "audio/wav" ? AudioKind.Wav(speech) : AudioKind.Bytes(speech.Samples.Span);
            return new TextToSpeechResponse([new DataContent(bytes, kind)]) { ResponseId = session.Name, ModelId = options?.ModelId, RawRepresentation = speech };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TextToSpeechResponseUpdate> GetStreamingAudioAsync(
        string text, TextToSpeechOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        string kind = AudioKind.Wanted(options?.AudioFormat, "pcm");
        if (kind == "audio/wav")
            throw new ArgumentException("A WAV file says its length first: a stream is pcm or mp3.", nameof(options));
        TtsSession session = await client.OpenTtsAsync(Settings(options, kind), cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            yield return new TextToSpeechResponseUpdate { Kind = TextToSpeechResponseUpdateKind.SessionOpen, ResponseId = session.Name };
            await foreach (AudioEvent chunk in session.SpeakAsync(text, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                ReadOnlyMemory<byte> bytes = kind == "audio/mpeg" ? chunk.Data : AudioKind.Bytes(chunk.Samples.Span);
                yield return new TextToSpeechResponseUpdate([new DataContent(bytes, kind)])
                {
                    Kind = chunk.IsLast ? TextToSpeechResponseUpdateKind.AudioUpdated : TextToSpeechResponseUpdateKind.AudioUpdating,
                    ResponseId = session.Name, RawRepresentation = chunk,
                };
            }
        }
        yield return new TextToSpeechResponseUpdate { Kind = TextToSpeechResponseUpdateKind.SessionClose };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(TextToSpeechClientMetadata) ? metadata
            : serviceType == typeof(PalabraClient) ? client
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Does nothing: the <see cref="PalabraClient"/> is the program's.</summary>
    public void Dispose()
    {
    }

    private TtsOptions Settings(TextToSpeechOptions? options, string kind)
    {
        TtsOptions settings = options?.RawRepresentationFactory?.Invoke(this) as TtsOptions ?? new TtsOptions { SplitLongTexts = true };
        settings.Language = options?.Language ?? settings.Language ?? language;
        settings.Model = options?.ModelId ?? settings.Model;
        settings.Voice.VoiceId = options?.VoiceId ?? settings.Voice.VoiceId;
        settings.Format = kind == "audio/mpeg" ? TtsFormat.Mp3 : settings.Format == TtsFormat.Mp3 ? TtsFormat.Pcm : settings.Format;
        if (options?.Speed is float speed)
            settings.Voice.SpeedPercent = (int)Math.Round(100 * speed);
        return settings;
    }
}
