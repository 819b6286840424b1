// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// One more language of a PalabraTranslator, heard from the AudioSource of the same object: each listener of a conversation
    /// can have one. It is one of the translator's OtherTargetLanguages.
    /// </summary>
    [AddComponentMenu("Palabra/Palabra Voice")]
    [DisallowMultipleComponent]
    [RequireComponent(typeof(AudioSource))]
    public sealed class PalabraVoice : MonoBehaviour
    {
        [SerializeField] private PalabraTranslator? translator;
        [SerializeField] private string language = "fr";

        private PalabraOutput? output;
        private TranslationSession? heard;

        /// <summary>Whose translation is heard.</summary>
        public PalabraTranslator? Translator
        {
            get => translator;
            set
            {
                Close();
                translator = value;
            }
        }

        /// <summary>The language that is heard.</summary>
        public string Language
        {
            get => language;
            set
            {
                Close();
                language = value;
            }
        }

        // In each frame, as the translator opens and closes when it likes, and may be destroyed before this.
        private void Update()
        {
            TranslationSession? now = translator != null ? translator.Session : null;
            if (now != heard)
                Close();
            if (now != null && heard == null)
                Listen(now);
            output?.Follow();
        }

        private void Listen(TranslationSession session)
        {
            heard = session;
            // It may have become a target after the others, or will: until then there is silence.
            string wanted = language;
            output = new PalabraOutput(GetComponent<AudioSource>());
            output.Play(audio => session.ReadAudio(audio, wanted), format => session.SetOutputFormat(format, wanted));
        }

        private void Close()
        {
            output?.Stop();
            output = null;
            heard = null;
        }

        private void OnEnable()
        {
            output?.GoOn();
        }

        private void OnDisable()
        {
            output?.Rest();
        }

        private void OnApplicationPause(bool isPaused)
        {
            if (isPaused)
                output?.Leave();
            else
                output?.ComeBack();
        }

        private void OnApplicationFocus(bool hasFocus)
        {
            if (Application.isMobilePlatform)
                OnApplicationPause(!hasFocus);
        }

        private void OnDestroy()
        {
            Close();
        }
    }
}
