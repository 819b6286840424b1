// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Globalization;
using UnityEngine;
using UnityEngine.Events;

namespace PalabraAI.Unity
{
    /// <summary>
    /// What the components have in common: a session or a call that opens and closes with the scene, is read during Update and
    /// heard from the AudioSource of the same object. Everything is for the main thread; nothing blocks.
    /// </summary>
    [RequireComponent(typeof(AudioSource))]
    public abstract class PalabraComponent : MonoBehaviour
    {
        [SerializeField] private bool openOnStart = true;
        [SerializeField, Range(1, 256)] private int eventsPerFrame = 32;
        [SerializeField, Tooltip("Speech that nobody listened to, such as in a pause menu, waits to be heard.")]
        private bool keepUnheard;
        [SerializeField, Tooltip("Where credentials come from; none: Client, or the environment.")] private PalabraTokenSource? tokenSource;
        [SerializeField, Tooltip("Used while no script sets Client.")] private PalabraClientSettings endpoints = new PalabraClientSettings();
        [SerializeField] private UnityEvent onReady = new UnityEvent();
        [SerializeField] private FailureUnityEvent onFailure = new FailureUnityEvent();
        [SerializeField] private ClosedUnityEvent onClosed = new ClosedUnityEvent();

        private PalabraOutput? output;
        private PalabraConversation? session;
        private ComponentClient? client;
        // Null as well when all was read.
        private PalabraEventReader? reader;

        // What is open is for those of this package to decide.
        internal PalabraComponent(bool keepsUnheard)
        {
            keepUnheard = keepsUnheard;
        }

        /// <summary>
        /// Each event of the session, before the UnityEvents, for what those do not tell: warnings, playout, answers. The
        /// reader is the component's: look at the current event and do not read on. A read of numbers and flags allocates
        /// nothing, and neither does a text that is copied by TryCopyText.
        /// </summary>
        public event Action<PalabraEventReader>? EventRead;

        /// <summary>
        /// Credentials and endpoints; null: those of the environment. Not part of the scene, where a secret would be shipped
        /// with the game: set it from a script before Open.
        /// </summary>
        public PalabraClientOptions? Client { get; set; }

        /// <summary>Endpoints and trust of the inspector, used while Client is null. For the next Open.</summary>
        public PalabraClientSettings Endpoints => endpoints;

        /// <summary>
        /// Asked for credentials whenever the session needs some; null: those of Client, or of the environment, are used. For the
        /// next Open.
        /// </summary>
        public PalabraTokenSource? TokenSource
        {
            get => tokenSource;
            set => tokenSource = value;
        }

        /// <summary>Whether Start opens it. For scripts that have credentials to set first.</summary>
        public bool OpenOnStart
        {
            get => openOnStart;
            set => openOnStart = value;
        }

        /// <summary>
        /// Whether speech waits that nobody listened to for half a second: the AudioListener was paused, the object was switched
        /// off, the game was in the background. PalabraSpeaker: true. The others: false, so that what is heard afterwards is what
        /// is said then. For the next Open.
        /// </summary>
        public bool KeepUnheard
        {
            get => keepUnheard;
            set => keepUnheard = value;
        }

        /// <summary>Volume of the AudioSource, which holds for speech, as its place in the scene and its mute do.</summary>
        public float OutputVolume
        {
            get => GetComponent<AudioSource>().volume;
            set => GetComponent<AudioSource>().volume = value;
        }

        /// <summary>The service is there. What was given before waited for it.</summary>
        public UnityEvent OnReady => onReady;

        /// <summary>Something was refused or lost, but the session goes on.</summary>
        public FailureUnityEvent OnFailure => onFailure;

        /// <summary>It is over: once for each Open, unless Close comes first.</summary>
        public ClosedUnityEvent OnClosed => onClosed;

        /// <summary>
        /// Begins to connect; the outcome is OnReady or OnClosed. Throws nothing: what is wrong with the settings, the devices
        /// or the native library comes as OnClosed at once.
        /// </summary>
        public void Open()
        {
            Close();
            PalabraStatus status;
            string text;
            try
            {
                string? missing = TryOpen();
                if (missing == null)
                    return;
                status = PalabraStatus.Io;
                text = missing;
            }
            catch (Exception refused)
            {
                status = Problem.StatusOf(refused);
                text = Problem.TextOf(refused);
            }
            Close();
            onClosed.Invoke(status, text);
        }

        /// <summary>No more input: the tail is still heard and told, then OnClosed comes.</summary>
        public void End()
        {
            Leave();
            if (session == null || session.State >= PalabraSessionState.Ending)
                return;
            try
            {
                session.End();
            }
            catch (Exception over) when (over is PalabraException || over is ObjectDisposedException)
            {
                // It came to its end meanwhile, which the next frame tells.
            }
        }

        /// <summary>At once, in the middle of a word, without a tail and without OnClosed.</summary>
        public void Close()
        {
            Leave();
            PalabraHooks.Remove(this);
            PalabraConversation? closing = session;
            session = null;
            StopReading();
            output?.Stop();
            output = null;
            Forget();
            closing?.Dispose();
            client?.Dispose();
            client = null;
        }

        /// <summary>
        /// Copies the speech that was heard last, mono, before volume and place, the newest sample last; silence where nothing
        /// is heard. For mouths and meters: it allocates nothing.
        /// </summary>
        /// <param name="samples">At most 8192 are copied, to its end.</param>
        public void GetOutputData(Span<float> samples)
        {
            if (output != null)
                output.CopyRecent(samples);
            else
                samples.Clear();
        }

        /// <summary>Gets what a session needs besides the service; returns what is missing, or null.</summary>
        internal virtual string? Prepare(int sampleRate)
        {
            return null;
        }

        internal abstract PalabraConversation Open(PalabraClient client, PalabraOutput target);

        /// <summary>The session is open: what waited for it.</summary>
        internal virtual void Opened()
        {
        }

        /// <summary>The session is closed.</summary>
        internal abstract void Forget();

        /// <summary>Whether this event is the one that makes it ready.</summary>
        internal virtual bool IsReadyBy(PalabraEventReader told)
        {
            return told.Kind == EventKind.Ready;
        }

        /// <summary>An event that neither makes it ready nor ends it.</summary>
        internal virtual void Tell(PalabraEventReader told)
        {
            if (told.Kind == EventKind.Error)
                onFailure.Invoke(told.Code, told.Text);
        }

        /// <summary>Seconds of the microphone that nobody looked at in time; 0: none.</summary>
        private protected void TellLost(double seconds)
        {
            if (seconds > 0)
                onFailure.Invoke(PalabraStatus.Limit, seconds.ToString("0", CultureInfo.InvariantCulture)
                    + " s of the microphone were lost: no frame was drawn for that long");
        }

        /// <summary>Once per frame while the session is not over.</summary>
        internal virtual void Feed()
        {
        }

        /// <summary>The component is switched off, and on again.</summary>
        internal virtual void Rest()
        {
        }

        internal virtual void GoOn()
        {
        }

        /// <summary>The program had lost the devices.</summary>
        internal virtual void ComeBack()
        {
        }

        /// <summary>No more input is taken.</summary>
        internal virtual void Leave()
        {
        }

        protected void Start()
        {
            if (openOnStart)
                Open();
        }

        protected void OnEnable()
        {
            output?.GoOn();
            GoOn();
        }

        protected void OnDisable()
        {
            Rest();
            output?.Rest();
        }

        // A phone stops what plays and records for a telephone call, and when another program is in front.
        protected void OnApplicationPause(bool isPaused)
        {
            LoseOrFindDevices(isPaused);
        }

        protected void OnApplicationFocus(bool hasFocus)
        {
            // Elsewhere it says which window is in front, and the devices stay.
            if (Application.isMobilePlatform)
                LoseOrFindDevices(!hasFocus);
        }

        protected void Update()
        {
            output?.Follow();
            if (reader == null)
                return;
            Feed();
            // A handler may close it, or open another one.
            PalabraEventReader? reading = reader;
            for (int n = 0; n < eventsPerFrame && reading != null && reading == reader && IsRead(reading); n++)
                Dispatch(reading);
        }

        protected void OnDestroy()
        {
            Close();
        }

        private string? TryOpen()
        {
#if UNITY_WEBGL && !UNITY_EDITOR
            throw new PalabraException(new PalabraError(PalabraStatus.Unsupported, "Palabra has no library for WebGL: a browser lets a game have no sockets", false));
#else
            if (PalabraHooks.IsTaken(this))
                throw new PalabraException(new PalabraError(PalabraStatus.Busy, "Another Palabra component uses the AudioSource of this object", false));
            var opening = new PalabraOutput(GetComponent<AudioSource>());
            if (opening.SampleRate <= 0)
                return "Audio is switched off: the output has no sample rate";
            string? missing = Prepare(opening.SampleRate);
            if (missing != null)
                return missing;
            PalabraHooks.Add(this);
            output = opening;
            // A token source that was destroyed equals null.
            client = new ComponentClient(Client ?? OfInspector(), tokenSource != null ? tokenSource : null);
            session = Open(client.Client, opening);
            reader = session.OpenReader();
            // A handler may close it again.
            Opened();
            return null;
#endif
        }

        private PalabraClientOptions OfInspector()
        {
            var options = new PalabraClientOptions();
            endpoints.Apply(options);
            return options;
        }

        private void LoseOrFindDevices(bool isLost)
        {
            if (isLost)
            {
                output?.Leave();
            }
            else
            {
                output?.ComeBack();
                ComeBack();
            }
        }

        private bool IsRead(PalabraEventReader reading)
        {
            try
            {
                return reading.TryRead();
            }
            catch (ObjectDisposedException)
            {
                // By Session, or with all others.
                Close();
                onClosed.Invoke(PalabraStatus.Ok, "The program closed the session");
            }
            catch (PalabraException ended)
            {
                Over(ended.Status, ended.Error.Text);
            }
            return false;
        }

        private void Dispatch(PalabraEventReader current)
        {
            Show(current);
            // A handler may have closed it.
            if (current != reader)
                return;
            if (current.Kind == EventKind.Closed)
                Over(current.Code, current.Text);
            else if (IsReadyBy(current))
                onReady.Invoke();
            else if (current.Kind == EventKind.CredentialsNeeded)
                client?.Answer(NoCredentials);
            else
                Tell(current);
        }

        private void NoCredentials(Exception why)
        {
            onFailure.Invoke(PalabraStatus.Auth, "There are no credentials: " + why.Message);
        }

        // What a script throws here must not keep OnReady and OnClosed from the others.
        private void Show(PalabraEventReader current)
        {
            try
            {
                EventRead?.Invoke(current);
            }
            catch (Exception error)
            {
                Debug.LogException(error);
            }
        }

        // It stays, as what was not heard yet still is; a handler may open another one.
        private void Over(PalabraStatus status, string text)
        {
            StopReading();
            Leave();
            onClosed.Invoke(status, text);
        }

        private void StopReading()
        {
            reader?.Dispose();
            reader = null;
        }
    }
}
