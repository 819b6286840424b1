// SPDX-License-Identifier: MIT OR Apache-2.0
using UnityEngine;
using UnityEngine.Events;

namespace PalabraAI.Unity
{
    /// <summary>
    /// Text-to-speech as a component: what Say is given is heard from the AudioSource of the same object. Everything is for the
    /// main thread; nothing blocks.
    /// </summary>
    [AddComponentMenu("Palabra/Palabra Speaker")]
    [RequireComponent(typeof(AudioSource))]
    [DisallowMultipleComponent]
    public sealed class PalabraSpeaker : MonoBehaviour
    {
        [SerializeField] private string language = "en";
        [SerializeField, Tooltip("Empty: the service's choice.")] private string voiceId = "";
        [SerializeField] private bool openOnStart = true;
        [SerializeField, Range(1, 256)] private int eventsPerFrame = 32;
        [SerializeField] private UnityEvent onReady = new UnityEvent();
        [SerializeField] private UnityEvent onSpoken = new UnityEvent();
        [SerializeField] private FailureEvent onFailure = new FailureEvent();
        [SerializeField] private ClosedEvent onClosed = new ClosedEvent();

        private readonly PalabraEvent current = new PalabraEvent();
        // The audio thread takes its own look at it.
        private volatile PalabraOutput output;
        private Session session;
        private bool isOver;

        /// <summary>Credentials and endpoints, as those of PalabraSession; null: those of the environment.</summary>
        public ClientConfig Client { get; set; }

        /// <summary>Language of the texts, such as "en". For the next Open.</summary>
        public string Language
        {
            get { return language; }
            set { language = value; }
        }

        /// <summary>Who speaks; empty: the service's choice. For the next Open.</summary>
        public string VoiceId
        {
            get { return voiceId; }
            set { voiceId = value; }
        }

        /// <summary>Whether Start opens it. For scripts that have credentials to set first.</summary>
        public bool OpenOnStart
        {
            get { return openOnStart; }
            set { openOnStart = value; }
        }

        /// <summary>The stream is open. Texts may be given before.</summary>
        public UnityEvent OnReady => onReady;

        /// <summary>A text, or all pieces of one, was heard to its end. Not after OnClosed.</summary>
        public UnityEvent OnSpoken => onSpoken;

        /// <summary>The service refused something, but the session goes on.</summary>
        public FailureEvent OnFailure => onFailure;

        /// <summary>It is over: once for each Open, unless Close comes first.</summary>
        public ClosedEvent OnClosed => onClosed;

        /// <summary>What is open, for whatever is not here; null if nothing is.</summary>
        public Session Session => session;

        /// <summary>
        /// Begins to connect; the outcome is OnReady or OnClosed. What is wrong with the settings comes as OnClosed at once.
        /// </summary>
        public void Open()
        {
            Close();
            var opening = new PalabraOutput();
            try
            {
                using (var client = new Client(Client ?? new ClientConfig()))
                    session = client.OpenTts(Config(opening));
            }
            catch (PalabraException refused)
            {
                onClosed.Invoke(refused.Code, refused.Error.Text);
                return;
            }
            isOver = false;
            output = opening;
            PalabraLifetime.Add(Close);
            opening.Play(session, GetComponent<AudioSource>());
        }

        /// <summary>
        /// Says a text, after those before. In pieces, such as the tokens of a language model, all but the last with isLast
        /// false, and with the spaces between words. What cannot be taken comes as OnFailure.
        /// </summary>
        /// <returns>false when it was not taken.</returns>
        public bool Say(string text, bool isLast = true)
        {
            if (session == null)
                return false;
            try
            {
                session.SendText(text, isLast ? TextFlags.Eos : TextFlags.None);
                return true;
            }
            catch (PalabraException refused)
            {
                onFailure.Invoke(refused.Code, refused.Error.Text);
                return false;
            }
        }

        /// <summary>Is silent at once and forgets what it had still to say; the next Say is heard.</summary>
        public void Hush()
        {
            if (session == null || session.State >= SessionState.Ending)
                return;
            try
            {
                session.Cancel();
            }
            catch (PalabraException refused)
            {
                onFailure.Invoke(refused.Code, refused.Error.Text);
            }
        }

        /// <summary>No more texts: those given are still heard, OnClosed comes when the last of their speech is here.</summary>
        public void End()
        {
            if (session != null && session.State < SessionState.Ending)
                session.End();
        }

        /// <summary>At once, in the middle of a word, and without OnClosed.</summary>
        public void Close()
        {
            Session closing = session;
            session = null;
            output = null;
            current.Release();
            PalabraLifetime.Remove(Close);
            if (closing != null)
                closing.Close(0);
        }

        private TtsConfig Config(PalabraOutput target)
        {
            return new TtsConfig
            {
                Language = language,
                VoiceId = string.IsNullOrEmpty(voiceId) ? null : voiceId,
                Flags = TtsFlags.Split,
                OutputMode = OutputMode.Playout,
                OutputEncoding = AudioEncoding.F32,
                OutputSampleRate = target.SampleRate,
                OutputChannels = target.Channels,
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
            // A handler may close it, or open another one.
            Session polled = session;
            for (int n = 0; n < eventsPerFrame && !isOver && polled == session && polled.Poll(current, 0); n++)
                Tell();
        }

        private void OnDestroy()
        {
            Close();
        }

        private void OnAudioFilterRead(float[] data, int channels)
        {
            PalabraOutput heard = output;
            if (heard != null)
                heard.Fill(data, channels);
        }

        private void Tell()
        {
            switch (current.Kind)
            {
                case EventKind.Ready:
                    onReady.Invoke();
                    break;
                case EventKind.PlayoutFinished:
                    onSpoken.Invoke();
                    break;
                case EventKind.Error:
                    onFailure.Invoke(current.Code, current.Text);
                    break;
                case EventKind.Closed:
                    isOver = true;
                    onClosed.Invoke(current.Code, current.Text);
                    break;
            }
        }
    }
}
