// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    /// <summary>
    /// One thing that happened, on loan from the library: valid until it is released, disposed or filled by the next
    /// Poll, whatever happens to the session. Make one and poll into it again and again; texts become strings when they are
    /// asked for, so that what nobody reads costs nothing. One thread at a time.
    /// </summary>
    public sealed unsafe class PalabraEvent : IDisposable
    {
        private NativeEvent raw;

        /// <summary>Empty, to be filled by a Poll.</summary>
        public PalabraEvent()
        {
            raw.StructSize = (uint)sizeof(NativeEvent);
        }

        /// <summary>Gives back what was forgotten.</summary>
        ~PalabraEvent()
        {
            Release();
        }

        /// <summary>What happened; ignore what you do not know.</summary>
        public EventKind Kind => (EventKind)raw.Kind;

        /// <summary>Its name in C, also of kinds that this binding does not know: "PLAYOUT_CUT".</summary>
        public string KindName => Utf8.Read(Native.palabra_event_kind_name(raw.Kind));

        /// <summary>Place in the order of delivery of its session, from 1 without gaps.</summary>
        public ulong Seq => raw.Seq;

        /// <summary>When it arrived, in ns of the system's monotonic clock.</summary>
        public long TimeNs => raw.TimeNs;

        /// <summary>
        /// Number of the phrase in its session, the same for its texts and its audio in all languages; 0: none.
        /// </summary>
        public ulong Phrase => raw.Phrase;

        /// <summary>Closed, Error: the status.</summary>
        public Status Code => (Status)raw.Code;

        /// <summary>Closed, Error: HTTP status of the refusal; 0: none.</summary>
        public int HttpStatus => raw.HttpStatus;

        /// <summary>Closed, Error: WebSocket close code; 0: none.</summary>
        public int CloseCode => raw.CloseCode;

        /// <summary>Closed, Error: time after which the service allows another attempt, in ms; -1: it did not say.</summary>
        public int RetryAfterMs => raw.RetryAfterMs;

        /// <summary>Closed, Error: error number of the operating system; 0: none.</summary>
        public int OsError => raw.OsError;

        /// <summary>Log: how important the line is.</summary>
        public PalabraLogLevel LogLevel => (PalabraLogLevel)raw.LogLevel;

        /// <summary>Leg of a call, from 0; -1: none.</summary>
        public int Leg => raw.Leg;

        /// <summary>What else there is to say.</summary>
        public EventFlags Flags => (EventFlags)raw.Flags;

        /// <summary>The text or phrase is complete and will not change.</summary>
        public bool IsFinal => (Flags & EventFlags.Final) != 0;

        /// <summary>The text is in a target language.</summary>
        public bool IsTranslation => (Flags & EventFlags.Translation) != 0;

        /// <summary>Trying the same again later can help.</summary>
        public bool Retriable => (Flags & EventFlags.Retriable) != 0;

        /// <summary>Audio: frames per second.</summary>
        public int SampleRate => raw.SampleRate;

        /// <summary>Audio: interleaved channels.</summary>
        public int Channels => raw.Channels;

        /// <summary>Audio: frames of speech.</summary>
        public int PcmFrames => (int)raw.PcmFrames;

        /// <summary>Which part of a long phrase a translation or its audio is, from 0.</summary>
        public int Part => raw.Part;

        /// <summary>Overflow: events dropped.</summary>
        public long Dropped => raw.Dropped;

        /// <summary>SessionTag of the config.</summary>
        public ulong SessionTag => raw.SessionTag;

        /// <summary>The tag of the command that this answers.</summary>
        public ulong UserTag => raw.UserTag;

        /// <summary>
        /// PlayoutStarted: frames that had been read from the language, silence included, when the phrase began; the other
        /// two: when it was last heard.
        /// </summary>
        public long PlayedFrames => raw.PlayedFrames;

        /// <summary>PlayoutFinished, PlayoutCut: how much of the phrase was heard, in ms.</summary>
        public long HeardMs => raw.HeardMs;

        /// <summary>Playout*: how much of the phrase had arrived, in ms.</summary>
        public long PhraseMs => raw.PhraseMs;

        /// <summary>Where a text of speech-to-text begins in the audio, in ms.</summary>
        public long StartMs => raw.StartMs;

        /// <summary>Where it ends.</summary>
        public long EndMs => raw.EndMs;

        /// <summary>What is said; "" if nothing is. As the texts below a new string each time.</summary>
        public string Text => Read(raw.Text, raw.TextLen);

        /// <summary>Language code of text or audio. LanguageIs compares without a string.</summary>
        public string Language => Read(raw.Language, raw.LanguageLen);

        /// <summary>The service's name of the phrase.</summary>
        public string Id => Read(raw.Id, raw.IdLen);

        /// <summary>The service's own error, warning or command code.</summary>
        public string ServiceCode => Read(raw.ServiceCode, raw.ServiceCodeLen);

        /// <summary>SessionName of the config.</summary>
        public string SessionName => Read(raw.SessionName, raw.SessionNameLen);

        /// <summary>With a Json flag: the service's message, without audio. Raw: always.</summary>
        public string Json => Read(raw.Json, raw.JsonLen);

        /// <summary>Audio: interleaved samples, valid as long as the event; zero if there are none.</summary>
        public IntPtr PcmPointer => (IntPtr)raw.Pcm;

        /// <summary>Audio of TtsFormat.Mp3: length of the data, in bytes.</summary>
        public int DataLength => raw.DataLen;

        /// <summary>Audio of TtsFormat.Mp3: bytes, valid as long as the event; zero if there are none.</summary>
        public IntPtr DataPointer => (IntPtr)raw.Data;

        /// <summary>Whether text or audio is in this language, without a string.</summary>
        public bool LanguageIs(string language)
        {
            if (language == null || language.Length != raw.LanguageLen)
                return false;
            for (int n = 0; n < language.Length; n++)
            {
                if (raw.Language[n] != language[n])
                    return false;
            }
            GC.KeepAlive(this);
            return true;
        }

        /// <summary>Audio: copies the samples to an array, as many as it has room for from there.</summary>
        /// <returns>Samples copied: frames times channels.</returns>
        public int CopyPcm(short[] samples, int offset)
        {
            if (samples == null)
                throw new ArgumentNullException("samples");
            if (offset < 0 || offset > samples.Length)
                throw new ArgumentOutOfRangeException("offset");
            if (raw.Pcm == null)
                return 0;
            int count = (int)Math.Min(raw.PcmFrames * raw.Channels, samples.Length - offset);
            Marshal.Copy((IntPtr)raw.Pcm, samples, offset, count);
            GC.KeepAlive(this);
            return count;
        }

        /// <summary>Audio: the samples in an array of their own.</summary>
        public short[] Pcm()
        {
            var samples = new short[raw.Pcm == null ? 0 : raw.PcmFrames * raw.Channels];
            CopyPcm(samples, 0);
            return samples;
        }

        /// <summary>Audio of TtsFormat.Mp3: the next bytes of the generation's stream, in an array of their own.</summary>
        public byte[] Data()
        {
            byte[] data = PalabraAudio.Bytes(raw.Data, raw.DataLen);
            GC.KeepAlive(this);
            return data;
        }

        /// <summary>Audio of TtsFormat.Mp3: bytes, valid as long as the event.</summary>
        public ReadOnlySpan<byte> DataSpan => new ReadOnlySpan<byte>(raw.Data, raw.DataLen);

        /// <summary>Audio: interleaved samples, valid as long as the event.</summary>
        public ReadOnlySpan<short> PcmSpan => new ReadOnlySpan<short>(raw.Pcm, raw.Pcm == null ? 0 : (int)(raw.PcmFrames * raw.Channels));

        /// <summary>Text as it came, in UTF-8; valid as long as the event.</summary>
        public ReadOnlySpan<byte> TextUtf8 => new ReadOnlySpan<byte>(raw.Text, raw.TextLen);

        /// <summary>Gives the library its memory back. Poll does so by itself.</summary>
        public void Release()
        {
            if (raw.Kind == 0)
                return;
            fixed (NativeEvent* start = &raw)
                Native.palabra_event_release(start);
        }

        /// <summary>As Release; a later Poll into it is allowed.</summary>
        public void Dispose()
        {
            Release();
        }

        /// <summary>"TRANSCRIPT: ..."</summary>
        public override string ToString()
        {
            return KindName + ": " + Text;
        }

        /// <summary>Takes the next event of a session or of a queue; after an error it is empty.</summary>
        internal int Fill(IntPtr source, bool isQueue, int timeoutMs)
        {
            Release();
            fixed (NativeEvent* start = &raw)
            {
                return isQueue
                    ? Native.palabra_queue_poll_event(source, start, timeoutMs)
                    : Native.palabra_session_poll_event(source, start, timeoutMs);
            }
        }

        // Kept alive meanwhile: its finalizer would give the text back.
        private string Read(byte* text, int length)
        {
            string read = Utf8.Read(text, length);
            GC.KeepAlive(this);
            return read;
        }
    }
}
