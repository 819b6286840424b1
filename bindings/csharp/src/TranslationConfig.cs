// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>
    /// Settings of a translation; what is not set has its default. InputChannels is 1 by default, whatever TaskJson
    /// declares: the length of arrays is checked against it.
    /// </summary>
    public sealed class TranslationConfig : SessionConfig
    {
        /// <summary>TranslationFlags bits.</summary>
        public TranslationFlags Flags { get; set; }

        /// <summary>Language spoken, such as "en" or "auto".</summary>
        public string SourceLanguage { get; set; }

        /// <summary>
        /// Languages wanted, separated by commas: "es" or "es,fr,de". Each gets texts and audio of its own.
        /// </summary>
        public string TargetLanguages { get; set; }

        /// <summary>Voice of the translation; null: the service's choice.</summary>
        public string VoiceId { get; set; }

        /// <summary>
        /// Types of the messages that the service is to send, separated by commas; null: translated_transcription,
        /// partial_transcription and validated_transcription, with TranslationFlags.Partials also
        /// partial_translated_transcription. Audio, answers, warnings and errors always come.
        /// </summary>
        public string MessageTypes { get; set; }

        /// <summary>
        /// Settings of the recognition, as a JSON object laid over pipeline.transcription, key by key.
        /// </summary>
        public string TranscriptionJson { get; set; }

        /// <summary>
        /// What differs between targets, as a JSON object: language to an object laid over that target's settings, such
        /// as {"es": {"speech_generation": {"VoiceId": "..."}}, "fr": {}}. Without TargetLanguages it also names the
        /// targets, in its order.
        /// </summary>
        public string TargetsJson { get; set; }

        /// <summary>
        /// Glossaries of words to listen for: "all", "none" or ids separated by commas; null: the service's default.
        /// </summary>
        public string HotwordsGlossaries { get; set; }

        /// <summary>Glossaries that correct what was heard; as above.</summary>
        public string VerificationGlossaries { get; set; }

        /// <summary>Glossaries of translations, for every target; as above.</summary>
        public string TranslationGlossaries { get; set; }

        /// <summary>
        /// Service settings without a field of their own, as a JSON object laid over the task that the fields give:
        /// objects merge key by key, everything else replaces. Without languages it is the whole task.
        /// </summary>
        public string TaskJson { get; set; }

        /// <summary>AudioEncoding of the audio that you send; 0: AudioEncoding.S16.</summary>
        public AudioEncoding InputEncoding { get; set; }

        /// <summary>Its frames per second, 8000 to 48000; 0: as on the wire.</summary>
        public uint InputSampleRate { get; set; }

        /// <summary>Its interleaved channels, 1 to 8; 0: 1.</summary>
        public uint InputChannels { get; set; }

        /// <summary>The channel that is sent on, counted from 1; 0: all channels, mixed in equal parts.</summary>
        public uint InputChannel { get; set; }

        /// <summary>
        /// Frames per second on the wire, 16000 to 48000; 0: what TaskJson declares, else InputSampleRate but at least
        /// 16000, which is what the service takes, else 24000.
        /// </summary>
        public uint WireSampleRate { get; set; }

        /// <summary>Length of a chunk on the wire in ms, 20 to 1000; 0: 320.</summary>
        public uint ChunkMs { get; set; }

        /// <summary>
        /// Room for audio that was not sent yet in ms, 20 to 60000; 0: 2000. Also holds what is sent before Ready.
        /// </summary>
        public uint InputBufferMs { get; set; }

        /// <summary>Silence that completes a phrase in ms; 0: the service's default.</summary>
        public uint SilenceThresholdMs { get; set; }

        /// <summary>Limit for the service to become ready once connected, in ms; 0: 30000.</summary>
        public uint ReadyTimeoutMs { get; set; }

        /// <summary>Limit for the wait for the next text or speech after the end, in ms, on top of EosTimeoutS, ten times as long in all; 0: 30000.</summary>
        public uint EndTimeoutMs { get; set; }

        /// <summary>
        /// Distance that the library keeps between two Session.SetTask or _resume() on their way to the service, and
        /// between two Session.GetTask, in ms; 0: 2100. The service allows one in 2 s.
        /// </summary>
        public uint TaskIntervalMs { get; set; }

        /// <summary>Distance between two Session.Pause, in ms; 0: 3100. The service allows one in 3 s.</summary>
        public uint PauseIntervalMs { get; set; }

        /// <summary>
        /// Most Session.Speak in a minute, of which a sixth may go at once; 0: 60, as the service allows.
        /// </summary>
        public uint SpeakPerMinute { get; set; }

        /// <summary>Commands that may wait to be sent, 1 to 1024; 0: 32.</summary>
        public uint CommandLimit { get; set; }

        /// <summary>OutputMode: how translated speech comes; 0: OutputMode.Events.</summary>
        public OutputMode OutputMode { get; set; }

        /// <summary>
        /// AudioEncoding of what Session.ReadAudio gives; 0: AudioEncoding.S16. This and the next two can be changed
        /// with Session.SetOutputFormat.
        /// </summary>
        public AudioEncoding OutputEncoding { get; set; }

        /// <summary>Its frames per second, 8000 to 48000; 0: 24000, which is what the service sends.</summary>
        public uint OutputSampleRate { get; set; }

        /// <summary>Its interleaved channels, 1 to 8, each with the same speech; 0: 1.</summary>
        public uint OutputChannels { get; set; }

        /// <summary>
        /// Speech that must be here before a phrase begins to be heard, or goes on after it broke off, in ms, 1 to
        /// 2000; 0: 60. More of it bridges an uneven network, and delays.
        /// </summary>
        public uint PlayoutPrimeMs { get; set; }

        /// <summary>Most speech that may wait in one language, in ms, 500 to 600000; 0: 30000.</summary>
        public uint PlayoutCapMs { get; set; }

        /// <summary>
        /// Speech that should wait in one language at most, in ms, up to PlayoutCapMs: above it pauses between words
        /// are shortened, above twice of it short pieces of speech are left out besides, softly, a tenth of the time;
        /// 0: off.
        /// </summary>
        public uint PlayoutTargetMs { get; set; }

        /// <summary>
        /// How loud the speaker is heard under the translation by Session.ReadAudio, in percent, 1 to 100; 0: not at
        /// all. What was said is heard about a chunk and a half later.
        /// </summary>
        public uint OriginalPercent { get; set; }

        /// <summary>How loud the speaker is while the translation speaks, in percent, 1 to 100; 0: 20.</summary>
        public uint DuckPercent { get; set; }

        /// <summary>How long it takes to get there, in ms, 1 to 10000; 0: 50.</summary>
        public uint DuckAttackMs { get; set; }

        /// <summary>How long it takes to come back, in ms, 1 to 10000; 0: 300.</summary>
        public uint DuckReleaseMs { get; set; }

        /// <summary>
        /// Speech that the service aims to have waiting, for all targets, in ms; 0: its default, 5000. This and the
        /// next four are the service's own settings against piling up.
        /// </summary>
        public uint QueueLevelMs { get; set; }

        /// <summary>
        /// Speech at the service above which it drops the oldest, in ms; more than QueueLevelMs; 0: its default, 20000.
        /// </summary>
        public uint QueueMaxMs { get; set; }

        /// <summary>
        /// AutoTempo: whether the service speaks faster when speech piles up; 0: its default, which is that it does.
        /// </summary>
        public AutoTempo AutoTempo { get; set; }

        /// <summary>Slowest tempo then, in percent of the natural one; 0: the service's default.</summary>
        public uint MinTempoPercent { get; set; }

        /// <summary>Fastest tempo then, in percent of the natural one; 0: the service's default.</summary>
        public uint MaxTempoPercent { get; set; }

        /// <summary>
        /// GapPolicy: what happens when you stop sending while the session is Ready, as on hold; 0: nothing.
        /// </summary>
        public GapPolicy GapPolicy { get; set; }

        /// <summary>
        /// How long input must be missing for that in ms, 20 to 3600000, counted from the end of the audio sent so far;
        /// 0: 200 for silence, 5000 for a pause. Longer than the blocks that you send.
        /// </summary>
        public uint GapAfterMs { get; set; }

        internal override AudioFormat Input => new AudioFormat(InputEncoding, InputChannels);

        internal override AudioFormat Output => new AudioFormat(OutputEncoding, OutputChannels);

        internal override unsafe int Open(IntPtr client, NativeTexts texts, IntPtr* session, NativeError* told)
        {
            NativeTranslationConfig raw = Raw(texts);
            return Native.palabra_session_open(client, &raw, session, told);
        }

        internal unsafe NativeTranslationConfig Raw(NativeTexts texts)
        {
            var raw = new NativeTranslationConfig();
            raw.StructSize = (uint)sizeof(NativeTranslationConfig);
            raw.Flags = (uint)Flags;
            raw.SessionTag = SessionTag;
            raw.SourceLanguage = texts.Add(SourceLanguage, "SourceLanguage");
            raw.TargetLanguages = texts.Add(TargetLanguages, "TargetLanguages");
            raw.VoiceId = texts.Add(VoiceId, "VoiceId");
            raw.MessageTypes = texts.Add(MessageTypes, "MessageTypes");
            raw.TranscriptionJson = texts.Add(TranscriptionJson, "TranscriptionJson");
            raw.TargetsJson = texts.Add(TargetsJson, "TargetsJson");
            raw.HotwordsGlossaries = texts.Add(HotwordsGlossaries, "HotwordsGlossaries");
            raw.VerificationGlossaries = texts.Add(VerificationGlossaries, "VerificationGlossaries");
            raw.TranslationGlossaries = texts.Add(TranslationGlossaries, "TranslationGlossaries");
            raw.TaskJson = texts.Add(TaskJson, "TaskJson");
            raw.WsUrl = texts.Add(WsUrl, "WsUrl");
            raw.Token = texts.Add(Token, "Token");
            raw.Queue = QueueId;
            raw.InputEncoding = (int)InputEncoding;
            raw.InputSampleRate = InputSampleRate;
            raw.InputChannels = InputChannels;
            raw.InputChannel = InputChannel;
            raw.WireSampleRate = WireSampleRate;
            raw.ChunkMs = ChunkMs;
            raw.InputBufferMs = InputBufferMs;
            raw.SilenceThresholdMs = SilenceThresholdMs;
            raw.EventLimit = EventLimit;
            raw.EventBytesLimit = EventBytesLimit;
            raw.ConnectTimeoutMs = ConnectTimeoutMs;
            raw.ReadyTimeoutMs = ReadyTimeoutMs;
            raw.EndTimeoutMs = EndTimeoutMs;
            raw.LivenessTimeoutMs = LivenessTimeoutMs;
            raw.TaskIntervalMs = TaskIntervalMs;
            raw.PauseIntervalMs = PauseIntervalMs;
            raw.SpeakPerMinute = SpeakPerMinute;
            raw.CommandLimit = CommandLimit;
            raw.OutputMode = (int)OutputMode;
            raw.OutputEncoding = (int)OutputEncoding;
            raw.OutputSampleRate = OutputSampleRate;
            raw.OutputChannels = OutputChannels;
            raw.PlayoutPrimeMs = PlayoutPrimeMs;
            raw.PlayoutCapMs = PlayoutCapMs;
            raw.PlayoutTargetMs = PlayoutTargetMs;
            raw.OriginalPercent = OriginalPercent;
            raw.DuckPercent = DuckPercent;
            raw.DuckAttackMs = DuckAttackMs;
            raw.DuckReleaseMs = DuckReleaseMs;
            raw.QueueLevelMs = QueueLevelMs;
            raw.QueueMaxMs = QueueMaxMs;
            raw.AutoTempo = (int)AutoTempo;
            raw.MinTempoPercent = MinTempoPercent;
            raw.MaxTempoPercent = MaxTempoPercent;
            raw.GapPolicy = (uint)GapPolicy;
            raw.GapAfterMs = GapAfterMs;
            if (raw.InputChannels == 0)
                raw.InputChannels = 1;
            return raw;
        }
    }
}
