// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;

namespace PalabraAI.Extensions.AI;

/// <summary>
/// Speech-to-text for programs that are written against <see cref="ISpeechToTextClient"/>. Each request opens a session of its own.
/// </summary>
/// <remarks>
/// A stream is a file or recording of WAV, MP3, AAC, FLAC, Ogg or WebM, which its first bytes tell; or 16-bit samples of one channel, with
/// <see cref="SpeechToTextOptions.SpeechSampleRate"/>. `TextLanguage` asks for a translation. `RawRepresentationFactory` may return
/// <see cref="SttOptions"/>, whose format counts for what the first bytes do not tell.
/// </remarks>
[Experimental("MEAI001")]
public sealed class PalabraSpeechToTextClient : ISpeechToTextClient
{
    private const int PieceBytes = 8192;
    private readonly PalabraClient client;
    private readonly string? language;
    private readonly SpeechToTextClientMetadata metadata = new("palabra");

    /// <summary>Makes a client of another one, which stays the program's.</summary>
    /// <param name="client">Opens the sessions.</param>
    /// <param name="language">The language of requests that name none, such as "en".</param>
    public PalabraSpeechToTextClient(PalabraClient client, string? language = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        this.client = client;
        this.language = language;
    }

    /// <inheritdoc/>
    public async Task<SpeechToTextResponse> GetTextAsync(
        Stream audioSpeechStream, SpeechToTextOptions? options = null, CancellationToken cancellationToken = default)
    {
        var finals = new List<SpeechToTextResponseUpdate>();
        await foreach (SpeechToTextResponseUpdate update in GetStreamingTextAsync(audioSpeechStream, options, cancellationToken).ConfigureAwait(false))
        {
            if (update.Kind == SpeechToTextResponseUpdateKind.TextUpdated)
                finals.Add(update);
        }
        return new SpeechToTextResponse(string.Join(" ", finals.Select(update => update.Text)))
        {
            StartTime = finals.FirstOrDefault()?.StartTime, EndTime = finals.LastOrDefault()?.EndTime, ModelId = options?.ModelId,
            RawRepresentation = finals.ConvertAll(update => update.RawRepresentation),
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SpeechToTextResponseUpdate> GetStreamingTextAsync(
        Stream audioSpeechStream, SpeechToTextOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audioSpeechStream);
        var head = new byte[AudioKind.HeadBytes];
        int length = await audioSpeechStream.ReadAtLeastAsync(head, head.Length, false, cancellationToken).ConfigureAwait(false);
        SttOptions settings = Settings(options, head.AsSpan(0, length));
        SttSession session = await client.OpenSttAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task sending = SendAsync(session, head.AsMemory(0, length), audioSpeechStream, settings.Format is SttFormat.Pcm or SttFormat.Default, ends.Token);
            try
            {
                yield return new SpeechToTextResponseUpdate { Kind = SpeechToTextResponseUpdateKind.SessionOpen, ResponseId = session.Name };
                await foreach (PalabraEvent what in session.ReadEventsAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (Update(what, settings.TargetLanguages.Count > 0) is SpeechToTextResponseUpdate update)
                        yield return update;
                    if (what is ClosedEvent { Error: PalabraException error })
                        throw error;
                }
                await sending.ConfigureAwait(false);
            }
            finally
            {
                await ends.CancelAsync().ConfigureAwait(false);
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        yield return new SpeechToTextResponseUpdate { Kind = SpeechToTextResponseUpdateKind.SessionClose };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(SpeechToTextClientMetadata) ? metadata
            : serviceType == typeof(PalabraClient) ? client
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Does nothing: the <see cref="PalabraClient"/> is the program's.</summary>
    public void Dispose()
    {
    }

    private SttOptions Settings(SpeechToTextOptions? options, ReadOnlySpan<byte> head)
    {
        var theirs = options?.RawRepresentationFactory?.Invoke(this) as SttOptions;
        SttOptions settings = theirs ?? new SttOptions();
        settings.Language = options?.SpeechLanguage ?? settings.Language ?? language;
        if (options?.TextLanguage is string wanted && wanted != settings.Language)
            settings.TargetLanguages.Add(wanted);
        if (AudioKind.OfHead(head) is SttFormat format)
        {
            settings.Format = format;
        }
        else if (options?.SpeechSampleRate is int rate)
        {
            settings.Format = SttFormat.Pcm;
            settings.Input.Format.SampleRate = rate;
        }
        else if (theirs is null)
        {
            throw new ArgumentException("The stream is no WAV, MP3, AAC, FLAC, Ogg or WebM; samples need SpeechSampleRate.", nameof(options));
        }
        return settings;
    }

    private static async Task SendAsync(SttSession session, ReadOnlyMemory<byte> head, Stream rest, bool isSamples, CancellationToken cancellationToken)
    {
        try
        {
            var piece = new byte[PieceBytes];
            head.CopyTo(piece);
            for (int length = head.Length; ; length = 0)
            {
                // Whole samples, and few messages.
                length += await rest.ReadAtLeastAsync(piece.AsMemory(length), piece.Length - length, false, cancellationToken).ConfigureAwait(false);
                ReadOnlyMemory<byte> full = piece.AsMemory(0, isSamples ? length & ~1 : length);
                if (full.IsEmpty)
                    break;
                await (isSamples ? session.SendAudioAsync(full, cancellationToken) : session.SendEncodedAsync(full, cancellationToken)).ConfigureAwait(false);
            }
        }
        finally
        {
            // Also after a stream that cannot be read: who reads the events would wait for more.
            End(session);
        }
    }

    private static void End(SttSession session)
    {
        try
        {
            session.End();
        }
        catch (PalabraException)
        {
            // It is over, which its last event says.
        }
    }

    private static SpeechToTextResponseUpdate? Update(PalabraEvent what, bool isTranslated)
    {
        if (what is TranscriptEvent text && text.IsTranslation == isTranslated && text.Text.Length > 0)
        {
            return new SpeechToTextResponseUpdate(text.Text)
            {
                Kind = text.IsFinal ? SpeechToTextResponseUpdateKind.TextUpdated : SpeechToTextResponseUpdateKind.TextUpdating,
                StartTime = text.Start, EndTime = text.End, ResponseId = text.SessionName, RawRepresentation = text,
            };
        }
        return what is ErrorEvent error
            ? new SpeechToTextResponseUpdate([new ErrorContent(error.Error.Text)]) { Kind = SpeechToTextResponseUpdateKind.Error, RawRepresentation = error }
            : null;
    }
}
