// A game as somebody writes it who has read the package's README, in a model of the engine: a dialogue with push-to-talk, a pause
// menu, a headset that is pulled out, and another scene.
using System;
using System.Collections.Generic;
using System.Linq;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class GameTests
    {
        private const int Rate = Stage<PalabraTranslator>.Rate;

        [Fact]
        public void ADialogueIsPlayedThrough()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                Engine.PlugIn("headset");
                Dialogue dialogue = stage.Thing.AddComponent<Dialogue>();
                var guard = new GameObject();
                dialogue.Guard = guard.AddComponent<PalabraSpeaker>();
                dialogue.Guard.OpenOnStart = false;
                dialogue.Guard.Client = stage.Palabra.Client;
                stage.Palabra.MicrophoneDevice = "headset";
                stage.Palabra.OpenOnStart = true;
                stage.Palabra.KeepUnheard = false;
                stage.Until(() => stage.Ready == 1);

                PushToTalk(stage, dialogue);
                PauseMenu(stage, dialogue);
                HeadsetIsPulledOut(stage, dialogue);

                // Another scene: nothing of this one stays.
                Engine.DestroyAll();
                Check.That(Engine.RecordingMicrophones.Count == 0 && Engine.Clips == 0, "microphone and clips");
                Check.That(stage.Palabra.Session == null && dialogue.Guard.Session == null && stage.Closed.Count == 0, "sessions");
            }
        }

        // What is said while the key is up is not sent; the guard answers what was said.
        private static void PushToTalk(Stage<PalabraTranslator> stage, Dialogue dialogue)
        {
            dialogue.IsKeyDown = false;
            Speak(stage, 1);
            long before = stage.Palabra.Session.GetStats().InputFramesTaken;
            dialogue.IsKeyDown = true;
            Engine.Frame();
            Speak(stage, 1);
            Check.Equal(stage.Palabra.Session.GetStats().InputFramesTaken - before, 5L * Rate / 2, "frames that were sent");
            stage.Until(() => dialogue.Spoken == 1);
            Check.That(dialogue.Understood.Single().Length > 0, "what the guard understood");
        }

        private static void PauseMenu(Stage<PalabraTranslator> stage, Dialogue dialogue)
        {
            // The tail of what was heard so far.
            stage.Until(() => stage.Palabra.Session.GetPlayoutStats().Buffered == TimeSpan.Zero);
            dialogue.Guard.Say("a line that the pause cuts in two");
            stage.Until(() => dialogue.Guard.Session.GetPlayoutStats().Buffered > TimeSpan.FromSeconds(1));
            AudioListener.pause = true;
            stage.Palabra.Session.Speak("somebody went on talking", "es");
            Check.That(Talk.Within(Talk.PatienceMs, () =>
            {
                Engine.Frame();
                PlayoutStats stats = stage.Palabra.Session.GetPlayoutStats();
                return stats.Skipped > TimeSpan.FromSeconds(1) && stats.Buffered == TimeSpan.Zero;
            }), "what was said in the pause is left out");
            AudioListener.pause = false;
            Check.That(stage.Audio().Length > 0 && dialogue.Spoken == 1, "the guard's line is not over");
            stage.Until(() => dialogue.Spoken == 2);
        }

        private static void HeadsetIsPulledOut(Stage<PalabraTranslator> stage, Dialogue dialogue)
        {
            Engine.PullOut("headset");
            Engine.ChangeOutput(44100, AudioSpeakerMode.Stereo);
            Engine.Frame();
            Check.That(stage.Failed.Single() == PalabraStatus.Io && Engine.RecordingMicrophones.Single() == "built in", "the microphone");
            stage.Loud = 0;
            int before = dialogue.Understood.Count;
            Speak(stage, 1);
            stage.Until(() => dialogue.Understood.Count > before);
            // A busy machine may keep this thread from listening for as long as a phrase is.
            Check.That(Talk.Within(Talk.PatienceMs, () =>
            {
                Speak(stage, 1);
                return stage.Loud > Rate / 4;
            }), "it is not heard");
        }

        /// <summary>Seconds that the devserver treats as speech, then silence.</summary>
        private static void Speak(Stage<PalabraTranslator> stage, int seconds)
        {
            const int Step = Rate / 20;
            for (int sent = 0; sent < seconds * Rate + 3 * Rate / 2; sent += Step)
            {
                for (int n = sent; n < sent + Step; n++)
                    Engine.Hear(n < seconds * Rate ? (n / 120 % 2 == 0 ? -0.15f : 0.15f) : 0);
                stage.Until(() => stage.Palabra.Session.InputSpace > Step);
            }
            Engine.Frame();
        }

        /// <summary>The script of the game.</summary>
        private sealed class Dialogue : MonoBehaviour
        {
            internal readonly List<string> Understood = new List<string>();
            internal PalabraSpeaker Guard;
            internal bool IsKeyDown;
            internal int Spoken;

            private void Start()
            {
                GetComponent<PalabraTranslator>().OnTranslation.AddListener(Answer);
                Guard.OnSpoken.AddListener(() => Spoken++);
                Guard.Open();
            }

            private void Update()
            {
                GetComponent<PalabraTranslator>().Muted = !IsKeyDown;
            }

            private void Answer(string language, string text, bool isFinal)
            {
                if (!isFinal)
                    return;
                Understood.Add(text);
                if (Understood.Count == 1)
                    Guard.Say("Halt.");
            }
        }
    }
}
