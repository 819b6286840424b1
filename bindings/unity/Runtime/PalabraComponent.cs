// SPDX-License-Identifier: MIT OR Apache-2.0
using UnityEngine;
using UnityEngine.Events;

namespace PalabraAI.Unity
{
    /// <summary>
    /// What PalabraSession and PalabraSpeaker have in common: a session that opens and closes with the scene, is polled during
    /// Update and heard from the AudioSource of the same object. Everything is for the main thread; nothing blocks.
    /// </summary>
    [RequireComponent(typeof(AudioSource))]
    public abstract class PalabraComponent : MonoBehaviour
    {
        [SerializeField] private bool openOnStart = true;
        [SerializeField, Range(1, 256)] private int eventsPerFrame = 32;
        [SerializeField] private UnityEvent onReady = new UnityEvent();
        [SerializeField] private ClosedEvent onClosed = new ClosedEvent();

        private readonly PalabraEvent current = new PalabraEvent();
        // The audio thread takes its own look at it.
        private volatile PalabraOutput output;
        private Session session;
        private bool isOver;

        // What is open is for the two of this package to decide.
        internal PalabraComponent()
        {
        }

        /// <summary>
        /// Credentials and endpoints; null: those of the environment. Not part of the scene, where a secret would be shipped
        /// with the game: set it from a script before Open.
        /// </summary>
        public ClientConfig Client { get; set; }

        /// <summary>Whether Start opens it. For scripts that have credentials to set first.</summary>
        public bool OpenOnStart
        {
            get { return openOnStart; }
            set { openOnStart = value; }
        }

        /// <summary>The service is there. What was given before waited for it.</summary>
        public UnityEvent OnReady => onReady;

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
            string missing = Prepare(opening);
            if (missing != null)
            {
                onClosed.Invoke(Status.Io, missing);
                return;
            }
            try
            {
                using (var client = new Client(Client ?? new ClientConfig()))
                    session = Open(client, opening);
            }
            catch (PalabraException refused)
            {
                Leave();
                onClosed.Invoke(refused.Status, refused.Error.Text);
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
            Leave();
            if (session != null && session.State < SessionState.Ending)
                session.End();
        }

        /// <summary>At once, in the middle of a word, without a tail and without OnClosed.</summary>
        public void Close()
        {
            Leave();
            Session closing = session;
            session = null;
            output = null;
            current.Release();
            PalabraLifetime.Remove(Close);
            if (closing != null)
                closing.Close(0);
        }

        /// <summary>Gets what a session needs besides the service; returns what is missing, or null.</summary>
        internal virtual string Prepare(PalabraOutput target)
        {
            return null;
        }

        internal abstract Session Open(Client client, PalabraOutput target);

        /// <summary>An event that is neither READY nor CLOSED.</summary>
        internal abstract void Tell(PalabraEvent told);

        /// <summary>Once per frame while the session is not over.</summary>
        internal virtual void Feed(Session fed)
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

        protected void Update()
        {
            if (session == null)
                return;
            output.Follow();
            if (isOver)
                return;
            Feed(session);
            // A handler may close it, or open another one.
            Session polled = session;
            for (int n = 0; n < eventsPerFrame && !isOver && polled == session && polled.Poll(current, 0); n++)
                Dispatch();
        }

        protected void OnDestroy()
        {
            Close();
        }

        // After End it goes on with what still waits.
        protected void OnAudioFilterRead(float[] data, int channels)
        {
            PalabraOutput heard = output;
            if (heard != null)
                heard.Fill(data, channels);
        }

        private void Dispatch()
        {
            switch (current.Kind)
            {
                case EventKind.Ready:
                    onReady.Invoke();
                    break;
                case EventKind.Closed:
                    // It stays, as what was not heard yet still is; a handler may open another one.
                    isOver = true;
                    Leave();
                    onClosed.Invoke(current.Code, current.Text);
                    break;
                default:
                    Tell(current);
                    break;
            }
        }
    }
}
