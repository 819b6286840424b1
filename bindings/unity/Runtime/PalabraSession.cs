// SPDX-License-Identifier: MIT OR Apache-2.0
using UnityEngine;
using UnityEngine.Events;

namespace PalabraAI.Unity
{
    /// <summary>
    /// A live translation as a component: what the microphone hears goes out, the translation is heard from the AudioSource
    /// of the same object, transcripts come as UnityEvents during Update. Everything is for the main thread; nothing blocks.
    /// </summary>
    [AddComponentMenu("Palabra/Palabra Session")]
    [RequireComponent(typeof(AudioSource))]
    [DisallowMultipleComponent]
    public sealed class PalabraSession : MonoBehaviour
    {
        [SerializeField] private string sourceLanguage = "en";
        [SerializeField] private string targetLanguage = "es";
        [SerializeField] private bool openOnStart = true;
        [SerializeField] private bool useMicrophone = true;
        [SerializeField, Tooltip("Empty: the system's.")] private string microphoneDevice = "";
        [SerializeField, Range(0, 100), Tooltip("How loud the speaker is heard under the translation.")]
        private int originalPercent = 0;
        [SerializeField, Range(1, 256)] private int eventsPerFrame = 32;
        [SerializeField] private UnityEvent onReady = new UnityEvent();
        [SerializeField] private TranscriptEvent onTranscript = new TranscriptEvent();
        [SerializeField] private TranscriptEvent onTranslation = new TranscriptEvent();
        [SerializeField] private ClosedEvent onClosed = new ClosedEvent();

        private readonly PalabraEvent current = new PalabraEvent();
        private PalabraMicrophone microphone;
        // The audio thread takes its own look at it.
        private volatile PalabraOutput output;
        private Session session;
        private bool isOver;

        /// <summary>
        /// Credentials and endpoints; null: those of the environment. Not part of the scene, where a secret would be shipped
        /// with the game: set it from a script before Open.
        /// </summary>
        public ClientConfig Client { get; set; }

        /// <summary>Spoken into the microphone, such as "en" or "auto". For the next Open.</summary>
        public string SourceLanguage
        {
            get { return sourceLanguage; }
            set { sourceLanguage = value; }
        }

        /// <summary>Heard from the AudioSource. For the next Open.</summary>
        public string TargetLanguage
        {
            get { return targetLanguage; }
            set { targetLanguage = value; }
        }

        /// <summary>Whether Start opens it. For scripts that have credentials to set first.</summary>
        public bool OpenOnStart
        {
            get { return openOnStart; }
            set { openOnStart = value; }
        }

        /// <summary>Without it, send audio of your own by Session.SendAudio: floats, in the output's rate, mono.</summary>
        public bool UseMicrophone
        {
            get { return useMicrophone; }
            set { useMicrophone = value; }
        }

        /// <summary>The service listens.</summary>
        public UnityEvent OnReady => onReady;

        /// <summary>What was said, growing and complete.</summary>
        public TranscriptEvent OnTranscript => onTranscript;

        /// <summary>Its translation.</summary>
        public TranscriptEvent OnTranslation => onTranslation;

        /// <summary>It is over: once for each Open, unless Close comes first.</summary>
        public ClosedEvent OnClosed => onClosed;

        /// <summary>What is open, for commands and figures; null if nothing is.</summary>
        public Session Session => session;

        /// <summary>
        /// Begins to connect; the outcome is OnReady or OnClosed. What is wrong with the settings comes as OnClosed at once.
        /// </summary>
        public void Open()
        {
            Close();
            var opening = new PalabraOutput();
            microphone = useMicrophone ? PalabraMicrophone.Open(microphoneDevice, (int)opening.SampleRate) : null;
            if (useMicrophone && microphone == null)
            {
                onClosed.Invoke(Status.Io, "There is no microphone, or no permission to use it");
                return;
            }
            try
            {
                using (var client = new Client(Client ?? new ClientConfig()))
                    session = client.Open(Config(opening));
            }
            catch (PalabraException refused)
            {
                CloseMicrophone();
                onClosed.Invoke(refused.Code, refused.Error.Text);
                return;
            }
            isOver = false;
            output = opening;
            PalabraLifetime.Add(Close);
            opening.Play(session, GetComponent<AudioSource>());
        }

        /// <summary>No more input: the tail is still heard and told, then OnClosed comes.</summary>
        public void End()
        {
            CloseMicrophone();
            if (session != null && session.State < SessionState.Ending)
                session.End();
        }

        /// <summary>At once, without a tail and without OnClosed.</summary>
        public void Close()
        {
            CloseMicrophone();
            Session closing = session;
            session = null;
            output = null;
            current.Release();
            PalabraLifetime.Remove(Close);
            if (closing != null)
                closing.Close(0);
        }

        private TranslationConfig Config(PalabraOutput target)
        {
            return new TranslationConfig
            {
                SourceLanguage = sourceLanguage,
                TargetLanguages = targetLanguage,
                Flags = TranslationFlags.DropOldest,
                InputEncoding = AudioEncoding.F32,
                InputSampleRate = microphone != null ? (uint)microphone.SampleRate : target.SampleRate,
                InputChannels = (uint)(microphone != null ? microphone.Channels : 1),
                OutputMode = OutputMode.Playout,
                OutputEncoding = AudioEncoding.F32,
                OutputSampleRate = target.SampleRate,
                OutputChannels = target.Channels,
                OriginalPercent = (uint)originalPercent,
            };
        }

        private void Start()
        {
            if (openOnStart)
                Open();
        }

        private void Update()
        {
            if (session == null)
                return;
            output.Follow();
            if (isOver)
                return;
            if (microphone != null)
                microphone.SendTo(session);
            // A handler may close it, or open another one.
            Session polled = session;
            for (int n = 0; n < eventsPerFrame && polled == session && polled.Poll(current, 0); n++)
            {
                if (Tell())
                    return;
            }
        }

        private void OnDestroy()
        {
            Close();
        }

        // After End it goes on with what still waits.
        private void OnAudioFilterRead(float[] data, int channels)
        {
            PalabraOutput heard = output;
            if (heard != null)
                heard.Fill(data, channels);
        }

        /// <summary>True when the session is over.</summary>
        private bool Tell()
        {
            switch (current.Kind)
            {
                case EventKind.Ready:
                    onReady.Invoke();
                    return false;
                case EventKind.Transcript:
                    (current.IsTranslation ? onTranslation : onTranscript).Invoke(current.Language, current.Text, current.IsFinal);
                    return false;
                case EventKind.Closed:
                    Over(current.Code, current.Text);
                    return true;
                default:
                    return false;
            }
        }

        // It stays, as what was not heard yet still is; a handler may open another one.
        private void Over(int code, string text)
        {
            isOver = true;
            CloseMicrophone();
            onClosed.Invoke(code, text);
        }

        private void CloseMicrophone()
        {
            if (microphone != null)
                microphone.Close();
            microphone = null;
        }
    }
}
