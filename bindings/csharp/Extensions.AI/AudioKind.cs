// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Buffers.Binary;

namespace PalabraAI.Extensions.AI;

/// <summary>Kinds of audio, by their first bytes and by the names that programs use for them.</summary>
internal static class AudioKind
{
    /// <summary>As many bytes as <see cref="OfHead"/> looks at.</summary>
    internal const int HeadBytes = 12;

    /// <summary>What a file or stream is; null: nothing that is known.</summary>
    internal static SttFormat? OfHead(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("RIFF"u8) && head.Length >= HeadBytes && head[8..].StartsWith("WAVE"u8))
            return SttFormat.Wav;
        if (head.StartsWith("OggS"u8))
            return SttFormat.Ogg;
        if (head.StartsWith("fLaC"u8))
            return SttFormat.Flac;
        if (head.StartsWith(new byte[] { 0x1A, 0x45, 0xDF, 0xA3 }))
            return SttFormat.Webm;
        if (head.StartsWith("ID3"u8))
            return SttFormat.Mp3;
        if (head.Length < 2 || head[0] != 0xFF || (head[1] & 0xE0) != 0xE0)
            return null;
        // A frame of MPEG audio; the bits of the layer are 0 in AAC alone.
        return (head[1] & 0x06) == 0 ? SttFormat.Aac : SttFormat.Mp3;
    }

    /// <summary>How speech is asked for, such as "mp3" or "audio/wav"; null is `otherwise`.</summary>
    internal static string Wanted(string? format, string otherwise)
    {
        string name = (format ?? otherwise).ToUpperInvariant();
        int slash = name.LastIndexOf('/');
        return (slash < 0 ? name : name[(slash + 1)..]) switch
        {
            "MP3" or "MPEG" => "audio/mpeg",
            "WAV" or "WAVE" or "X-WAV" => "audio/wav",
            "PCM" or "RAW" or "L16" => "audio/pcm",
            _ => throw new ArgumentException("Speech comes as mp3, wav or pcm, not as " + format + ".", nameof(format)),
        };
    }

    /// <summary>Samples as bytes, least significant first.</summary>
    internal static byte[] Bytes(ReadOnlySpan<short> samples, int before = 0)
    {
        var bytes = new byte[before + 2 * samples.Length];
        for (int n = 0; n < samples.Length; n++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(before + 2 * n), samples[n]);
        return bytes;
    }

    /// <summary>A WAV file of 16-bit samples.</summary>
    internal static byte[] Wav(PalabraAudio audio)
    {
        const int Head = 44;
        byte[] file = Bytes(audio.Samples.Span, Head);
        Span<byte> head = file;
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], (short)audio.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], audio.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], 2 * audio.Channels * audio.SampleRate);
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], (short)(2 * audio.Channels));
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        "data"u8.CopyTo(head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], file.Length - Head);
        return file;
    }
}
