// The component that translates, in a model of the engine.
using System;
using System.Collections.Generic;
using System.Linq;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    // One after the other: the model of the engine is static.
    [Collection("engine")]
    public sealed class TranslatorTests
    {
        private const int Rate = Stage<PalabraTranslator>.Rate;

        [Fact]
        public void AConversationIsHeardAndTold()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                List<string> said = Told(stage.Palabra.OnTranscript), translated = Told(stage.Palabra.OnTranslation);
                stage.Palabra.OpenOnStart = true;
                Engine.Frame();
                Check.That(Engine.RecordingMicrophones.Count == 1 && stage.Source.isPlaying, "microphone and source run");
                stage.Until(() => stage.Ready == 1);
                Speak(stage);
                stage.Palabra.End();
                Check.Equal(Engine.RecordingMicrophones.Count, 0, "microphones");
                stage.Until(() => stage.Closed.Count == 1);
                Check.Equal(stage.Closed[0], PalabraStatus.Ok, stage.Texts[0]);
                stage.Until(() => (stage.Palabra.Session.ReadAudio(new float[2]) & SoundFlags.Ended) != 0);
                Check.That(said.Any(text => text.StartsWith("en!")) && translated.Any(text => text.StartsWith("es!")), "final texts");
                Check.That(stage.Loud > Rate / 2, "speech was heard in " + stage.Loud + " frames");
                Check.That(stage.Palabra.Session != null && stage.Ready == 1, "it stays until it is closed");
                Engine.Frame();
                stage.Palabra.End();
                UnityEngine.Object.Destroy(stage.Thing);
                Engine.Frame();
                Check.That(stage.Palabra.Session == null && stage.Closed.Count == 1, "it is gone");
            }
        }

        [Fact]
        public void WhatIsWrongWithTheSettingsIsTold()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                stage.Palabra.TargetLanguage = "";
                Refused(stage, PalabraStatus.InvalidArgument);
                stage.Palabra.TargetLanguage = "es";
                stage.Palabra.Client.ApiUrl = "not an address";
                Refused(stage, PalabraStatus.InvalidArgument);
            }
        }

        [Fact]
        public void DevicesThatAreNotThereAreTold()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                Engine.PullOut("built in");
                Refused(stage, PalabraStatus.Io);
                Engine.PlugIn("built in");
                Engine.ChangeOutput(0, AudioSpeakerMode.Stereo);
                Refused(stage, PalabraStatus.Io);
            }
        }

        [Fact]
        public void TheSystemsMicrophoneStandsInForAnUnknownOne()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                stage.Palabra.MicrophoneDevice = "the developer's";
                Engine.TakeLog();
                stage.Palabra.Open();
                Check.That(stage.Palabra.Session != null && Engine.RecordingMicrophones.Single() == "built in", "it is open");
                string warning = Engine.TakeLog().Single();
                Check.That(warning.StartsWith("warning") && warning.Contains("the developer's"), warning);
                Engine.PlugIn("the developer's");
                stage.Palabra.Open();
                Check.That(Engine.RecordingMicrophones.Single() == "the developer's", "it is there now");
            }
        }

        [Fact]
        public void TwoComponentsShareAMicrophone()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                Engine.Frame();
                PalabraTranslator second = new GameObject().AddComponent<PalabraTranslator>();
                second.OpenOnStart = false;
                second.Client = stage.Palabra.Client;
                Hear(Rate / 10);
                second.Open();
                Hear(Rate / 10);
                Engine.Frame();
                second.Close();
                Hear(Rate / 10);
                Engine.Frame();
                Check.Equal(Taken(stage), 3L * Rate / 10, "frames sent by the first one");
                Check.Equal(stage.Palabra.Session.State, PalabraSessionState.Connecting, "its session");
                stage.Palabra.Close();
                Check.Equal(Engine.RecordingMicrophones.Count, 0, "microphones");
            }
        }

        [Fact]
        public void AFailureOfTheServiceIsTold()
        {
            using (var stage = new Stage<PalabraTranslator>("dev~rest_status=401"))
            {
                stage.Palabra.Open();
                stage.Until(() => stage.Closed.Count == 1);
                Check.Equal(stage.Closed[0], PalabraStatus.Auth, "closed");
                Check.That(stage.Ready == 0 && Engine.RecordingMicrophones.Count == 0, "the microphone is off");
            }
        }

        [Fact]
        public void AHandlerMayClose()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                stage.Palabra.OnReady.AddListener(() => stage.Palabra.Close());
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                Engine.Frame();
                Check.That(stage.Palabra.Session == null && stage.Closed.Count == 0 && !stage.Source.isPlaying, "closed without a word");
            }
        }

        [Fact]
        public void AHandlerMayOpenAgain()
        {
            using (var stage = new Stage<PalabraTranslator>("dev~rest_status=401"))
            {
                stage.Palabra.OnClosed.AddListener((status, text) =>
                {
                    if (stage.Closed.Count > 1)
                        return;
                    stage.Palabra.Client = Stage<PalabraTranslator>.Client("demo");
                    stage.Palabra.Open();
                });
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                Check.That(stage.Closed.Count == 1 && Engine.RecordingMicrophones.Count == 1, "the second one is open");
                stage.Palabra.Close();
                Check.Equal(Engine.RecordingMicrophones.Count, 0, "microphones");
            }
        }

        [Fact]
        public void AHandlerThatThrowsLosesNothing()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                stage.Palabra.OnReady.AddListener(() => throw new NotSupportedException("the script's own"));
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                Check.That(Engine.TakeLog().Single().Contains("the script's own"), "the engine logs it");
                PalabraLibrary.Shutdown(TimeSpan.Zero);
                stage.Until(() => stage.Closed.Count == 1);
                Check.Equal(stage.Closed[0], PalabraStatus.Shutdown, stage.Texts[0]);
            }
        }

        // The session is public, and its methods are the binding's.
        [Fact]
        public void AScriptMayCloseTheSessionItself()
        {
            using (var stage = Stage<PalabraTranslator>.Unanswered())
            {
                Engine.Frame();
                stage.Palabra.Session.Dispose();
                for (int n = 0; n < 20; n++)
                {
                    Engine.Frame();
                    Check.That(stage.Audio().All(sample => sample == 0), "silence");
                }
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.Ok }), string.Join(" ", stage.Closed));
                Check.That(stage.Palabra.Session == null && Engine.RecordingMicrophones.Count == 0, "nothing stays open");
            }
        }

        [Fact]
        public void ScriptsSeeEveryEvent()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                var kinds = new List<EventKind>();
                stage.Palabra.EventRead += current => kinds.Add(current.Kind);
                stage.Palabra.EventRead += current => throw new NotSupportedException("the script's own");
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                PalabraLibrary.Shutdown(TimeSpan.Zero);
                stage.Until(() => stage.Closed.Count == 1);
                Check.That(Engine.TakeLog().All(line => line.Contains("the script's own")), "the engine logs it");
                Check.That(kinds.First() == EventKind.Ready && kinds.Last() == EventKind.Closed, string.Join(" ", kinds));
            }
        }

        [Fact]
        public void AMutedMicrophoneSendsNothing()
        {
            using (var stage = Stage<PalabraTranslator>.Unanswered())
            {
                stage.Palabra.Muted = true;
                Hear(Rate / 10);
                Engine.Frame();
                Check.Equal(Taken(stage), 0L, "frames sent while muted");
                stage.Palabra.Muted = false;
                Engine.Frame();
                Check.Equal(Taken(stage), 0L, "what was said while muted comes later");
                Hear(Rate / 10);
                Engine.Frame();
                Check.Equal(Taken(stage), Rate / 10L, "frames sent");
            }
        }

        [Fact]
        public void ALongFrameLosesNothing()
        {
            using (var stage = Stage<PalabraTranslator>.Unanswered())
            {
                Engine.Frame();
                Engine.Freeze(4);
                Hear(4 * Rate);
                Engine.Frame();
                Check.Equal(Taken(stage), 4L * Rate, "frames sent");
                Check.Equal(stage.Palabra.Session.GetStats().InputFramesDropped, 0L, "frames dropped");
                Check.Equal(stage.Failed.Count, 0, "failures");
                Engine.Freeze(25);
                Hear(Rate);
                Engine.Frame();
                Check.That(stage.Failed.Single() == PalabraStatus.Limit && stage.Texts[0].StartsWith("20 s"), string.Join(" ", stage.Texts));
            }
        }

        [Fact]
        public void TheOutputIsFollowed()
        {
            using (var stage = Stage<PalabraTranslator>.Unanswered())
            {
                Engine.ChangeOutput(44100, AudioSpeakerMode.Mode5point1);
                Check.That(stage.Source.isPlaying, "the source plays again");
                Check.That(stage.Audio(6).All(sample => sample == 0), "silence, as nobody speaks");
                // A read takes at most half a second, which is that much now.
                Check.Throws<ArgumentException>(() => stage.Palabra.Session.ReadAudio(new float[22051]), "more than half a second");
                Check.Equal(stage.Palabra.Session.ReadAudio(new float[22050]), SoundFlags.None, "half a second");
            }
        }

        [Fact]
        public void AnOutputThatCannotBeFollowedIsToldOnce()
        {
            using (var stage = Stage<PalabraTranslator>.Unanswered())
            {
                Engine.ChangeOutput(1000, AudioSpeakerMode.Stereo);
                for (int n = 0; n < 10; n++)
                    Engine.Frame();
                Check.That(stage.Audio().All(sample => sample == 0), "silence and not the wrong speed");
                Check.Equal(Engine.TakeLog().Length, 1, "warnings");
                Engine.ChangeOutput(44100, AudioSpeakerMode.Stereo);
                Engine.Frame();
                Check.Equal(Engine.TakeLog().Length, 0, "warnings about one that can");
            }
        }

        [Fact]
        public void AnObjectThatIsSwitchedOnAgainIsHeardAgain()
        {
            using (var stage = Stage<PalabraTranslator>.Unanswered())
            {
                stage.Thing.SetActive(false);
                Check.That(!stage.Source.isPlaying, "the engine stops it");
                stage.Thing.SetActive(true);
                Check.That(stage.Source.isPlaying && stage.Palabra.Session.State == PalabraSessionState.Connecting, "it goes on");
            }
        }

        [Fact]
        public void FramesAndTheAudioThreadAllocateNothing()
        {
            using (var stage = Stage<PalabraTranslator>.Unanswered())
            {
                var block = new float[256];
                Check.Equal(Allocation.Of(1000, () => Engine.Audio(block, 2)), 0L, "bytes of the audio thread");
                Check.Equal(Allocation.Of(1000, () =>
                {
                    Hear(480);
                    Engine.Frame();
                }), 0L, "bytes of frames without an event");
                Check.That(Taken(stage) >= 480 * 1000, "audio was sent");
            }
        }

        // The service ends a session that gets no audio after some 10 s.
        [Fact, Trait("tier", "prove")]
        public void AGameInTheBackgroundIsPausedAndGoesOn()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                List<string> said = Told(stage.Palabra.OnTranscript);
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                Speak(stage);
                System.Threading.Thread.Sleep(13000);
                said.Clear();
                Speak(stage);
                stage.Until(() => said.Any(text => text.StartsWith("en!")));
                Check.That(stage.Palabra.Session.State == PalabraSessionState.Ready && stage.Closed.Count == 0, "it goes on");
                Check.Equal(stage.Palabra.Session.GetStats().GapPauses, 1L, "pauses");
            }
        }

        private static void Refused(Stage<PalabraTranslator> stage, PalabraStatus why)
        {
            stage.Closed.Clear();
            stage.Palabra.Open();
            Check.That(stage.Closed.SequenceEqual(new[] { why }), why + ": " + string.Join(" ", stage.Closed));
            Check.That(stage.Texts.Last().Length > 0, "a reason");
            Check.That(stage.Palabra.Session == null && Engine.RecordingMicrophones.Count == 0 && !stage.Source.isPlaying, "nothing stays open");
        }

        private static List<string> Told(TextUnityEvent by)
        {
            var told = new List<string>();
            by.AddListener((language, text, isFinal) => told.Add(language + (isFinal ? "!" : "?") + text));
            return told;
        }

        private static long Taken(Stage<PalabraTranslator> stage)
        {
            return stage.Palabra.Session.GetStats().InputFramesTaken;
        }

        private static void Hear(int frames)
        {
            for (int n = 0; n < frames; n++)
                Engine.Hear(0.25f);
        }

        /// <summary>A second that the devserver treats as speech, then silence, 50 ms a frame.</summary>
        private static void Speak(Stage<PalabraTranslator> stage)
        {
            const int Step = Rate / 20;
            for (int sent = 0; sent < Rate * 5 / 2; sent += Step)
            {
                for (int n = sent; n < sent + Step; n++)
                    Engine.Hear(n < Rate ? (n / 120 % 2 == 0 ? -0.15f : 0.15f) : 0);
                stage.Until(() => stage.Palabra.Session.InputSpace > Step);
            }
            Engine.Frame();
        }
    }
}
